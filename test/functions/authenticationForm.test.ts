import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  authenticationView,
  blankForm,
  type FormSetting,
  type SentForm,
  secretProblems,
  sentForm,
  typedSettings,
} from '../../functions/authenticationForm.ts';
import { connectorNames, connectors } from '../../shared/domain/connectors.ts';
import { someConnection } from '../contracts/samples.ts';

const clientId = '3f1c9a52-6d0e-4b8f-a7c4-92e5d1b6f083';
const secret = 'hunter2-hunter2';
const typed: SentForm = {
  name: 'My mail',
  environment: 'china',
  tenantId: 'contoso.example',
  clientId: 'not a guid',
  clientSecret: secret,
  scopes: 'Mail.Read\nnonsense',
  presets: ['send-mail', 'no-such-preset'],
  access: 'runner\nben',
};
const setting: FormSetting = {
  connector: 'outlook365',
  action: '/add/outlook365',
  hidden: { csrf: 'token' },
  submitLabel: 'Continue',
  offeredEnvironments: ['office365', 'china'],
  redirectUri: 'https://broker.example/provisioning_/callback',
  own: true,
};

describe('the form as it was sent', () => {
  test('has every field, without the spaces around it', () => {
    const form = new URLSearchParams({
      name: ' My mail ',
      environment: 'china',
      tenantId: 'contoso.example',
      clientId: 'not a guid\t',
      clientSecret: ` ${secret}\n`,
      scopes: 'Mail.Read\nnonsense',
      access: 'runner\nben',
    });
    form.append('preset', 'send-mail');
    form.append('preset', 'no-such-preset');
    expect(sentForm(form)).toEqual(typed);
  });

  test('is empty where nothing was sent', () => {
    const { presets, ...texts } = sentForm(new URLSearchParams('other=1'));
    expect(presets).toEqual([]);
    expect(new Set(Object.values(texts))).toEqual(new Set(['']));
  });
});

describe('the screen before anybody typed', () => {
  test.each(connectorNames)('of %s is filled in with what the connector needs', (connector) => {
    const form = blankForm(connector, ['office365', 'china']);
    expect(form).toMatchObject({
      name: `My ${connectors[connector].title} connection`,
      environment: 'office365',
      tenantId: 'common',
      clientId: '',
      clientSecret: '',
      presets: [],
      access: '',
    });
    for (const scope of connectors[connector].minimumScopes) expect(form.scopes.split(' ')).toContain(scope);
  });

  test('preselects a cloud that is offered, where Office 365 is not', () => {
    expect(blankForm('teams', ['usgov-l5', 'usgov-l4']).environment).toBe('usgov-l5');
  });

  test('shows what is known of the connection, its secret excepted', () => {
    const connection = someConnection({
      name: 'Invoices',
      environment: 'china',
      tenant: 'contoso.example',
      clientId,
      requestedScopes: ['Mail.Read', 'Mail.Send'],
      statedCredential: { kind: 'sealed', sealed: secret, statedBy: 'ada' },
      access: [
        { principalId: 'runner', permission: 'use' },
        { principalId: 'ben', permission: 'manage' },
      ],
    });
    expect(blankForm('outlook365', ['office365', 'china'], connection)).toEqual({
      name: 'Invoices',
      environment: 'china',
      tenantId: 'contoso.example',
      clientId,
      clientSecret: '',
      scopes: 'Mail.Read Mail.Send',
      presets: [],
      access: 'runner\nben',
    });
  });
});

describe('what goes on to the operation', () => {
  test('is what was typed, with the scopes of the ticked presets', () => {
    expect(typedSettings(typed, 'outlook365')).toEqual({
      environment: 'china',
      tenantId: 'contoso.example',
      clientId: 'not a guid',
      clientSecret: secret,
      scopes: 'Mail.Read\nnonsense Mail.Send',
    });
  });

  test('has the presets of this connector alone', () => {
    expect(typedSettings({ ...typed, presets: ['chats'] }, 'outlook365').scopes).toBe(typed.scopes);
    expect(typedSettings({ ...typed, scopes: 'User.Read', presets: ['chats'] }, 'teams').scopes).toBe(
      'User.Read Chat.Read',
    );
  });

  test('may be presets alone, or nothing', () => {
    expect(typedSettings({ ...typed, scopes: '' }, 'outlook365').scopes).toBe('Mail.Send');
    expect(typedSettings({ ...typed, scopes: '', presets: [] }, 'outlook365').scopes).toBe('');
  });

  test('is the tenant common where none was typed', () => {
    expect(typedSettings({ ...typed, tenantId: '' }, 'teams').tenantId).toBe('common');
  });
});

describe('the secret as typed', () => {
  const problemsWith = (clientSecret: string) =>
    secretProblems({ ...typed, clientSecret }).map(({ field, message }) => `${field}: ${message}`);

  test('may be left out, since the broker may know one', () => {
    expect(problemsWith('')).toEqual([]);
    expect(problemsWith('8Q~abc.DEF-_')).toEqual([]);
  });

  test('that no vault would keep, or Entra never gave, is refused at its field', () => {
    expect(problemsWith('x'.repeat(501))).toEqual(['clientSecret: At most 500 characters.']);
    expect(problemsWith('a…b')).toEqual(['clientSecret: Only printable ASCII characters.']);
  });
});

describe('the screen after wrong input', () => {
  test('has what was typed in every field, though it is wrong', () => {
    const view = authenticationView(typed, setting);
    for (const name of ['name', 'environment', 'tenantId', 'clientId', 'scopes', 'access'] as const) {
      expect(view[name]).toEqual({ value: typed[name], fixed: false });
    }
    expect(view.presets).toEqual(typed.presets);
  });

  test('never has the secret, wherever else it is put', () => {
    const view = authenticationView(typed, setting, [{ field: 'clientSecret', message: 'Too long.' }]);
    expect(JSON.stringify(view)).not.toContain(secret);
    expect(view.clientSecret).toEqual({ fixed: false, optional: false, problem: 'Too long.' });
  });

  test('tells each problem at its field, and several of one field together', () => {
    const view = authenticationView(typed, setting, [
      { field: 'clientId', message: 'Give a GUID.' },
      { field: 'scopes', message: 'No.' },
      { field: 'scopes.1', message: 'Not that either.' },
      { field: 'access.0.principalId', message: 'Give a principal id.' },
    ]);
    expect(view.clientId.problem).toBe('Give a GUID.');
    expect(view.scopes.problem).toBe('No. Not that either.');
    expect(view.access?.problem).toBe('Give a principal id.');
    expect(view.name).not.toHaveProperty('problem');
    expect(view).not.toHaveProperty('problem');
  });

  test('tells on top what belongs to no field of it', () => {
    const view = authenticationView(typed, setting, [
      { field: 'body', message: 'One.' },
      { field: 'clientSecretRef', message: 'Two.' },
      { field: 'scopesOfTheApp', message: 'Three.' },
    ]);
    expect(view.problem).toBe('One. Two. Three.');
    expect(view.scopes).not.toHaveProperty('problem');
  });

  test('loses no problem', () => {
    const names = ['name', 'environment', 'tenantId', 'clientId', 'clientSecret', 'scopes', 'access'];
    const field = fc.constantFrom(...names, ...names.map((name) => `${name}.0`), 'body', 'toString', '');
    const message = fc.uuid();
    fc.assert(
      fc.property(fc.array(fc.record({ field, message })), (problems) => {
        const shown = JSON.stringify(authenticationView(typed, setting, problems));
        for (const problem of problems) expect(shown).toContain(problem.message);
      }),
    );
  });
});

describe('what the requester stated', () => {
  const connection = someConnection({
    name: 'Invoices',
    environment: 'office365',
    tenant: 'common',
    clientId,
    requestedScopes: ['Mail.Read'],
    statedFields: { name: 'digest', environment: 'digest', clientId: 'digest', scopes: 'digest' },
  });

  test('is fixed and wins over what is sent', () => {
    const view = authenticationView(typed, { ...setting, connection });
    expect(view.name).toEqual({ value: 'Invoices', fixed: true });
    expect(view.environment).toEqual({ value: 'office365', fixed: true });
    expect(view.clientId).toEqual({ value: clientId, fixed: true });
    expect(view.scopes).toEqual({ value: 'Mail.Read', fixed: true });
  });

  test('leaves the rest open', () => {
    const view = authenticationView(typed, { ...setting, connection });
    expect(view.tenantId).toEqual({ value: 'contoso.example', fixed: false });
    expect(view.access).toEqual({ value: typed.access, fixed: false });
    expect(view.clientSecret.fixed).toBe(false);
  });

  test.each([
    { kind: 'sealed', sealed: secret, statedBy: 'ada' } as const,
    { kind: 'reference', secretName: secret, statedBy: 'ada' } as const,
  ])('may be a secret ($kind), which is fixed and never shown', (statedCredential) => {
    const view = authenticationView(typed, { ...setting, connection: { ...connection, statedCredential } });
    expect(view.clientSecret.fixed).toBe(true);
    expect(JSON.stringify(view)).not.toContain(secret);
  });

  test('behind a link the name is fixed too, and the access list is no field', () => {
    const invited = { ...connection, statedFields: {} };
    const view = authenticationView(typed, { ...setting, own: false, connection: invited });
    expect(view.name).toEqual({ value: 'Invoices', fixed: true });
    expect(view).not.toHaveProperty('access');
    expect(view.clientId.fixed).toBe(false);
  });
});
