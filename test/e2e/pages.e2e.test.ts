import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type Browser, createBrowser } from '../cloud/browser.ts';
import { signInAtEntra } from '../cloud/signInDriver.ts';
import { useCloud } from './support/cloudUnderTest.ts';
import { addAccount, addApp, connect, follow, read, requestOf, start, token } from './support/connections.ts';
import { expectFailurePage } from './support/failurePages.ts';

const it = useCloud();
const operator = () => it.cloud.accounts.find(({ username }) => username.startsWith('operator@'));

/** A browser whose person is signed in to the broker. */
async function signedIn(username = operator()?.username ?? ''): Promise<Browser> {
  const browser = createBrowser();
  const page = await signInAtEntra(browser, await browser.open(`${it.brokerUrl}/`), username);
  expect([page.status, page.url]).toEqual([200, `${it.brokerUrl}/`]);
  it.keepSecret(sessionOf(browser));
  return browser;
}

const sessionOf = (browser: Browser) => browser.cookies('localhost').get('__Host-session') ?? '';

async function csrfOf(browser: Browser): Promise<string> {
  const page = await browser.open(`${it.brokerUrl}/add/graph`);
  return page.forms.find(({ fields }) => fields.has('csrf'))?.fields.get('csrf') ?? '';
}

test('a person signs in, adds a connection, and sees it in the list and on its own page', async () => {
  const [app, account] = [addApp(it), addAccount(it)];
  const browser = await signedIn();
  const form = await browser.open(`${it.brokerUrl}/add/outlook365`);
  expect(form.text).toContain('The connection acts as the person who signs in');
  const { runner } = it.cloud.callers;
  const fields = {
    name: 'Added by hand',
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    access: runner.principalId,
  };
  it.keepSecret(app.clientSecret);
  const chosen = form.forms.findIndex(({ action }) => action === '/add/outlook365');
  const shown = { ...form, forms: form.forms.slice(chosen) };
  const refused = await browser.submit(shown, { fields: { ...fields, clientId: 'no' } });
  it.tell(refused.html);
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('GUID')]);
  const sent = await browser.submit(shown, { fields });
  expect(sent.refreshTo).toMatch(/login\.microsoftonline\.com\/common\//);
  const result = await signInAtEntra(browser, await browser.open(sent.refreshTo ?? ''), account.username);
  expect([result.status, result.text]).toEqual([200, expect.stringContaining(account.username)]);
  const list = await browser.open(`${it.brokerUrl}/`);
  expect(list.text).toContain('Added by hand');
  const href = /href="(\/connections\/[0-9a-f-]{36})"/.exec(list.html)?.[1] ?? '';
  const page = await browser.open(`${it.brokerUrl}${href}`);
  expect(page.text).toMatch(/Mail\.Read/);
  expect((await token(it, href.split('/')[2] ?? '')).status).toBe(200);
});

test('the account behind an invitation is confirmed, and the connection deleted, by the buttons of its page', async () => {
  const account = addAccount(it);
  const { expectedAccount: _, ...body } = requestOf(it, addApp(it), account);
  const { id, connectLink } = await start(it, body);
  await follow(it, connectLink, account.username);
  const administrator = it.cloud.accounts.find(({ username }) => username.startsWith('administrator@'));
  const browser = await signedIn(administrator?.username);
  const press = async (path: string, action: string) => {
    const page = await browser.open(`${it.brokerUrl}${path}`);
    return browser.submit({ ...page, forms: page.forms.filter((form) => form.action === action) });
  };
  const confirmed = await press(`/connections/${id}`, `/connections/${id}/confirm`);
  expect([confirmed.status, confirmed.url]).toEqual([200, `${it.brokerUrl}/connections/${id}`]);
  expect((await read(it, id)).status).toBe('connected');
  expect((await token(it, id)).status).toBe(200);
  const deleted = await press(`/connections/${id}/delete`, `/connections/${id}/delete`);
  expect(deleted.text).toMatch(/Connection deleted.*remains at Entra/);
  expect((await it.call('manager', 'GET', `/connections/${id}`)).status).toBe(404);
});

describe('a form that another site sent', () => {
  const attempts: readonly [what: string, headers: Record<string, string>][] = [
    ['with its origin', { origin: 'https://evil.example' }],
    ['from a neighbour', { origin: 'http://localhost:1' }],
    ['from an opaque origin', { origin: 'null' }],
    ['marked cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['marked same-site', { 'sec-fetch-site': 'same-site' }],
  ];

  test.each(attempts)('%s starts no sign-in behind a connect link', async (_, headers) => {
    const { id, connectLink } = await start(it, requestOf(it, addApp(it), addAccount(it)));
    const before = await read(it, id);
    const key = new URL(connectLink).searchParams.get('key') ?? '';
    const body = new URLSearchParams({ key });
    const answer = await it.send(`/connect/${id}`, { method: 'POST', body, headers });
    expect([answer.status, answer.text]).toEqual([403, expect.stringMatching(/not come from|not sent from/)]);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await read(it, id)).toEqual(before);
  });

  test.each(attempts)('%s does nothing in a session', async (_, headers) => {
    const browser = await signedIn();
    const csrf = await csrfOf(browser);
    const cookie = `__Host-session=${sessionOf(browser)}`;
    const id = randomUUID();
    for (const path of [
      '/add/graph',
      `/connections/${id}/delete`,
      `/connections/${id}/confirm`,
      '/signout',
    ]) {
      const body = new URLSearchParams({ csrf, connectionId: id, name: 'Forged' });
      const answer = await it.send(path, { method: 'POST', body, headers: { cookie, ...headers } });
      expect(answer.status).toBe(403);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect((await it.call('manager', 'GET', `/connections/${id}`)).status).toBe(404);
  });

  test('without the token of the session, or with another’s, does nothing', async () => {
    const [browser, other] = [await signedIn(), await signedIn()];
    const foreign = await csrfOf(other);
    const cookie = `__Host-session=${sessionOf(browser)}`;
    for (const body of [{}, { csrf: '' }, { csrf: foreign }, { csrf: 'x'.repeat(43) }]) {
      const fields = new URLSearchParams({ ...body, connectionId: randomUUID(), name: 'Forged' });
      const headers = { cookie, origin: it.brokerUrl };
      const answer = await it.send('/add/graph', { method: 'POST', body: fields, headers });
      expect(answer.status).toBe(403);
    }
  });
});

describe('a form with bad input', () => {
  const long = 'x'.repeat(5000);

  test.each<[field: string, value: string]>([
    ['environment', 'germany'],
    ['environment', long],
    ['tenantId', '../common'],
    ['tenantId', long],
    ['clientId', 'not-a-guid'],
    ['clientId', long],
    ['clientSecret', ''],
    ['clientSecret', long],
    ['clientSecret', 'two\nlines'],
    ['scopes', 'openid'],
    ['scopes', 'https://graph.microsoft.us/Mail.Read'],
    ['scopes', long.repeat(6)],
  ])('comes back with the problem at its field: %s', async (field, value) => {
    const [app, account] = [addApp(it), addAccount(it)];
    const { id, connectLink } = await start(it, { name: 'Typed', connector: 'outlook365' });
    const before = await read(it, id);
    const { clientId, clientSecret } = app;
    it.keepSecret(clientSecret);
    const fields = {
      environment: 'office365',
      tenantId: 'common',
      clientId,
      clientSecret,
      scopes: 'Mail.Read',
    };
    const page = await follow(it, connectLink, account.username, { fields: { ...fields, [field]: value } });
    expect([page.status, page.refreshTo]).toEqual([400, undefined]);
    expect(page.html).toMatch(new RegExp(`href="#field-${field}"`));
    expect(page.html).not.toContain(clientSecret);
    expect(await read(it, id)).toEqual(before);
  });

  test('of another type, without a body, or too large is refused', async () => {
    const { id, connectLink } = await start(it, requestOf(it, addApp(it), addAccount(it)));
    const before = await read(it, id);
    const key = new URL(connectLink).searchParams.get('key') ?? '';
    const multipart = new FormData();
    multipart.set('key', key);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const init of [
      { body: multipart },
      { body: JSON.stringify({ key }), headers: { 'content-type': 'application/json' } },
      { body: `key=${key}&name=${'x'.repeat(70_000)}`, headers: form },
      { body: `key=${key}`, headers: { 'content-type': 'text/plain' } },
    ] as RequestInit[]) {
      const answer = await it.send(`/connect/${id}`, { method: 'POST', ...init });
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('Correlation ID')]);
    }
    const nothing = await it.send(`/connect/${id}`, { method: 'POST', body: '', headers: form });
    expect(nothing.status).toBe(401);
    expect(await read(it, id)).toEqual(before);
  });
});

describe('a session cookie', () => {
  test.each(['', 'x', 'a.b', `${'0'.repeat(32)}.${'A'.repeat(200)}`, '%00', '"quoted"', '{}'])(
    'made up as %.40j is no session',
    async (value) => {
      const answer = await it.send('/', { headers: { cookie: `__Host-session=${value}` } });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/signin?returnTo=%2F']);
    },
  );

  test('that was changed, cut or is another sealed text of the broker is no session', async () => {
    const browser = await signedIn();
    const session = sessionOf(browser);
    const flow = await it.send('/signin');
    const attempt = /=([^;]+)/.exec(flow.headers.getSetCookie()[0] ?? '')?.[1] ?? '';
    for (const value of [session.slice(0, -4), `${session.slice(0, -4)}AAAA`, attempt]) {
      const answer = await it.send('/', { headers: { cookie: `__Host-session=${value}` } });
      expect(answer.status).toBe(303);
    }
  });

  test('ends with its hours, and by signing out', async () => {
    const browser = await signedIn();
    const list = await browser.open(`${it.brokerUrl}/`);
    const signOut = list.forms.filter(({ action }) => action === '/signout');
    const out = await browser.submit({ ...list, forms: signOut });
    expect(out.text).toContain('Signed out');
    expect(sessionOf(browser)).toBe('');
    const again = await signedIn();
    await it.advance(8 * 3600 + 1);
    const answer = await it.send('/', { headers: { cookie: `__Host-session=${sessionOf(again)}` } });
    expect(answer.status).toBe(303);
  });

  test('is kept from scripts and other sites, and set for https', async () => {
    const flow = await it.send('/signin');
    for (const cookie of flow.headers.getSetCookie()) {
      expect(cookie).toMatch(/^__Host-/);
      for (const flag of ['httponly', 'secure', 'samesite=lax', 'path=/']) {
        expect(cookie.toLowerCase()).toContain(flag);
      }
      expect(cookie.toLowerCase()).not.toContain('domain=');
    }
  });
});

describe('pages', () => {
  test.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'do not lead to %s after the sign-in',
    async (returnTo) => {
      const browser = createBrowser();
      const picker = await browser.open(`${it.brokerUrl}/signin?${new URLSearchParams({ returnTo })}`);
      const page = await signInAtEntra(browser, picker, operator()?.username ?? '');
      expect(page.url).toBe(`${it.brokerUrl}/`);
    },
  );

  test('of an account without a role say what is missing, and show nothing', async () => {
    const browser = await signedIn(addAccount(it).username);
    expectFailurePage(it, await browser.open(`${it.brokerUrl}/add`), 403, /Connections\.Create/);
    const { id } = await connect(it);
    expectFailurePage(it, await browser.open(`${it.brokerUrl}/connections/${id}`), 404, /./);
    expectFailurePage(it, await browser.open(`${it.brokerUrl}/connections/${id}/delete`), 404, /./);
  });

  test.each([
    ['/add/sharepoint', 404],
    ['/add/constructor', 404],
    ['/connections/42', 400],
    ['/nothing/here', 404],
    ['/?after=x%00', 400],
    ['/?colour=red', 400],
    ['/connect/42?key=x', 400],
    [`/connect/${randomUUID()}?key=a&key=b`, 400],
    [`/connect/${randomUUID()}?key=${'k'.repeat(101)}`, 400],
    ['/signin?returnTo=/a&returnTo=/b', 400],
    ['/signin/callback', 400],
    ['/signin/callback?state=x&code=y', 400],
    ['/signin/callback?error=access_denied', 400],
  ] as const)('%s is a page that says what is wrong', async (path, status) => {
    const browser = await signedIn();
    expectFailurePage(it, await browser.open(`${it.brokerUrl}${path}`), status, /\w+ \w+/);
  });

  test('what somebody called a connection is text, not markup', async () => {
    const name = '<script>alert(1)</script><img src=x onerror=alert(2)>';
    const { id, connectLink } = await start(it, { ...requestOf(it, addApp(it), addAccount(it)), name });
    const page = await createBrowser().open(connectLink);
    expect(page.html).not.toMatch(/<script>alert|<img src=x/);
    const browser = await signedIn(
      it.cloud.accounts.find(({ username }) => username.startsWith('administrator@'))?.username,
    );
    for (const path of ['/', `/connections/${id}`]) {
      const shown = await browser.open(`${it.brokerUrl}${path}`);
      expect(shown.status).toBe(200);
      expect(shown.html).not.toMatch(/<script>alert|<img src=x/);
    }
  });
});

test('pages of the callback carry a strict policy, set no session, and are kept by no cache', async () => {
  const answer = await it.send('/provisioning_/callback');
  expect(answer.status).toBe(400);
  expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.getSetCookie()).toEqual([]);
});
