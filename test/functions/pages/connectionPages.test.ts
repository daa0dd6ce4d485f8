import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadAssets } from '../../../functions/pages/assets.ts';
import { authenticationPage } from '../../../functions/pages/authenticationPage.tsx';
import { connectionPage } from '../../../functions/pages/connectionPage.tsx';
import { connectionsPage } from '../../../functions/pages/connectionsPage.tsx';
import { connectorsPage } from '../../../functions/pages/connectorsPage.tsx';
import { deletePage } from '../../../functions/pages/deletePage.tsx';
import type { ConnectionFailure } from '../../../shared/domain/connection.ts';
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

test('the list hints at a connection that nobody has used for a long time', () => {
  const view = views.connectionsView();
  expect(textOf(connectionsPage(view))).not.toContain('Unused for a long time');
  const idle = views.connection(undefined, { idleWarnedAt: new Date() });
  const text = textOf(connectionsPage({ ...view, connections: [idle] }));
  expect(text).toContain('Connected Unused for a long time');
});

describe('an invitation', () => {
  const invited = (requesterName: string) => {
    const view = views.invitationView();
    if (view.invitation === undefined) throw new Error('The sample has an invitation.');
    return textOf(authenticationPage({ ...view, invitation: { ...view.invitation, requesterName } }));
  };
  const id = '3f2c8a5e-0b6d-4d8e-9a41-7c5b2e1f6a90';

  test('by a person names the person and says what each id is', () => {
    const text = invited('Jonas Okafor');
    expect(text).toContain('Jonas Okafor asks you to connect an account');
    expect(text).toContain(`Object ID ${views.ownerId}`);
    expect(text).toMatch(/Who will get tokens Object ID [0-9a-f]{8}-/);
  });

  test.each([`Application ${id}`, id])('by "%s" says that an application asks', (name) => {
    const text = invited(name);
    expect(text).toContain('An application asks you to connect an account');
    expect(text).toContain(`Application ${id} , Object ID ${views.ownerId}`);
    expect(text).not.toContain(`${id} asks`);
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
    expect(text).toContain('delete this connection and add or request it anew');
    expect(text).toContain('Microsoft’s error AADSTS50173');
    expect(text).toContain('23 Nov 2025, 04:10 UTC');
  });

  test('does not look healthy while no refresh succeeds, and says when the broker tries again', () => {
    const html = connectionPage(views.troubledConnectionView());
    const text = textOf(html);
    expect(text).toContain('Connected · Refresh failed');
    expect(findTag(html, 'span', { class: 'badge connected' })).toBeUndefined();
    expect(text).toContain('Connected, but the last refresh gave no token.');
    expect(text).toContain('all its connections work again, and nobody else has to sign in');
    expect(text).toContain('AADSTS7000222');
    expect(text).toContain('Since 24 Nov 2025, 22:01 UTC');
    expect(text).toContain('Tries again Once a new client secret is there');
    expect(text).not.toContain('keeps the sign-in alive.');
    const passing = views.troubledConnectionView();
    const lastFailure = {
      ...passing.lastFailure,
      code: 'identity_unavailable',
      remedy: 'wait',
    } as ConnectionFailure;
    const { nextRefreshAt: _, ...unplanned } = { ...passing, lastFailure };
    expect(textOf(connectionPage({ ...passing, lastFailure }))).toContain(
      'Tries again 24 Nov 2025, 22:16 UTC',
    );
    expect(textOf(connectionPage(unplanned))).toContain('Tries again At the next use');
  });

  test('says when nobody used it for long: first as a warning, then that it is no longer kept alive', () => {
    const { lastFailure: _failure, ...warned } = views.troubledConnectionView();
    const warning = textOf(connectionPage(warned));
    expect(warning).toContain('Nobody has fetched a token for a long time.');
    expect(warning).toContain('The broker keeps the sign-in alive.');
    const { nextRefreshAt: _planned, ...asleep } = warned;
    const text = textOf(connectionPage(asleep));
    expect(text).toContain('the broker no longer keeps it alive. The next use tries to refresh it.');
    expect(text).not.toContain('The broker keeps the sign-in alive.');
    expect(text).not.toContain('Nobody has fetched a token for a long time.');
    const { lastFailure: _, ...healthy } = views.connectionView();
    const fine = connectionPage({ ...healthy, connection: views.connection() });
    expect(textOf(fine)).not.toContain('for a long time');
  });

  test.each([50057, 500341])(
    'sends to an administrator where the account is gone (AADSTS%i)',
    (aadstsCode) => {
      const view = views.connectionView();
      const { failure } = view.connection;
      if (failure === undefined) throw new Error('The sample has a failure.');
      const connection = { ...view.connection, failure: { ...failure, aadstsCode } };
      const text = textOf(connectionPage({ ...view, connection }));
      expect(text).toContain('An administrator of the organisation. They have to restore the account first.');
      expect(text).not.toContain('They have to sign in again');
    },
  );

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
