import { expect, test } from '@jest/globals';
import { signInUpToCallback } from './support/callbacks.ts';
import { useCloud } from './support/cloudUnderTest.ts';
import {
  addAccount,
  addApp,
  connect,
  read,
  requestOf,
  start,
  tokenLifetimeSeconds,
} from './support/connections.ts';

const it = useCloud({ brokers: 2 });
const runners = 500;

/** Everybody at once, split over the broker processes. */
function askFromEverywhere(id: string) {
  return Promise.all(
    Array.from({ length: runners }, (_, number) => {
      const origin = it.cloud.brokers[number % it.cloud.brokers.length]?.origin ?? '';
      return it.call('runner', 'GET', `/connections/${id}/token`, { origin });
    }),
  );
}

test('500 runners at two broker processes on an ended token make one refresh, and all get the same token', async () => {
  const { id } = await connect(it);
  const used = new Set<string>();
  for (let round = 1; round <= 3; round += 1) {
    await it.advance(tokenLifetimeSeconds + 1);
    const before = await it.tokenRequests('refresh_token');
    const answers = await askFromEverywhere(id);
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([200]);
    const tokens = new Set<string>(answers.map(({ body }) => body.access_token));
    it.keepSecret(...tokens);
    expect(tokens.size).toBe(1);
    for (const one of tokens) used.add(one);
    expect(await it.tokenRequests('refresh_token')).toBe(before + 1);
  }
  expect(used.size).toBe(3);
  expect((await read(it, id)).grantGeneration).toBe(1);
  for (const broker of it.cloud.brokers) {
    const handedOut = broker.logLines().filter((line) => line.includes('token_handed_out'));
    expect(handedOut.length).toBeGreaterThanOrEqual((3 * runners) / 2);
  }
}, 60_000);

test('500 runners on a connection that has been revoked make one call, and all learn why', async () => {
  const { id, account } = await connect(it);
  await it.advance(tokenLifetimeSeconds + 1);
  await it.control('PATCH', `/accounts/${account.username}`, { sessionsRevoked: true });
  const before = await it.tokenRequests('refresh_token');
  const answers = await askFromEverywhere(id);
  expect([...new Set(answers.map(({ status, body }) => `${status} ${body.code}`))]).toEqual([
    '409 grant_invalid',
  ]);
  expect(await it.tokenRequests('refresh_token')).toBe(before + 1);
}, 60_000);

test('a sign-in that one process started is ended by the other, and its token served by both', async () => {
  const [app, account] = [addApp(it), addAccount(it)];
  const { id, connectLink } = await start(it, requestOf(it, app, account));
  const { browser, callback } = await signInUpToCallback(connectLink, account.username);
  const [first, other] = it.cloud.brokers.map(({ origin }) => origin);
  const page = await browser.open(callback.href.replace(first ?? '', other ?? ''));
  expect([page.status, new URL(page.url).origin]).toEqual([200, other]);
  const tokens = await Promise.all(
    [first, other].map((origin = '') => it.call('runner', 'GET', `/connections/${id}/token`, { origin })),
  );
  expect(tokens.map(({ status }) => status)).toEqual([200, 200]);
  expect(tokens[0]?.body.access_token).toBe(tokens[1]?.body.access_token);
  it.keepSecret(tokens[0]?.body.access_token);
});
