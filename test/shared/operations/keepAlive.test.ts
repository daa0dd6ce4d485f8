import { beforeEach, describe, expect, test } from '@jest/globals';
import { ada, runner } from '../../support/callers.ts';
import { createHarness, day, type Harness, hour, minute, refusal } from '../../support/harness.ts';

let harness: Harness;
let id: string;
let born: number;

const ask = () => harness.broker.readToken(runner, { connectionId: id, minValidSeconds: 300 });
const daysOld = () => (harness.clock.now().getTime() - born) / day;

/** Time goes by, with the timer running every so often. */
async function live(days: number, every: number, atEachTick: () => Promise<unknown> = async () => undefined) {
  const end = harness.clock.now().getTime() + days * day;
  while (harness.clock.now().getTime() < end) {
    await harness.clock.advance(every);
    await harness.broker.refreshConnections();
    await atEachTick();
  }
}

async function eventsOfType(type: string) {
  return (await harness.events(id)).filter((event) => event.type === type);
}

beforeEach(async () => {
  harness = createHarness({ random: Math.random });
  id = (await harness.connect()).id;
  await ask();
  born = harness.clock.now().getTime();
});

describe('a connection that nobody uses', () => {
  test('stays alive for 179 days with a refresh a week, and gets its warning a fortnight ahead', async () => {
    await live(165.7, 6 * hour);
    expect(await eventsOfType('connection.idle_warning')).toEqual([]);
    await live(0.4, 6 * hour);
    const [warning, ...others] = await eventsOfType('connection.idle_warning');
    expect(others).toEqual([]);
    expect(warning).toMatchObject({ actor: 'timer', cause: expect.stringContaining('in 14 days') });
    await live(179 - daysOld(), 6 * hour);
    expect(await eventsOfType('connection.idle_warning')).toHaveLength(1);
    // The first day counts as use: about 32 tokens of an hour, then 26 weeks.
    expect(harness.identity.calls.refresh).toBeGreaterThan(26);
    expect(harness.identity.calls.refresh).toBeLessThan(60);
    expect((await harness.connection(id)).status).toBe('connected');
    expect((await ask()).expires_in).toBe(3600);
  });

  test('is dropped after 180 days: the timer forgets it, and it does not look active for ever', async () => {
    await live(188, 6 * hour);
    expect((await harness.grant(id)).dueAt).toBeUndefined();
    const calls = harness.identity.calls.refresh;
    await live(80, day);
    expect(harness.identity.calls.refresh).toBe(calls);
  });

  test('comes back to life when it is used once more while Microsoft still knows it', async () => {
    await live(200, 12 * hour);
    expect((await harness.connection(id)).idleWarnedAt).toBeDefined();
    expect((await ask()).expires_in).toBe(3600);
    expect((await harness.connection(id)).idleWarnedAt).toBeUndefined();
    await live(100, 12 * hour);
    expect((await harness.connection(id)).status).toBe('connected');
    expect((await ask()).expires_in).toBeGreaterThan(0);
  });

  test('needs a new sign-in when it was forgotten for longer than Microsoft keeps it', async () => {
    await live(188, 12 * hour);
    await harness.clock.advance(91 * day);
    expect(await refusal(ask())).toMatchObject({ code: 'grant_invalid', members: { aadstsCode: 700082 } });
  });

  test('whose person left is found within a week, with the reason in its history, and then left alone', async () => {
    await live(30, 6 * hour);
    harness.identity.revoke(ada.oid);
    await live(7.5, 6 * hour);
    expect((await harness.connection(id)).failure).toMatchObject({
      code: 'grant_invalid',
      aadstsCode: 50173,
    });
    const moves = (await eventsOfType('connection.status_changed')).filter(({ actor }) => actor === 'timer');
    expect(moves).toMatchObject([{ from: 'connected', to: 'needs_sign_in' }]);
    const calls = harness.identity.calls.refresh;
    await live(60, 12 * hour);
    expect(harness.identity.calls.refresh).toBe(calls);
    expect((await harness.grant(id)).dueAt).toBeUndefined();
  });
});

describe('a connection in use', () => {
  test.each([
    ['an hour', 3600],
    ['ten minutes', 600],
  ])('never makes a runner wait, with tokens of %s', async (_, lifetime) => {
    harness.identity.tokenLifetimeSeconds = lifetime;
    await harness.clock.advance(2 * hour);
    await ask();
    await live(5, 5 * minute, async () => {
      const calls = harness.identity.calls.refresh;
      expect((await ask()).expires_in).toBeGreaterThanOrEqual(Math.min(300, lifetime / 4));
      expect(harness.identity.calls.refresh).toBe(calls);
    });
    expect(await eventsOfType('connection.idle_warning')).toEqual([]);
  });

  test('used once a month it is alive for years, without a warning', async () => {
    for (let month = 0; month < 24; month += 1) {
      await live(30, day);
      await ask();
    }
    expect((await harness.connection(id)).status).toBe('connected');
    expect(await eventsOfType('connection.idle_warning')).toEqual([]);
  });
});
