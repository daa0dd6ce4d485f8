import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestCloud } from '../entra/testCloud.ts';

let cloud: Awaited<ReturnType<typeof startTestCloud>>;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.close());

const read = (path: string, token?: string) =>
  fetch(cloud.local(`https://dod-graph.microsoft.us/v1.0${path}`), {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

test('Graph answers a token of its own cloud, within its scopes and lifetime', async () => {
  const { access_token } = (await cloud.connect('usgov-l5')).body;
  expect(await (await read('/me/mailFolders/inbox', access_token)).json()).toMatchObject({
    displayName: 'Inbox',
  });
  const denied = await read('/me/drive', access_token);
  expect([denied.status, (await denied.json()).error.code]).toEqual([403, 'accessDenied']);
  cloud.clock.advance(2 * 3600);
  const expired = await read('/me/mailFolders/inbox', access_token);
  expect((await expired.json()).error).toMatchObject({
    code: 'InvalidAuthenticationToken',
    message: 'Lifetime validation failed, the token is expired.',
  });
});

test('Graph refuses no token, and a token of the other US Government cloud', async () => {
  const none = await read('/me');
  expect([none.status, none.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringMatching(/^Bearer /),
  ]);
  const { access_token } = (await cloud.connect('usgov-l4')).body;
  expect((await (await read('/me', access_token)).json()).error.message).toMatch('Invalid audience');
  expect(cloud.counters.snapshot().graph).toBe(5);
});

test('a fault is met at the address it names', async () => {
  const match = { operation: '/v1.0/me/drive' };
  cloud.faults.add({ service: 'graph', match, answer: { status: 503, retryAfterSeconds: 3 }, times: 1 });
  expect((await read('/me')).status).toBe(401);
  expect((await read('/me/drive')).status).toBe(503);
});
