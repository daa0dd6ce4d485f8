import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createBrowser } from '../cloud/browser.ts';
import { useCloud } from './support/cloudUnderTest.ts';
import {
  addAccount,
  addApp,
  connect,
  eventTypes,
  follow,
  newSecret,
  read,
  requestOf,
  start,
  token,
} from './support/connections.ts';
import { expectFailurePage, expectProblem } from './support/failurePages.ts';

const it = useCloud();

const put = (id: string, body: unknown, caller: 'creator' | 'manager' | 'runner' = 'creator') =>
  it.call(caller, 'PUT', `/connections/${id}`, { body });
const keyOf = (link: string) => new URL(link).searchParams.get('key');

describe('PUT with an id of the caller’s choosing', () => {
  test('makes the connection once; again gives a fresh link, and the old one is dead', async () => {
    const body = requestOf(it, addApp(it), addAccount(it));
    const id = randomUUID();
    const made = await put(id, body);
    expect([made.status, made.headers.get('location')]).toEqual([201, `/api/v1/connections/${id}`]);
    expect(made.body).toMatchObject({
      id,
      status: 'pending',
      owner: it.cloud.callers.creator.principalId,
      redirectUri: `${it.brokerUrl}/provisioning_/callback`,
    });
    const same = await put(id, { ...body, scopes: 'Mail.Read offline_access openid' });
    expect([same.status, same.body.id]).toEqual([200, id]);
    it.keepSecret(body.clientSecret, keyOf(made.body.connectLink), keyOf(same.body.connectLink));
    expect(same.body.connectLink).not.toBe(made.body.connectLink);
    expectFailurePage(it, await createBrowser().open(made.body.connectLink), 404, /not valid/);
    await follow(it, same.body.connectLink, body.expectedAccount.username);
    expect((await read(it, id)).status).toBe('connected');
    const connected = await put(id, body);
    expect(connected.status).toBe(200);
    expect(connected.body).not.toHaveProperty('connectLink');
  });

  test('two pipelines at once make one connection', async () => {
    const [id, body] = [randomUUID(), requestOf(it, addApp(it), addAccount(it))];
    const answers = await Promise.all([1, 2, 3, 4].map(() => put(id, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    it.keepSecret(body.clientSecret, ...answers.map((answer) => keyOf(answer.body.connectLink)));
  });

  test.each<[field: string, change: Record<string, unknown>]>([
    ['name', { name: 'Other' }],
    ['clientSecret', { clientSecret: 'another-secret-value' }],
    ['tenantId', { tenantId: undefined }],
    ['scopes', { scopes: ['openid', 'offline_access', 'Mail.Read', 'Mail.Send'] }],
    ['access', { access: [] }],
    ['connector', { connector: 'graph' }],
  ])('with another %s is a conflict that names the field', async (field, change) => {
    const [id, body] = [randomUUID(), requestOf(it, addApp(it), addAccount(it))];
    await put(id, body);
    const before = await read(it, id);
    const answer = await put(id, { ...body, ...change });
    expectProblem(answer, 409, 'connection_conflict');
    expect(answer.body.fields.map((problem: { field: string }) => problem.field)).toEqual([field]);
    expect(await read(it, id)).toEqual(before);
  });

  test('on somebody else’s id is the same 404 as reading one that does not exist', async () => {
    const body = requestOf(it, addApp(it), addAccount(it));
    const id = randomUUID();
    expect((await put(id, body, 'manager')).status).toBe(201);
    const withoutIds = ({ body: { correlationId: _, ...rest } }: Awaited<ReturnType<typeof put>>) => rest;
    const foreign = await put(id, body);
    const unknown = await it.call('creator', 'GET', `/connections/${randomUUID()}`);
    expectProblem(foreign, 404, 'not_found');
    expect(withoutIds(foreign)).toEqual(withoutIds(unknown));
    expectProblem(await put(randomUUID(), body, 'runner'), 403, 'forbidden');
  });
});

describe('an invitation that leaves open who signs in', () => {
  test('serves no token until the requester has confirmed the account', async () => {
    const [app, account] = [addApp(it), addAccount(it)];
    const { expectedAccount: _, ...body } = requestOf(it, app, account);
    const { id, connectLink } = await start(it, body);
    expectProblem(await token(it, id), 409, 'connection_pending');
    const page = await follow(it, connectLink, account.username);
    expect([page.status, page.text]).toEqual([200, expect.stringMatching(/has to confirm your account/)]);
    expect(await read(it, id)).toMatchObject({
      status: 'pending',
      accountConfirmed: false,
      account: { oid: account.oid },
    });
    expectProblem(await token(it, id), 409, 'account_not_confirmed');

    const confirm = (oid: string, caller: 'creator' | 'runner' = 'creator') =>
      it.call(caller, 'POST', `/connections/${id}/confirm`, { body: { oid, tid: account.tenantId } });
    expectProblem(await confirm(account.oid, 'runner'), 403, 'forbidden');
    expectProblem(await confirm(randomUUID()), 409, 'account_mismatch');
    expect((await read(it, id)).status).toBe('pending');
    const before = await it.counters();
    expect((await confirm(account.oid)).body).toMatchObject({ status: 'connected', accountConfirmed: true });
    expect((await confirm(account.oid)).status).toBe(200);
    expect((await token(it, id)).status).toBe(200);
    expect((await it.counters()).entra).toEqual(before.entra);
    expect(await eventTypes(it, id)).toEqual([
      'connection.status_changed connected',
      'connection.account_confirmed',
      'connection.sign_in_completed',
      'connection.created pending',
    ]);
  });

  test('ends when nobody confirms it for a week, and its secret with it', async () => {
    const account = addAccount(it);
    const { expectedAccount: _, ...body } = requestOf(it, addApp(it), account);
    const { id, connectLink } = await start(it, body);
    await follow(it, connectLink, account.username);
    await it.advance(6 * 86_400);
    await it.runTimer();
    expect((await read(it, id)).status).toBe('pending');
    const { keyVault } = await it.counters();
    await it.advance(86_400 + 60);
    await it.runTimer();
    expectProblem(await it.call('creator', 'GET', `/connections/${id}`), 404, 'not_found');
    expect((await it.counters()).keyVault.delete).toBe((keyVault.delete ?? 0) + 1);
    expect((await eventTypes(it, id))[0]).toBe('connection.expired');
  });

  test('has everything else typed by the person who signs in', async () => {
    const [app, account] = [addApp(it), addAccount(it)];
    const { id, connectLink } = await start(it, { name: 'Typed', connector: 'teams' });
    const fields = {
      environment: 'office365',
      tenantId: '',
      clientId: app.clientId,
      clientSecret: app.clientSecret,
      scopes: 'User.Read offline_access',
    };
    it.keepSecret(app.clientSecret);
    const refused = await follow(it, connectLink, account.username, { fields: { ...fields, clientId: 'x' } });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('GUID')]);
    expect(refused.html).not.toContain(app.clientSecret);
    expect(refused.html).toContain('User.Read offline_access');
    const page = await follow(it, connectLink, account.username, { fields });
    expect(page.status).toBe(200);
    expect(await read(it, id)).toMatchObject({
      tenantId: 'common',
      clientId: app.clientId,
      requestedScopes: expect.arrayContaining(['openid', 'offline_access', 'User.Read']),
      account: { oid: account.oid },
    });
  });
});

describe('a connect link', () => {
  test('stays open when the wrong account signs in, and names both', async () => {
    const [app, account, other] = [addApp(it), addAccount(it), addAccount(it)];
    const { id, connectLink } = await start(it, requestOf(it, app, account));
    const page = await follow(it, connectLink, other.username);
    expectFailurePage(it, page, 409, new RegExp(other.username), new RegExp(account.username));
    expect(await read(it, id)).toMatchObject({ status: 'pending' });
    expect(await read(it, id)).not.toHaveProperty('account');
    await follow(it, connectLink, account.username);
    expect(await read(it, id)).toMatchObject({ status: 'connected', account: { oid: account.oid } });
  });

  test('lets a mistyped secret be typed again, and keeps the wrong one out of the vault', async () => {
    const [app, account] = [addApp(it), addAccount(it)];
    const { clientSecret, ...body } = requestOf(it, app, account);
    const { id, connectLink } = await start(it, body);
    const wrong = newSecret();
    it.keepSecret(wrong, clientSecret);
    const { keyVault } = await it.counters();
    const failed = await follow(it, connectLink, account.username, { fields: { clientSecret: wrong } });
    expectFailurePage(it, failed, 502, /does not accept the client secret/);
    expect((await it.counters()).keyVault.set).toBe(keyVault.set);
    await follow(it, connectLink, account.username, { fields: { clientSecret } });
    expect((await read(it, id)).status).toBe('connected');
    expect((await it.counters()).keyVault.set).toBe((keyVault.set ?? 0) + 2);
  });

  test('is consumed by the sign-in that succeeds', async () => {
    const account = addAccount(it);
    const { connectLink } = await start(it, requestOf(it, addApp(it), account));
    await follow(it, connectLink, account.username);
    expectFailurePage(it, await createBrowser().open(connectLink), 404, /has been used/);
    const key = keyOf(connectLink) ?? '';
    const posted = await it.send(new URL(connectLink).pathname, {
      method: 'POST',
      body: new URLSearchParams({ key }),
    });
    expect(posted.status).toBe(404);
  });

  test('ends after half an hour, and the unused connection with it', async () => {
    const account = addAccount(it);
    const { id, connectLink, connectLinkExpiresAt } = await start(it, requestOf(it, addApp(it), account));
    const minutes = (Date.parse(connectLinkExpiresAt) - it.cloud.clock.now().getTime()) / 60_000;
    expect(minutes).toBeCloseTo(30, 0);
    await it.advance(1801);
    expectFailurePage(it, await createBrowser().open(connectLink), 410, /has expired/);
    expect((await read(it, id)).status).toBe('pending');
    expect((await it.runTimer()).expiredConnections).toBeGreaterThan(0);
    expectProblem(await it.call('creator', 'GET', `/connections/${id}`), 404, 'not_found');
    expect(await eventTypes(it, id)).toEqual(['connection.expired', 'connection.created pending']);
  });

  test('of another connection, a shortened one and a guessed one open nothing', async () => {
    const one = await start(it, requestOf(it, addApp(it), addAccount(it)));
    const other = await start(it, requestOf(it, addApp(it), addAccount(it)));
    for (const link of [
      one.connectLink.replace(one.id, other.id),
      one.connectLink.slice(0, -1),
      `${it.brokerUrl}/connect/${one.id}?key=${'A'.repeat(43)}`,
      one.connectLink.replace(one.id, randomUUID()),
    ]) {
      expectFailurePage(it, await createBrowser().open(link), 404, /not valid/);
    }
  });
});

describe('an app', () => {
  test('may be built on without its secret by who has proven it, and by nobody else', async () => {
    const { app } = await connect(it);
    const account = addAccount(it);
    const { clientSecret: _, ...body } = requestOf(it, app, account);
    const own = await start(it, body);
    await follow(it, own.connectLink, account.username);
    expect((await read(it, own.id)).status).toBe('connected');
    const foreign = await it.call('manager', 'POST', '/connections', { body });
    it.keepSecret(keyOf(foreign.body.connectLink));
    const refused = await follow(it, foreign.body.connectLink, account.username);
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('client secret')]);
  });
});
