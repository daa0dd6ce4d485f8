import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { useCloud } from './support/cloudUnderTest.ts';
import {
  addAccount,
  addApp,
  connect,
  eventTypes,
  follow,
  newSecret,
  requestOf,
  start,
  token,
} from './support/connections.ts';
import { expectProblem } from './support/failurePages.ts';
import { setVaultSecret } from './support/storedData.ts';

const it = useCloud();
type Caller = 'manager' | 'creator' | 'runner' | 'stranger';

async function idsOf(caller: Caller, query: Record<string, string>): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const parameters = new URLSearchParams({ ...query, ...(after === undefined ? {} : { after }) });
    const { status, body } = await it.call(caller, 'GET', `/connections?${parameters}`);
    expect(status).toBe(200);
    ids.push(...body.items.map(({ id }: { id: string }) => id));
    after = body.next;
  } while (after !== undefined);
  return ids;
}

describe('the list', () => {
  test('is paged without gaps or repeats, and filtered by app, status, connector and owner', async () => {
    const app = addApp(it);
    const { id: connected } = await connect(it, { app });
    const pending: string[] = [];
    for (let number = 0; number < 6; number += 1) {
      pending.push((await start(it, requestOf(it, app, addAccount(it)))).id);
    }
    const teams = (
      await start(it, { ...requestOf(it, app, addAccount(it)), connector: 'teams', scopes: 'User.Read' })
    ).id;
    const all = [connected, ...pending, teams].sort();
    const mine = await idsOf('creator', { app: app.clientId, limit: '3' });
    expect(mine.toSorted()).toEqual(all);
    expect((await idsOf('manager', { app: app.clientId.toUpperCase(), limit: '100' })).toSorted()).toEqual(
      all,
    );
    expect(await idsOf('creator', { app: app.clientId, status: 'connected' })).toEqual([connected]);
    expect(await idsOf('creator', { app: app.clientId, connector: 'teams' })).toEqual([teams]);
    const { creator, manager } = it.cloud.callers;
    expect((await idsOf('manager', { app: app.clientId, owner: creator.principalId })).length).toBe(8);
    expect(await idsOf('manager', { app: app.clientId, owner: manager.principalId })).toEqual([]);
    const first = await it.call('creator', 'GET', `/connections?app=${app.clientId}&limit=3`);
    expect(first.body.items.length).toBeLessThanOrEqual(3);
  });

  test('shows each caller what is theirs: owner, user and manager see it, strangers do not', async () => {
    const { id, app } = await connect(it);
    const query = { app: app.clientId };
    expect(await idsOf('manager', query)).toEqual([id]);
    expect(await idsOf('creator', query)).toEqual([id]);
    expect(await idsOf('runner', query)).toEqual([id]);
    expect(await idsOf('stranger', query)).toEqual([]);
    const { body } = await it.call('runner', 'GET', `/connections/${id}`);
    expect(body).toMatchObject({ id, status: 'connected', environment: 'office365', grantGeneration: 1 });
    expect(JSON.stringify(body)).not.toMatch(/secret|sealed|hash|authorizationId/i);
  });
});

describe('who may do what', () => {
  test('strangers get the same 404 for everything, whether the connection exists or not', async () => {
    const { id } = await connect(it);
    const body = { name: 'x' };
    for (const [method, path, options] of [
      ['GET', '', {}],
      ['GET', '/token', {}],
      ['GET', '/events', {}],
      ['PATCH', '', { body }],
      ['DELETE', '', {}],
      ['POST', '/confirm', { body: { oid: randomUUID(), tid: randomUUID() } }],
    ] as const) {
      const known = await it.call('stranger', method, `/connections/${id}${path}`, options);
      const unknown = await it.call('stranger', method, `/connections/${randomUUID()}${path}`, options);
      expectProblem(known, 404, 'not_found');
      expect({ ...known.body, correlationId: '' }).toEqual({ ...unknown.body, correlationId: '' });
    }
  });

  test('a user of the connection reads it and fetches tokens, but does not change it', async () => {
    const { id } = await connect(it);
    expect((await token(it, id)).status).toBe(200);
    for (const [method, options] of [
      ['PATCH', { body: { name: 'Mine' } }],
      ['DELETE', {}],
    ] as const) {
      const answer = await it.call('runner', method, `/connections/${id}`, options);
      expectProblem(answer, 403, 'forbidden');
      expect(answer.body).toMatchObject({
        missingPermission: 'manage',
        principalId: it.cloud.callers.runner.principalId,
        grantedBy: it.cloud.callers.creator.principalId,
      });
    }
  });

  test('the manager manages everything but fetches no tokens, and is told what is missing', async () => {
    const { id } = await connect(it);
    const role = await it.call('manager', 'GET', `/connections/${id}/token`);
    expectProblem(role, 403, 'forbidden');
    expect(role.body).toMatchObject({ missingRole: 'Tokens.Read' });
    expectProblem(await it.call('runner', 'POST', '/connections', { body: {} }), 400, 'invalid_request');
    const start = { name: 'x', connector: 'graph' };
    expectProblem(await it.call('runner', 'POST', '/connections', { body: start }), 403, 'forbidden');
  });

  test('a vault secret by name is for Connections.Manage alone', async () => {
    const { clientSecret: _, ...body } = requestOf(it, addApp(it), addAccount(it));
    const named = { ...body, clientSecretRef: 'client-secret-of-another-team' };
    for (const caller of ['creator', 'manager'] as const) {
      const answer = await it.call(caller, 'POST', '/connections', { body: named });
      expectProblem(answer, 400, 'invalid_request');
      expect(answer.body.fields[0].field).toBe('clientSecretRef');
    }
  });

  test('a vault secret that the manager names is used, and its successor as soon as it is there', async () => {
    const [app, account] = [addApp(it), addAccount(it)];
    const { clientSecret, ...body } = requestOf(it, app, account);
    const clientSecretRef = `client-secret-${randomUUID()}`;
    await setVaultSecret(it, clientSecretRef, clientSecret);
    const started = await it.call('manager', 'POST', '/connections', { body: { ...body, clientSecretRef } });
    const { id, connectLink } = started.body;
    it.keepSecret(clientSecret, new URL(connectLink).searchParams.get('key'));
    await follow(it, connectLink, account.username);
    expect((await token(it, id)).status).toBe(200);

    const successor = newSecret();
    it.keepSecret(successor);
    await it.control('POST', `/apps/${app.clientId}/secrets`, { clientSecret: successor });
    await it.control('DELETE', `/apps/${app.clientId}/secrets/${clientSecret.slice(-4)}`);
    await it.advance(2 * 3600);
    expectProblem(await token(it, id), 502, 'app_credential_rejected');
    await setVaultSecret(it, clientSecretRef, successor);
    await it.advance(61);
    expect((await token(it, id)).status).toBe(200);
  });
});

test('PATCH changes name and access list, tells what changed, and ends access within half a minute', async () => {
  const { id } = await connect(it);
  expect((await token(it, id)).status).toBe(200);
  const { stranger } = it.cloud.callers;
  const patch = { name: 'Renamed', access: [{ principalId: stranger.principalId, permission: 'use' }] };
  const answer = await it.call('creator', 'PATCH', `/connections/${id}`, { body: patch });
  expect([answer.status, answer.body]).toEqual([200, expect.objectContaining(patch)]);
  expect((await eventTypes(it, id))[0]).toBe('connection.updated');
  await it.advance(31);
  expectProblem(await token(it, id), 404, 'not_found');
  expect((await it.call('stranger', 'GET', `/connections/${id}/token`)).status).toBe(200);
  expect(await idsOf('runner', {})).not.toContain(id);
  expect(await idsOf('stranger', {})).toContain(id);
});

test('DELETE removes the secret and the rows, says what remains at Entra, and keeps the history', async () => {
  const { id, account, app } = await connect(it);
  expect((await token(it, id)).status).toBe(200);
  const { keyVault } = await it.counters();
  const answer = await it.call('creator', 'DELETE', `/connections/${id}`);
  expect([answer.status, answer.body]).toEqual([
    200,
    {
      id,
      deleted: true,
      remainingConsent: {
        detail: expect.stringContaining(account.username),
        person: expect.stringContaining('https://myapps.microsoft.com'),
        administrator: expect.stringContaining('https://portal.azure.com'),
      },
    },
  ]);
  expect((await it.counters()).keyVault.delete).toBe((keyVault.delete ?? 0) + 1);
  expectProblem(await it.call('creator', 'GET', `/connections/${id}`), 404, 'not_found');
  expectProblem(await it.call('creator', 'GET', `/connections/${id}/events`), 404, 'not_found');
  expectProblem(await it.call('creator', 'DELETE', `/connections/${id}`), 404, 'not_found');
  await it.advance(31);
  expectProblem(await token(it, id), 404, 'not_found');
  expect(await idsOf('manager', { app: app.clientId })).toEqual([]);
  expect(await eventTypes(it, id)).toEqual([
    'connection.deleted',
    'connection.status_changed connected',
    'connection.sign_in_completed',
    'connection.created pending',
  ]);
  await it.advance(7200);
  expect((await it.runTimer()).errors).toBe(0);
});

test('events are paged, newest first, and say who did what and why', async () => {
  const { id } = await connect(it);
  const pages: { at: string; actor: string; cause: string }[] = [];
  let query = '?limit=2';
  do {
    const { body } = await it.call('creator', 'GET', `/connections/${id}/events${query}`);
    pages.push(...body.items);
    query = body.next === undefined ? '' : `?limit=2&after=${body.next}`;
  } while (query !== '');
  expect(pages.length).toBe(3);
  expect(pages.map(({ at }) => at)).toEqual(
    pages
      .map(({ at }) => at)
      .toSorted()
      .reverse(),
  );
  expect(pages.at(-1)).toMatchObject({
    actor: it.cloud.callers.creator.principalId,
    cause: expect.stringMatching(/requested/),
  });
});

test('environments and connectors tell what there is to choose from', async () => {
  const environments = await it.call('runner', 'GET', '/environments');
  expect(environments.body.redirectUri).toBe(`${it.brokerUrl}/provisioning_/callback`);
  expect(environments.body.items.map(({ name }: { name: string }) => name)).toEqual([
    'office365',
    'usgov-l4',
    'usgov-l5',
    'china',
  ]);
  const connectors = await it.call('runner', 'GET', '/connectors');
  const facts = Object.fromEntries(
    connectors.body.items.map((item: { name: string; minimumScopes: string[] }) => [item.name, item]),
  );
  expect(Object.keys(facts)).toEqual(['outlook365', 'onedrive-sharepoint', 'teams', 'graph']);
  expect(facts.outlook365.minimumScopes).toEqual(
    expect.arrayContaining(['openid', 'offline_access', 'Mail.Read']),
  );
  expect(facts['onedrive-sharepoint'].adminConsent).toEqual(['User.Read.All']);
});

describe('health', () => {
  test('is alive without asking anybody, and ready when vault and tables answer', async () => {
    const before = await it.counters();
    expect((await it.send('/health')).body).toEqual({ status: 'alive' });
    expect(await it.counters()).toEqual(before);
    const ready = await it.send('/health/ready');
    expect([ready.status, ready.body]).toMatchObject([
      200,
      {
        status: 'ready',
        dependencies: { keyVault: { state: 'ok' }, tables: { state: 'ok' }, entra: { state: 'ok' } },
      },
    ]);
  });

  test.each(['keyVault', 'tables'] as const)(
    'is not ready while %s fails, and says which',
    async (service) => {
      const remove = await it.fault({ service, answer: { status: 503 } });
      const answer = await it.send('/health/ready');
      const alive = await it.send('/health');
      await remove();
      expect([answer.status, alive.status]).toEqual([503, 200]);
      const other = service === 'tables' ? 'keyVault' : 'tables';
      expect(answer.body.dependencies).toMatchObject({
        [service]: { state: 'failing', code: expect.stringMatching(/_unavailable$/) },
        [other]: { state: 'ok' },
      });
      expect((await it.send('/health/ready')).status).toBe(200);
    },
  );

  test('tells of an Entra that fails, and stays ready: tokens that count are still handed out', async () => {
    const remove = await it.fault({ service: 'entra', answer: { status: 503 } });
    const answer = await it.send('/health/ready');
    await remove();
    expect(answer.status).toBe(200);
    expect(answer.body.dependencies).toMatchObject({
      entra: { state: 'failing', code: 'identity_unavailable' },
      keyVault: { state: 'ok' },
    });
  });
});
