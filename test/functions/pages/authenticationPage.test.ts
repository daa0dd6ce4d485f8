import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadAssets } from '../../../functions/pages/assets.ts';
import { authenticationPage } from '../../../functions/pages/authenticationPage.tsx';
import { findTag, tagsOf, textOf } from './htmlFacts.ts';
import { authenticationView, invitationView, wrongAuthenticationView } from './sampleViews.ts';

beforeAll(() => loadAssets('functions/pages/assets'));

const fieldNames = ['name', 'environment', 'clientId', 'clientSecret', 'tenantId', 'scopes', 'access'];

function control(html: string, name: string) {
  return tagsOf(html).find((tag) => tag.attributes.get('id') === `field-${name}`);
}

describe('a new connection', () => {
  const html = () => authenticationPage(authenticationView());

  test('offers every field under its name', () => {
    for (const name of fieldNames) expect(control(html(), name)?.attributes.get('name')).toBe(name);
  });

  test('preselects the environment and offers only those of the deployment', () => {
    const options = tagsOf(html()).filter(({ name }) => name === 'option');
    expect(options.map(({ attributes }) => attributes.get('value'))).toEqual([
      'office365',
      'usgov-l4',
      'usgov-l5',
      'china',
    ]);
    expect(options.filter(({ attributes }) => attributes.has('selected'))).toEqual([options[0]]);
    const sovereign = authenticationPage({ ...authenticationView(), offeredEnvironments: ['china'] });
    expect(tagsOf(sovereign).filter(({ name }) => name === 'option')).toHaveLength(1);
  });

  test('fills in scopes and tenant', () => {
    expect(html()).toContain('>openid offline_access User.Read.All Files.Read</textarea>');
    expect(control(html(), 'tenantId')?.attributes.get('value')).toBe('common');
  });

  test('offers the presets of the connector, ticked as before', () => {
    const boxes = tagsOf(html()).filter(({ attributes }) => attributes.get('name') === 'preset');
    expect(boxes.map(({ attributes }) => [attributes.get('value'), attributes.has('checked')])).toEqual([
      ['all-files', false],
      ['sites', true],
      ['write-files', false],
    ]);
  });

  test('says which minimum needs an administrator, and only then', () => {
    expect(textOf(html())).toContain(
      'User.Read.All is part of the minimum and needs an administrator’s consent',
    );
    const outlook = authenticationPage({ ...authenticationView(), connector: 'outlook365' });
    expect(textOf(outlook)).not.toContain('part of the minimum');
  });

  test('shows the redirect URI read-only, with a copy button that waits for its script', () => {
    const input = findTag(html(), 'input', { id: 'redirect-uri' });
    expect(input?.attributes.get('value')).toBe('https://broker.contoso.example/provisioning_/callback');
    expect(input?.attributes.has('readonly')).toBe(true);
    expect(input?.attributes.has('name')).toBe(false);
    expect(findTag(html(), 'button', { 'data-copy': 'redirect-uri' })?.attributes.has('hidden')).toBe(true);
  });

  test('says that the connection acts as the person', () => {
    expect(textOf(html())).toContain('The connection acts as the person who signs in.');
  });

  test('has no error summary', () => {
    expect(html()).not.toContain('role="alert"');
    expect(html()).not.toContain('aria-invalid');
  });
});

describe('wrong input', () => {
  const view = wrongAuthenticationView();
  const html = () => authenticationPage(view);

  test.each(fieldNames)('puts the problem of %s beside its control and links to it', (name) => {
    const attributes = control(html(), name)?.attributes;
    expect(attributes?.get('aria-invalid')).toBe('true');
    expect(attributes?.get('aria-describedby')?.split(' ')).toContain(`field-${name}-problem`);
    expect(findTag(html(), 'p', { id: `field-${name}-problem` })).toBeDefined();
    expect(findTag(html(), 'a', { href: `#field-${name}` })).toBeDefined();
  });

  test('tells it in the title and in an alert that can take the focus', () => {
    expect(html()).toContain('<title>Error: ');
    expect(findTag(html(), 'div', { role: 'alert' })?.attributes.get('tabindex')).toBe('-1');
    expect(textOf(html())).toContain('Nothing was sent to Microsoft yet.');
  });

  test('keeps what was typed', () => {
    for (const name of ['name', 'clientId', 'tenantId'] as const) {
      expect(control(html(), name)?.attributes.get('value')).toBe(view[name].value);
    }
    expect(html()).toContain('>https://graph.microsoft.us/Mail.Read</textarea>');
    expect(html()).toContain('>me\nyou</textarea>');
    expect(findTag(html(), 'option', { value: 'usgov-l5' })?.attributes.has('selected')).toBe(true);
  });

  test('never sends a client secret back, not even one smuggled into the view', () => {
    const smuggled = { fixed: false, optional: false, value: 'S3cr3t~typed' };
    const page = authenticationPage({ ...view, clientSecret: smuggled });
    expect(page).not.toContain('S3cr3t~typed');
    const input = control(page, 'clientSecret')?.attributes;
    expect(input?.has('value')).toBe(false);
    expect(input?.get('type')).toBe('password');
    expect(input?.get('autocomplete')).toBe('off');
  });
});

describe('behind a connect link', () => {
  const html = () => authenticationPage(invitationView());

  test('names requester, users, account and end of the link', () => {
    const text = textOf(html());
    expect(text).toContain('Jonas Okafor asks you to connect an account');
    expect(text).toContain('b7d1f8a4-52c0-4a06-8f0e-94c1d2a7e322');
    expect(text).toContain('invoices@contoso.example');
    expect(text).toContain('25 Nov 2025, 10:00 UTC');
  });

  test('shows what is settled as text and sends none of it', () => {
    const sent = tagsOf(html()).flatMap(({ attributes }) => attributes.get('name') ?? []);
    expect(fieldNames.filter((name) => sent.includes(name))).toEqual([]);
    expect(textOf(html())).toContain('2c1e7a60-9b1d-4a4f-8c55-7fd0e7b1a9c3');
    expect(sent).toEqual(expect.arrayContaining(['csrf', 'key', 'connectionId']));
  });

  test('has neither a viewer nor a way into the broker’s own pages', () => {
    expect(html()).not.toContain('/signout');
    expect(html()).not.toContain('href="/add"');
  });
});
