import { beforeEach, describe, expect, test } from '@jest/globals';
import { BrokerError } from '../../../shared/domain/errors.ts';
import { ada, owner } from '../../support/callers.ts';
import { clientId, createHarness, day, type Harness, hour, minute, second } from '../../support/harness.ts';

let harness: Harness;

const run = () => harness.broker.refreshConnections();

/** So many connections that were signed in to ten minutes ago. */
async function connectMany(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) ids.push((await harness.connect()).id);
  await harness.clock.advance(10 * minute);
  await run();
  return ids;
}

/** Runs the timer every five minutes, as the host does. */
async function tickFor(milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 5 * minute) {
    await harness.clock.advance(5 * minute);
    await run();
  }
}

beforeEach(() => {
  harness = createHarness();
});

describe('one run of the timer', () => {
  test('with nothing due costs one look into the index, however many connections exist', async () => {
    await connectMany(60);
    const reads = harness.store.reads;
    expect(await run()).toMatchObject({ examined: 0, refreshed: 0, left: 0 });
    expect(harness.store.reads - reads).toBe(1);
  });

  test('refreshes what is due, each once, and tells so in numbers', async () => {
    await connectMany(30);
    await harness.clock.advance(35 * minute);
    expect(await run()).toMatchObject({ examined: 30, refreshed: 30, failed: 0, errors: 0, left: 0 });
    expect(harness.identity.calls.refresh).toBe(30);
    expect((await run()).examined).toBe(0);
    expect(harness.lines.filter(({ event }) => event === 'refresh_run_finished')).toHaveLength(3);
  });

  test('in two processes at the same moment makes one refresh of each', async () => {
    await connectMany(20);
    await harness.clock.advance(35 * minute);
    const other = harness.anotherBroker();
    await Promise.all([run(), other.refreshConnections()]);
    expect(harness.identity.calls.refresh).toBe(20);
  });

  test('never has more refreshes under way than it may', async () => {
    await connectMany(12);
    await harness.clock.advance(35 * minute);
    let [underWay, most] = [0, 0];
    harness.identity.beforeEach = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await harness.clock.sleep(second);
    };
    harness.identity.afterEach = async () => {
      underWay -= 1;
    };
    const running = run();
    await harness.clock.advance(minute);
    expect((await running).refreshed).toBe(12);
    expect(most).toBe(4);
  });

  test('stops cleanly when its time is up, and the next one does the rest', async () => {
    await connectMany(40);
    await harness.clock.advance(35 * minute);
    harness.identity.beforeEach = () => harness.clock.sleep(60 * second);
    const running = run();
    await harness.clock.advance(5 * minute);
    const first = await running;
    expect(first).toMatchObject({ refreshed: 16, left: 24, errors: 0 });
    delete harness.identity.beforeEach;
    expect(await run()).toMatchObject({ refreshed: 24, left: 0 });
    expect(harness.identity.calls.refresh).toBe(40);
  });

  test('goes on after the trouble of one connection, which stays due', async () => {
    await connectMany(10);
    await harness.clock.advance(35 * minute);
    let calls = 0;
    harness.vault.beforeEach = async () => {
      calls += 1;
      if (calls === 5) throw new BrokerError('vault_unavailable', 'Down.');
    };
    expect(await run()).toMatchObject({ examined: 10, refreshed: 9, errors: 1 });
    expect(await run()).toMatchObject({ examined: 1, refreshed: 1, errors: 0 });
    const [line] = harness.lines.filter(({ event }) => event === 'refresh_run_item_failed');
    expect(line?.fields).toMatchObject({ kind: 'grant', reason: 'vault_unavailable' });
  });

  test('removes hints that point at nothing any more', async () => {
    const [id = ''] = await connectMany(1);
    await harness.clock.advance(35 * minute);
    let isFirst = true;
    harness.store.afterEach = async (operation) => {
      if (operation !== 'listDue' || !isFirst) return;
      isFirst = false;
      await harness.broker.deleteConnection(owner, id);
    };
    expect(await run()).toMatchObject({ surplus: 1, errors: 0 });
    await harness.clock.advance(5 * minute);
    await run();
    expect((await run()).examined).toBe(0);
  });
});

describe('when Microsoft is in trouble', () => {
  test('the timer backs off, keeps the time it is given, and catches up afterwards', async () => {
    const [id = ''] = await connectMany(1);
    for (let number = 0; number < 200; number += 1) {
      harness.identity.failNext({ kind: 'answered', status: 503, errorCodes: [] }, 'refresh');
    }
    await tickFor(12 * hour);
    expect(harness.identity.calls.refresh).toBeLessThanOrEqual(60);
    expect((await harness.connection(id)).status).toBe('connected');
  });

  test('it does not come back before the time that Microsoft gave', async () => {
    await connectMany(1);
    await harness.clock.advance(35 * minute);
    harness.identity.failNext({ kind: 'answered', status: 429, errorCodes: [], retryAfterSeconds: 1200 });
    await run();
    await tickFor(15 * minute);
    expect(harness.identity.calls.refresh).toBe(1);
    await tickFor(5 * minute);
    expect(harness.identity.calls.refresh).toBe(2);
  });

  test('a rejected credential stops the refreshes of its app, and a new one brings them back', async () => {
    const ids = await connectMany(12);
    harness.identity.setSecrets(clientId, 'another-secret');
    await tickFor(5 * hour);
    // Those that were under way together when the first answer came.
    expect(harness.identity.calls.refresh).toBeLessThanOrEqual(4);
    const calls = harness.identity.calls.refresh;
    await harness.connect({ clientSecret: 'another-secret' });
    await tickFor(40 * minute);
    expect(harness.identity.calls.refresh - calls).toBeGreaterThanOrEqual(12);
    for (const id of ids) expect((await harness.connection(id)).status).toBe('connected');
  });
});

describe('what ends by itself', () => {
  test('a pending connection ends with its link; the event stays', async () => {
    const { connection } = await harness.start();
    await harness.clock.advance(25 * minute);
    expect((await run()).expiredConnections).toBe(0);
    await harness.clock.advance(5 * minute);
    expect((await run()).expiredConnections).toBe(1);
    expect(await harness.store.readConnection(connection.id)).toBeUndefined();
    const [last] = (await harness.events(connection.id)).slice(-1);
    expect(last).toMatchObject({ type: 'connection.expired', actor: 'timer', from: 'pending' });
  });

  test('nothing ends a minute early, whenever the timer comes by', async () => {
    await harness.clock.advance(2 * minute);
    const { connection } = await harness.start();
    const { connection: left } = await harness.begin(connection.id);
    await harness.clock.advance(9 * minute);
    expect((await run()).removedAuthorizations).toBe(0);
    await harness.clock.advance(20 * minute);
    expect(await run()).toMatchObject({ removedAuthorizations: 1, expiredConnections: 0 });
    expect(await harness.store.authorizations.read(left.authorizationId ?? '')).toBeUndefined();
    await harness.clock.advance(minute);
    expect((await run()).expiredConnections).toBe(1);
  });

  test('one whose link was renewed lives on until the new one ends', async () => {
    const id = 'f1d0c3b2-5a49-4e87-9c6d-2b3a4f5e6d71';
    const again = () => harness.broker.startConnection(owner, { name: 'Mail', connector: 'outlook365' }, id);
    await again();
    await harness.clock.advance(25 * minute);
    await again();
    await tickFor(25 * minute);
    expect(await harness.store.readConnection(id)).toBeDefined();
    await tickFor(10 * minute);
    expect(await harness.store.readConnection(id)).toBeUndefined();
  });

  test('an account that nobody confirms within a week goes, with its secret', async () => {
    const { id } = await harness.connect({ expectedAccount: undefined });
    const { secretName } = await harness.grant(id);
    await tickFor(day);
    expect(await harness.connection(id)).toMatchObject({ status: 'pending', account: ada });
    expect(harness.identity.calls.refresh).toBe(0);
    await harness.clock.advance(6 * day);
    await run();
    expect(await harness.store.readConnection(id)).toBeUndefined();
    expect(await harness.vault.get(secretName)).toBeUndefined();
  });

  test('authorizations go when their ten minutes are over, used or not', async () => {
    const { connection } = await harness.start();
    const unused = await harness.begin(connection.id);
    const used = await harness.begin(connection.id);
    await harness.complete(used);
    const kept = async () =>
      (
        await Promise.all(
          [unused, used].map(({ connection: of }) =>
            harness.store.authorizations.read(of.authorizationId ?? ''),
          ),
        )
      ).filter((one) => one !== undefined).length;
    await tickFor(5 * minute);
    expect(await kept()).toBe(2);
    await tickFor(5 * minute);
    expect(await kept()).toBe(0);
  });
});

describe('whatever the times of the tokens', () => {
  test('no connection is ever forgotten by the timer', async () => {
    const ids = await connectMany(5);
    const lifetimes = [3600, 300, 60, 1, 86_400, 600];
    for (const [index, lifetime] of lifetimes.entries()) {
      harness.identity.tokenLifetimeSeconds = lifetime;
      await harness.clock.advance((index * 7 + 1) * 61 * second);
      await tickFor(2 * hour);
      for (const id of ids) {
        const { dueAt, tokenExpiresAt } = await harness.grant(id);
        expect(dueAt?.getTime()).toBeLessThanOrEqual(tokenExpiresAt?.getTime() ?? 0);
      }
    }
    const calls = harness.identity.calls.refresh;
    harness.identity.tokenLifetimeSeconds = 3600;
    await tickFor(26 * hour);
    expect(harness.identity.calls.refresh).toBeGreaterThanOrEqual(calls + 5);
  });
});
