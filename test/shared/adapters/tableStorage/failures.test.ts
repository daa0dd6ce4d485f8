import { inspect } from 'node:util';
import { CredentialUnavailableError } from '@azure/identity';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTableStore } from '../../../../shared/adapters/tableStorage/createTableStore.ts';
import type { Store } from '../../../../shared/ports.ts';
import { minutesAfterNoon, someConnection, someEvent, someGrant } from '../../../contracts/samples.ts';
import { committed, create } from '../../../contracts/store/commits.ts';
import { createVirtualClock } from '../../../fakes/virtualClock.ts';
import { localCredential } from '../identity.ts';
import { startTablesRig, type TablesRig } from './rig.ts';

let rig: TablesRig;
let store: Store;
beforeAll(async () => {
  rig = await startTablesRig();
  store = rig.open();
  await store.check();
  await create(store, someConnection({ pendingUntil: minutesAfterNoon(5) }));
}, 60_000);
afterAll(() => rig.close());
afterEach(() => {
  rig.faults.remove();
});

const forever = 1000;
const unavailable = (more: object = {}) => ({ name: 'BrokerError', code: 'storage_unavailable', ...more });

async function timed<T>(work: Promise<T>) {
  const began = performance.now();
  const [outcome] = await Promise.allSettled([work]);
  return { outcome, milliseconds: performance.now() - began };
}

describe('reads', () => {
  test.each([
    ['busy', { status: 503 }],
    ['broken', { status: 500 }],
    ['dropped', { drop: true }],
  ] as const)('a server that is %s twice is asked again', async (_name, answer) => {
    const connection = await create(store, someConnection());
    rig.fail('read', answer, 2);
    expect(await store.readConnection(connection.value.id)).toEqual(connection);
  });

  test.each([
    ['busy', { status: 503, retryAfterSeconds: 30 }, 1, 500, { retryAfterSeconds: 30 }],
    ['throttling', { status: 429, retryAfterSeconds: 30 }, 1, 500, { retryAfterSeconds: 30 }],
    [
      'refusing',
      { status: 403 },
      1,
      500,
      {
        code: 'deployment_misconfigured',
        message: expect.stringContaining('Storage Table Data Contributor'),
      },
    ],
    ['broken', { status: 500 }, 3, 2000, {}],
    ['dropped', { drop: true }, 3, 2000, {}],
    ['hanging', { hangSeconds: 60 }, 3, 5500, {}],
  ] as const)('a server that stays %s is reported in time', async (_name, answer, tries, most, error) => {
    rig.fail('read', answer, forever);
    const { result, read } = await rig.counted(() => timed(store.readGrant('some')));
    expect(result.outcome).toMatchObject({ status: 'rejected', reason: unavailable(error) });
    expect(result.milliseconds).toBeLessThan(most);
    expect(read).toBe(tries);
  });

  test('a hanging connection is left for another one', async () => {
    const connection = await create(store, someConnection());
    rig.fail('read', { hangSeconds: 60 });
    const { outcome, milliseconds } = await timed(store.readConnection(connection.value.id));
    expect(outcome).toMatchObject({ status: 'fulfilled', value: connection });
    expect(milliseconds).toBeLessThan(3500);
  });
});

describe('conditional writes', () => {
  test('are sent again after an answer that says they were not carried out', async () => {
    const before = await create(store, someConnection());
    rig.fail('write', { status: 503 }, 2);
    const after = { ...before.value, name: 'Renamed' };
    expect(await store.commit(after.id, { connection: { before, after } })).toMatchObject({
      committed: true,
    });
  });

  test.each([
    ['broken', { status: 500 }, 1000],
    ['dropped', { drop: true }, 1000],
    ['hanging', { hangSeconds: 60 }, 5500],
  ] as const)('are sent once where the answer of a %s server says nothing', async (_name, answer, most) => {
    const before = await create(store, someConnection());
    const after = { ...before.value, name: 'Renamed' };
    rig.fail('write', answer);
    const { result, write } = await rig.counted(() =>
      timed(store.commit(after.id, { connection: { before, after } })),
    );
    expect(result.outcome).toMatchObject({ status: 'rejected', reason: unavailable() });
    expect(result.milliseconds).toBeLessThan(most);
    expect(write).toBe(1);
  });

  test('a new hint that cannot be written stops the swap', async () => {
    const before = await create(store, someConnection());
    rig.fail('write', { status: 500 }, 3);
    const after = { ...before.value, pendingUntil: minutesAfterNoon(10) };
    const change = { connection: { before, after }, events: [someEvent()] };
    await expect(store.commit(after.id, change)).rejects.toMatchObject(unavailable());
    expect(await store.readConnection(after.id)).toEqual(before);
  });

  test('an old hint that cannot be removed does not fail the commit', async () => {
    const id = 'surplus';
    const { grant } = committed(
      await store.commit(id, { grant: { after: someGrant(id, { dueAt: minutesAfterNoon(10) }) } }),
    );
    const { dueAt: _dueAt, ...after } = grant.value;
    const moving = store.commit(id, { grant: { before: grant, after } });
    let now = await store.readGrant(id);
    while (now?.etag === grant.etag) now = await store.readGrant(id);
    rig.fail('write', { hangSeconds: 60 }, forever);
    const { outcome, milliseconds } = await timed(moving);
    expect(outcome).toMatchObject({ status: 'fulfilled', value: { committed: true } });
    expect(milliseconds).toBeLessThan(2500);
  });
});

describe('around the tables', () => {
  test('a table that cannot be made is made later', async () => {
    const fresh = rig.open();
    rig.fail('write', { status: 403 });
    await expect(fresh.check()).rejects.toMatchObject({ code: 'deployment_misconfigured' });
    await fresh.check();
  });

  test('many first calls share one creation', async () => {
    const fresh = rig.open();
    const { write } = await rig.counted(() =>
      Promise.all(Array.from({ length: 5 }, () => fresh.readGrant('some'))),
    );
    expect(write).toBe(1);
  });

  test('nobody listens', async () => {
    const nowhere = createTableStore({
      tablesUrl: 'https://localhost:1/devstoreaccount1',
      credential: await localCredential(),
      clock: createVirtualClock(),
    });
    const { outcome, milliseconds } = await timed(nowhere.check());
    expect(outcome).toMatchObject({ status: 'rejected', reason: unavailable() });
    expect(milliseconds).toBeLessThan(2500);
  });

  test('a server that nobody trusts is unavailable', async () => {
    const untrusting = rig.open(createVirtualClock(), { ca: [] });
    await expect(untrusting.check()).rejects.toMatchObject(unavailable());
  });

  test('an identity that hangs or fails is told apart', async () => {
    const hanging = rig.open(createVirtualClock(), {
      credential: { getToken: () => new Promise(() => undefined) },
    });
    const { outcome, milliseconds } = await timed(hanging.check());
    expect(outcome).toMatchObject({ status: 'rejected', reason: unavailable() });
    expect(milliseconds).toBeLessThan(5500);
    const failing = rig.open(createVirtualClock(), {
      credential: { getToken: () => Promise.reject(new CredentialUnavailableError('no identity here')) },
    });
    await expect(failing.check()).rejects.toMatchObject(
      unavailable({
        message: expect.stringContaining('managed identity got no token'),
        cause: expect.objectContaining({ message: expect.stringContaining('no identity here') }),
      }),
    );
  });

  test('neither error nor cause holds what was being written', async () => {
    const connection = someConnection({ name: 'private name' });
    rig.fail('write', { status: 500, body: 'private answer' }, forever);
    const { outcome } = await timed(store.commit(connection.id, { connection: { after: connection } }));
    expect(outcome.status).toBe('rejected');
    expect(inspect(outcome, { depth: null, showHidden: true })).not.toContain('private');
  });
});
