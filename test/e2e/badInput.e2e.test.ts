import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { badBodies } from './support/badBodies.ts';
import type { Answer } from './support/cloudUnderTest.ts';
import { useCloud } from './support/cloudUnderTest.ts';
import { addAccount, addApp, connect, read, requestOf, start } from './support/connections.ts';
import { expectProblem } from './support/failurePages.ts';

const it = useCloud();

// The first connection makes the tables.
beforeAll(() => connect(it));

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Lists, and what was written or asked of vault and Entra: none of it may move. */
async function expectNothingChanged(act: () => Promise<unknown>): Promise<void> {
  const state = async () => {
    const { body } = await it.call('manager', 'GET', '/connections?limit=100');
    const { entra, keyVault, tables } = await it.counters();
    return [body.items, entra.token, keyVault.set ?? 0, keyVault.delete ?? 0, tables.write];
  };
  const before = await state();
  await act();
  expect(await state()).toEqual(before);
}

const fieldsOf = ({ body }: Answer): string[] =>
  (body.fields ?? []).map(({ field }: { field: string }) => field);

describe('bodies', () => {
  test.each(badBodies)('with %s are refused, by name: %s', async (_, field, change) => {
    const body = { ...requestOf(it, addApp(it), addAccount(it)), ...change };
    await expectNothingChanged(async () => {
      for (const answer of [
        await it.call('manager', 'POST', '/connections', { body }),
        await it.call('manager', 'PUT', `/connections/${randomUUID()}`, { body }),
      ]) {
        expectProblem(answer, 400, 'invalid_request');
        expect(fieldsOf(answer).some((named) => named === field || named.startsWith(`${field}.`))).toBe(true);
        expect(answer.text).not.toContain(String(body.clientSecret));
      }
    });
  });

  test('all problems are told at once', async () => {
    const body = { name: '', connector: 'x', clientId: 5, colour: 1 };
    const answer = await it.call('creator', 'POST', '/connections', { body });
    expect(fieldsOf(answer).toSorted()).toEqual(['clientId', 'colour', 'connector', 'name']);
  });

  const json = { 'content-type': 'application/json' };
  test.each<[what: string, status: number, text: string | undefined, headers: Record<string, string>]>([
    ['empty', 400, '', json],
    ['absent', 400, undefined, {}],
    ['cut off', 400, '{"name":', json],
    ['a list', 400, '[]', json],
    ['null', 400, 'null', json],
    ['a text', 400, '"hello"', json],
    ['deeply nested', 400, `${'['.repeat(20_000)}${']'.repeat(20_000)}`, json],
    ['with a prototype', 400, '{"__proto__":{"name":"x"},"connector":"graph"}', json],
    ['oversized', 400, JSON.stringify({ name: 'x'.repeat(70_000) }), json],
    [
      'of another type',
      400,
      'name=x&connector=graph',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['of no type', 400, '{"name":"x","connector":"graph"}', { 'content-type': 'text/plain' }],
  ])('%s are refused with their cause', async (_, status, text, headers) => {
    await expectNothingChanged(async () => {
      for (const [method, path] of [
        ['POST', '/connections'],
        ['PUT', `/connections/${randomUUID()}`],
      ]) {
        const answer = await it.send(`/api/v1${path}`, {
          method: method ?? '',
          headers: { authorization: `Bearer ${it.cloud.callers.creator.accessToken}`, ...headers },
          ...(text === undefined ? {} : { body: text }),
        });
        expectProblem(answer, status, 'invalid_request');
      }
    });
  });

  test('of PATCH and confirm are as strict', async () => {
    const { id, account } = await connect(it);
    await expectNothingChanged(async () => {
      for (const [method, path, body, field] of [
        ['PATCH', '', {}, 'body'],
        ['PATCH', '', { environment: 'china' }, 'environment'],
        ['PATCH', '', { access: 'everybody' }, 'access'],
        ['PATCH', '', { name: 7 }, 'name'],
        ['POST', '/confirm', { oid: account.oid }, 'tid'],
        ['POST', '/confirm', { oid: 'x', tid: account.tenantId }, 'oid'],
        ['POST', '/confirm', { oid: account.oid, tid: account.tenantId, force: true }, 'force'],
      ] as const) {
        const answer = await it.call('creator', method, `/connections/${id}${path}`, { body });
        expectProblem(answer, 400, 'invalid_request');
        expect(fieldsOf(answer)).toContain(field);
      }
    });
  });
});

describe('addresses', () => {
  test.each(['not-an-id', '42', '%00', '..%2F..%2Fetc', `${'a'.repeat(300)}`, 'UPPER'])(
    'with %j as connection id are refused',
    async (id) => {
      const given = id === 'UPPER' ? randomUUID().toUpperCase() : id;
      const body = { name: 'x', connector: 'graph' };
      await expectNothingChanged(async () => {
        for (const [method, path, options] of [
          ['GET', '', {}],
          ['GET', '/token', {}],
          ['GET', '/events', {}],
          ['PUT', '', { body }],
          ['PATCH', '', { body: { name: 'x' } }],
          ['DELETE', '', {}],
        ] as const) {
          const caller = path === '/token' ? 'runner' : 'manager';
          const answer = await it.call(caller, method, `/connections/${given}${path}`, options);
          expect([400, 404]).toContain(answer.status);
          if (answer.text !== '') expectProblem(answer, answer.status, answer.body.code);
        }
      });
    },
  );

  test.each<[path: string, field: string]>([
    ['/connections?colour=red', 'colour'],
    ['/connections?status=broken', 'status'],
    ['/connections?status=pending&status=connected', 'status'],
    ['/connections?limit=0', 'limit'],
    ['/connections?limit=101', 'limit'],
    ['/connections?limit=ten', 'limit'],
    ['/connections?limit=1.5', 'limit'],
    ['/connections?limit=1&limit=2', 'limit'],
    ['/connections?app=x', 'app'],
    ['/connections?after=%27%20or%201', 'after'],
    ['/connections?after=QUJD', 'after'],
    ['/connections?connector=', 'connector'],
    ['/environments?x=1', 'x'],
    ['/connectors?x=1', 'x'],
  ])('GET %s is refused, naming %s', async (path, field) => {
    const answer = await it.call('manager', 'GET', path);
    expectProblem(answer, 400, 'invalid_request');
    expect(fieldsOf(answer)).toEqual([field]);
  });

  test('of a connection take no other parameters either', async () => {
    const { id } = await start(it, requestOf(it, addApp(it), addAccount(it)));
    for (const path of [
      '?x=1',
      '/token?minValidSeconds=1&minValidSeconds=2',
      '/token?force=true',
      '/events?x=',
    ]) {
      expectProblem(await it.call('manager', 'GET', `/connections/${id}${path}`), 400, 'invalid_request');
    }
  });

  test.each<[method: Method, path: string]>([
    ['GET', '/nothing'],
    ['GET', ''],
    ['DELETE', '/connections'],
    ['PATCH', '/environments'],
    ['POST', `/connections/${randomUUID()}/token`],
    ['GET', `/connections/${randomUUID()}/confirm`],
    ['PUT', '/connectors'],
  ])('%s %s does not exist', async (method, path) => {
    const answer = await it.call('manager', method, path);
    expect([404, 405]).toContain(answer.status);
    expectProblem(answer, answer.status, answer.body.code);
  });
});

describe('callers', () => {
  const list = (authorization?: string) =>
    it.send('/api/v1/connections', authorization === undefined ? {} : { headers: { authorization } });

  async function expectUnauthenticated(authorization: string | undefined, reason: RegExp): Promise<void> {
    const answer = await list(authorization);
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(answer.body.detail).toMatch(reason);
    if (authorization !== undefined) expect(answer.text).not.toContain(authorization.slice(-20));
  }

  const claims = () => decodeJwt(it.cloud.callers.manager.accessToken);
  const mint = (more: Partial<Parameters<typeof it.cloud.entra.mintToken>[0]>) =>
    it.cloud.entra.mintToken({
      tenantId: it.cloud.apps.office365.tenantId,
      audience: it.cloud.brokerClientId,
      principalId: it.cloud.callers.manager.principalId,
      roles: ['Connections.Manage'],
      ...more,
    });

  test('without a token learn that they need one, on every address of the API', async () => {
    for (const path of [
      '/connections',
      '/environments',
      '/connectors',
      `/connections/${randomUUID()}/token`,
    ]) {
      const answer = await it.call('nobody', 'GET', path);
      expectProblem(answer, 401, 'unauthenticated');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    const body = { name: 'x', connector: 'graph' };
    expectProblem(await it.call('nobody', 'POST', '/connections', { body }), 401, 'unauthenticated');
  });

  test('with a token that is not signed, or by whom it likes, are refused', async () => {
    const none = new UnsecuredJWT(claims()).encode();
    await expectUnauthenticated(`Bearer ${none}`, /not signed|malformed|signature/);
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const sign = (header: Record<string, unknown>) =>
      new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', ...header }).sign(privateKey);
    await expectUnauthenticated(`Bearer ${await sign({ kid: 'mine' })}`, /key|signature/);
    await expectUnauthenticated(`Bearer ${await sign({ jwk: await exportJWK(publicKey) })}`, /key|signature/);
    const hmac = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(it.cloud.brokerClientId.padEnd(32, '0')));
    await expectUnauthenticated(`Bearer ${hmac}`, /algorithm/);
    const good = it.cloud.callers.manager.accessToken;
    const [header, , signature] = good.split('.');
    const forged = Buffer.from(JSON.stringify({ ...claims(), roles: ['Tokens.Read'] })).toString('base64url');
    await expectUnauthenticated(`Bearer ${header}.${forged}.${signature}`, /signature/);
  });

  test('with a token for somebody else, of another issuer, or that has ended, are refused', async () => {
    await expectUnauthenticated(`Bearer ${await mint({ audience: randomUUID() })}`, /audience/);
    await expectUnauthenticated(
      `Bearer ${await mint({ audience: 'https://graph.microsoft.com' })}`,
      /audience/,
    );
    await expectUnauthenticated(
      `Bearer ${await mint({ tenantId: it.cloud.apps.china.tenantId })}`,
      /issuer that is not trusted/,
    );
    await expectUnauthenticated(`Bearer ${await mint({ lifetimeSeconds: -120 })}`, /has expired/);
  });

  test.each([
    'Bearer',
    'Bearer ',
    'Bearer x',
    'Bearer a.b.c',
    'Bearer eyJhbGciOiJub25lIn0.e30.',
    `Bearer ${'a'.repeat(10_000)}.b.c`,
    'Basic dXNlcjpwYXNzd29yZA==',
    'Negotiate',
  ])('that send %.40s are refused', async (authorization) => {
    const answer = await list(authorization);
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  test('without a role, or as a person without the scope, learn what is missing', async () => {
    const noRole = await list(`Bearer ${await mint({ roles: [] })}`);
    expectProblem(noRole, 403, 'forbidden');
    const noScope = await list(`Bearer ${await mint({ scp: 'User.Read', username: 'a@b.example' })}`);
    expectProblem(noScope, 403, 'forbidden');
    expect(noScope.body).toMatchObject({ missingScope: 'access_as_user' });
  });

  test('are not told a token in the query or in a cookie counts', async () => {
    const { accessToken } = it.cloud.callers.manager;
    const query = await it.send(`/api/v1/connections?access_token=${accessToken}`);
    expectProblem(query, 401, 'unauthenticated');
    const cookie = await it.send('/api/v1/connections', {
      headers: { cookie: `__Host-session=${accessToken}` },
    });
    expectProblem(cookie, 401, 'unauthenticated');
  });
});

test('the connection that all this was tried on is as it was', async () => {
  const { id } = await connect(it);
  const before = await read(it, id);
  for (const method of ['POST', 'PUT', 'DELETE'] as const) {
    await it.send(`/api/v1/connections/${id}/token`, { method });
  }
  expect(await read(it, id)).toEqual(before);
});
