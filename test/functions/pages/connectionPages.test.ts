import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadAssets } from '../../../functions/pages/assets.ts';
import { connectionPage } from '../../../functions/pages/connectionPage.tsx';
import { connectionsPage } from '../../../functions/pages/connectionsPage.tsx';
import { connectorsPage } from '../../../functions/pages/connectorsPage.tsx';
import { deletePage } from '../../../functions/pages/deletePage.tsx';
import { findTag, tagsOf, textOf } from './htmlFacts.ts';
import * as views from './sampleViews.ts';

beforeAll(() => loadAssets('functions/pages/assets'));

describe('the list', () => {
  test('shows name, connector, account, environment, status and last use of each connection', () => {
    const text = textOf(connectionsPage(views.connectionsView()));
    expect(text).toContain(
      'Invoices mailbox Yours Outlook 365 invoices@contoso.example Office 365 Connected 24 Nov 2025, 21:40 UTC',
    );
    expect(text).toContain('Expected: nadia.rossi@contoso.example Not stated yet Waiting for sign-in Never');
    expect(text).toContain('Owner: Jonas Okafor');
    expect(text).toContain('Waiting for confirmation');
  });

  test('links each connection, the next page and Add connection', () => {
    const html = connectionsPage(views.connectionsView());
    expect(findTag(html, 'a', { href: '/connections/0d9c4e6a-7f1b-4c58-b2de-5a1f3e7c9b01' })).toBeDefined();
    expect(findTag(html, 'a', { href: '/?after=abc' })).toBeDefined();
    expect(findTag(html, 'a', { href: '/add' })).toBeDefined();
  });

  test('names the missing role instead of offering the button', () => {
    const html = connectionsPage({ ...views.connectionsView(), mayAdd: false });
    expect(findTag(html, 'a', { href: '/add' })).toBeUndefined();
    expect(textOf(html)).toContain('Connections.Create');
  });

  test('does not call the list empty while more pages follow', () => {
    const html = connectionsPage({ ...views.connectionsView(), connections: [] });
    expect(textOf(html)).not.toContain('No connections yet');
    expect(findTag(html, 'a', { href: '/?after=abc' })).toBeDefined();
  });
});

test('the choice of a connector links to every authentication screen', () => {
  const hrefs = tagsOf(connectorsPage({ viewer: views.viewer() })).flatMap(
    ({ attributes }) => attributes.get('href') ?? [],
  );
  expect(hrefs.filter((href) => href.startsWith('/add/'))).toEqual([
    '/add/outlook365',
    '/add/onedrive-sharepoint',
    '/add/teams',
    '/add/graph',
  ]);
});

describe('the page of a connection', () => {
  test('says why it is broken, who can mend it, and since when', () => {
    const text = textOf(connectionPage(views.connectionView()));
    expect(text).toContain('Microsoft no longer accepts the sign-in behind this connection');
    expect(text).toContain('They have to sign in again, with the same account.');
    expect(text).toContain('Microsoft’s error AADSTS50173');
    expect(text).toContain('23 Nov 2025, 04:10 UTC');
  });

  test('tells who did what, newest first, in words', () => {
    const text = textOf(connectionPage(views.connectionView()));
    expect(text).toContain('Status changed · Connected → Needs sign-in');
    expect(text.indexOf('Status changed')).toBeLessThan(text.indexOf('Sign-in completed'));
    expect(text).toContain('By the broker’s timer');
  });

  test('offers to continue the sign-in only while nobody has signed in', () => {
    const continues = (html: string) =>
      tagsOf(html).some(({ attributes }) => attributes.get('href')?.startsWith('/connect/'));
    expect(continues(connectionPage(views.pendingConnectionView()))).toBe(true);
    expect(continues(connectionPage(views.unconfirmedConnectionView()))).toBe(false);
    expect(continues(connectionPage(views.connectionView()))).toBe(false);
  });

  test('names the account to confirm and sends exactly that account', () => {
    const { account, id } = views.connection();
    const html = connectionPage(views.unconfirmedConnectionView());
    expect(findTag(html, 'form', { action: `/connections/${id}/confirm`, method: 'post' })).toBeDefined();
    expect(findTag(html, 'input', { name: 'oid', value: account?.oid ?? '' })).toBeDefined();
    expect(findTag(html, 'input', { name: 'tid', value: account?.tid ?? '' })).toBeDefined();
    expect(textOf(html)).toContain(`Username ${account?.username}`);
  });

  test('lists what was asked for and not granted, but misses nothing before the first sign-in', () => {
    const missing = 'Asked for, but not granted';
    expect(textOf(connectionPage(views.connectionView()))).toContain(`${missing} Calendars.Read Asked for`);
    expect(textOf(connectionPage(views.pendingConnectionView()))).not.toContain(missing);
  });

  test('offers no change to those who may only look', () => {
    const html = connectionPage({
      ...views.unconfirmedConnectionView(),
      mayConfirm: false,
      mayManage: false,
    });
    expect(html).not.toContain('/confirm');
    expect(html).not.toContain('/delete');
  });

  test('shows a connect link once it was made', () => {
    const { connectLink } = views.pendingConnectionView();
    const html = connectionPage(views.pendingConnectionView());
    expect(findTag(html, 'input', { id: 'connect-link', value: connectLink?.href ?? '' })).toBeDefined();
  });
});

test('deletion says what ends, what remains and who removes that', () => {
  const html = deletePage(views.deleteView());
  expect(textOf(html)).toContain('deleted from Key Vault');
  expect(textOf(html)).toContain('The consent given to the app stays at Entra');
  expect(findTag(html, 'a', { href: 'https://myapps.microsoft.com' })).toBeDefined();
  expect(findTag(html, 'form', { action: `/connections/${views.connection().id}/delete` })).toBeDefined();
});
