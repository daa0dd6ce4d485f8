import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createIdentityProvider } from '../../../../shared/adapters/entra/identityProvider.ts';
import { BrokerError } from '../../../../shared/domain/errors.ts';
import { classifyTokenFailure } from '../../../../shared/domain/tokenFailure.ts';
import { type LocalServer, listen } from '../../../cloud/httpServer.ts';
import { claims, clock, codeRequest, goodBody, idToken, refreshRequest, tenant } from './samples.ts';

const servers: LocalServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function against(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
  deadlineSeconds = 10,
) {
  const server = await listen((request, response) => answer(response, request), { port: 0 });
  servers.push(server);
  const originMap = { 'https://login.microsoftonline.com': `${server.origin}/com` };
  return createIdentityProvider({ clock, originMap, deadlineSeconds });
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

async function failureFrom(answer: (response: ServerResponse) => void, deadlineSeconds?: number) {
  const identity = await against(answer, deadlineSeconds);
  const refreshed = await identity.refresh(refreshRequest);
  if (refreshed.ok) throw new Error('Tokens were accepted.');
  return refreshed.failure;
}

describe('an answer without tokens is a failure, whatever its status', () => {
  test.each([200, 400, 401, 429, 500, 503])('{} with %d', async (status) => {
    const failure = await failureFrom(json(status, {}));
    expect(failure).toMatchObject({ kind: 'answered', status, errorCodes: [] });
    expect(['identity_unavailable', 'throttled']).toContain(classifyTokenFailure(failure).code);
  });

  test.each<[string, string]>([
    ['null', 'null'],
    ['an array', '[1,2]'],
    ['a string', '"text"'],
    ['not JSON', '{"access_token":'],
    ['HTML', '<html><body>Bad gateway</body></html>'],
    ['nothing', ''],
  ])('%s', async (_, body) => {
    expect(await failureFrom(json(502, body))).toMatchObject({ kind: 'answered', status: 502 });
    expect(await failureFrom(json(200, body))).toMatchObject({ kind: 'answered', status: 200 });
  });

  test.each<[string, object]>([
    ['no access token', { ...goodBody, access_token: undefined }],
    ['an empty access token', { ...goodBody, access_token: '' }],
    ['an access token that is no text', { ...goodBody, access_token: { a: 1 } }],
    ['no lifetime', { ...goodBody, expires_in: undefined }],
    ['a lifetime of nothing', { ...goodBody, expires_in: 0 }],
    ['a lifetime of words', { ...goodBody, expires_in: 'soon' }],
  ])('%s', async (_, body) => {
    const failure = await failureFrom(json(200, body));
    expect(failure).toMatchObject({ kind: 'answered', status: 200 });
    expect(classifyTokenFailure(failure).code).toBe('identity_unavailable');
  });

  test.each<[string, object]>([
    ['no id token', { ...goodBody, id_token: undefined }],
    ['a garbled id token', { ...goodBody, id_token: 'x.y.z' }],
    ['an id token without oid', { ...goodBody, id_token: idToken({ ...claims, oid: undefined }) }],
    ['an id token without tid', { ...goodBody, id_token: idToken({ ...claims, tid: undefined }) }],
  ])('%s', async (_, body) => {
    const failure = await failureFrom(json(200, body));
    expect(failure).toMatchObject({ kind: 'answered', error: 'id_token_unusable' });
    expect(classifyTokenFailure(failure).code).toBe('id_token_invalid');
  });

  test('tokens beside an error status are not taken', async () => {
    expect(await failureFrom(json(500, goodBody))).toMatchObject({ kind: 'answered', status: 500 });
  });
});

test('of an error answer the codes are kept and the description is not', async () => {
  const body = {
    error: 'invalid_grant',
    error_description: 'AADSTS700082: The refresh token of ada@contoso.example has expired.',
    error_codes: [700082],
    suberror: 'bad_token',
    correlation_id: 'cccccccc-1111-4111-8111-111111111111',
  };
  const failure = await failureFrom(json(400, body));
  expect(failure).toEqual({
    kind: 'answered',
    status: 400,
    error: 'invalid_grant',
    suberror: 'bad_token',
    errorCodes: [700082],
    entraCorrelationId: 'cccccccc-1111-4111-8111-111111111111',
  });
  const { error_codes: _, ...withoutCodes } = body;
  expect(await failureFrom(json(400, withoutCodes))).toMatchObject({ errorCodes: [700082] });
});

test('an error in words of its own making is not kept', async () => {
  const failure = await failureFrom(
    json(400, { error: 'ada@contoso.example failed', correlation_id: 'a b c' }),
  );
  expect(JSON.stringify(failure)).not.toMatch(/ada|a b c/);
});

test.each<[string, number | undefined]>([
  ['7', 7],
  ['0', 0],
  ['999999999', 86_400],
  [new Date(clock.now().getTime() + 90_000).toUTCString(), 90],
  [new Date(clock.now().getTime() - 90_000).toUTCString(), 0],
  ['whenever', undefined],
])('Retry-After: %s', async (header, seconds) => {
  const failure = await failureFrom(json(429, { error: 'too_many' }, { 'retry-after': header }));
  expect(failure.retryAfterSeconds).toBe(seconds);
});

describe('an answer that does not arrive', () => {
  test('a server that says nothing is a timeout, within the deadline', async () => {
    const startedAt = performance.now();
    expect(await failureFrom(() => {}, 0.2)).toMatchObject({ kind: 'timeout', errorCodes: [] });
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });

  test('a body that does not end is a timeout', async () => {
    const failure = await failureFrom((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"access_token":"a"');
    }, 0.2);
    expect(failure).toMatchObject({ kind: 'timeout', status: 200 });
  });

  test('a dropped connection is a network failure', async () => {
    expect(await failureFrom((response) => response.destroy())).toMatchObject({ kind: 'network' });
  });

  test('a body cut off is a network failure', async () => {
    const failure = await failureFrom((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"access_token":"a"');
      setTimeout(() => response.destroy(), 20);
    });
    expect(failure).toMatchObject({ kind: 'network', status: 200 });
  });

  test('a port where nobody listens is a network failure', async () => {
    const identity = await against(() => {});
    await servers.pop()?.close();
    const answer = await identity.refresh(refreshRequest);
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'network' } });
  });

  test('a body of megabytes is not read', async () => {
    const failure = await failureFrom(json(200, { ...goodBody, padding: 'x'.repeat(2_000_000) }));
    expect(failure).toMatchObject({ kind: 'answered', status: 200 });
  });
});

test('a redirect is not followed, so that the secret goes nowhere else', async () => {
  let requests = 0;
  const failure = await failureFrom((response) => {
    requests += 1;
    response.writeHead(307, { location: '/elsewhere' });
    response.end();
  });
  expect(failure).toMatchObject({ kind: 'answered', status: 307 });
  expect(requests).toBe(1);
});

test('tokens count from the moment they were asked for, by the clock', async () => {
  const identity = await against(json(200, { ...goodBody, expires_in: '599' }));
  const answer = await identity.refresh(refreshRequest);
  expect(answer).toMatchObject({
    ok: true,
    tokens: {
      accessToken: 'an access token',
      refreshToken: 'a new refresh token',
      expiresAt: new Date(clock.now().getTime() + 599_000),
      account: { oid: 'oid-1', tid: tenant, username: 'ada@contoso.example' },
      scopes: ['openid', 'https://graph.microsoft.com/Mail.Read'],
    },
  });
});

test('a nonce that differs, or is missing, is told', async () => {
  const identity = await against(json(200, goodBody));
  expect((await identity.redeemCode(codeRequest)).ok).toBe(true);
  const other = await identity.redeemCode({ ...codeRequest, nonce: 'n2' });
  expect(other).toMatchObject({ ok: false, failure: { kind: 'answered', error: 'nonce_mismatch' } });
});

describe('an assertion as credential', () => {
  test('is sent instead of a secret, asked for once', async () => {
    let form = '';
    let asked = 0;
    const identity = await against((response, request) => {
      request.on('data', (chunk) => {
        form += chunk;
      });
      request.on('end', () => json(200, goodBody)(response));
    });
    const assertion = async () => {
      asked += 1;
      return 'header.payload.signature';
    };
    const answer = await identity.refresh({
      ...refreshRequest,
      credential: { kind: 'assertion', assertion },
    });
    expect(answer.ok).toBe(true);
    expect(asked).toBe(1);
    const sent = new URLSearchParams(form);
    expect(sent.get('client_assertion')).toBe('header.payload.signature');
    expect(sent.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    expect(sent.get('client_secret')).toBeNull();
  });

  test.each<[string, () => Promise<string>]>([
    ['fails', () => Promise.reject(new Error('no identity'))],
    ['hangs', () => new Promise(() => {})],
  ])('that %s is the broker’s own trouble, not an answer of Entra', async (_, assertion) => {
    const identity = await against(() => {}, 0.1);
    const answer = identity.refresh({ ...refreshRequest, credential: { kind: 'assertion', assertion } });
    await expect(answer).rejects.toMatchObject({ code: 'identity_unavailable' });
    await expect(answer).rejects.toBeInstanceOf(BrokerError);
  });
});
