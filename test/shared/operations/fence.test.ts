import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Grant } from '../../../shared/domain/connection.ts';
import { acquire, type GrantedConnection, readGranted, settle } from '../../../shared/operations/fence.ts';
import { minutesAfterNoon, someConnection, someEvent, someGrant } from '../../contracts/samples.ts';
import { createMemoryStore, type MemoryStore } from '../../fakes/memoryStore.ts';
import { createVirtualClock } from '../../fakes/virtualClock.ts';
import { present } from '../../support/harness.ts';

const connection = someConnection({ status: 'connected' });
const lease = { id: 'mine', until: minutesAfterNoon(1) };

let store: MemoryStore;
let held: GrantedConnection;

const read = async () => present(await readGranted(store, connection.id));
const renewed = ({ grant }: GrantedConnection) => ({
  grant: { ...grant.value, sealedAccessToken: 'renewed' },
});

async function changeGrant(change: Partial<Grant>): Promise<void> {
  const { grant } = await read();
  await store.commit(connection.id, { grant: { before: grant, after: { ...grant.value, ...change } } });
}

async function rename(name: string): Promise<void> {
  const before = (await read()).connection;
  await store.commit(connection.id, { connection: { before, after: { ...before.value, name } } });
}

beforeEach(async () => {
  store = createMemoryStore({ clock: createVirtualClock() });
  await store.commit(connection.id, {
    connection: { after: connection },
    grant: { after: someGrant(connection.id) },
  });
  held = present(await acquire(store, await read(), lease));
});

describe('the lease', () => {
  test('goes to one of two who read the same row', async () => {
    const seen = await read();
    const takers = ['one', 'other'].map((id) => acquire(store, seen, { id, until: minutesAfterNoon(2) }));
    const taken = await Promise.all(takers);
    expect(taken.filter((state) => state !== undefined)).toHaveLength(1);
  });

  test('is given back with the result', async () => {
    await settle(store, held, lease, renewed);
    expect((await read()).grant.value).toMatchObject({ sealedAccessToken: 'renewed' });
    expect((await read()).grant.value.lease).toBeUndefined();
  });
});

describe('a result', () => {
  test('is dropped when another holds the lease by now', async () => {
    await changeGrant({ lease: { id: 'theirs', until: minutesAfterNoon(3) } });
    expect(await settle(store, held, lease, renewed)).toBeUndefined();
    expect((await read()).grant.value.sealedAccessToken).toBeUndefined();
  });

  test('is dropped when somebody signed in meanwhile, whatever became of the lease', async () => {
    await changeGrant({ generation: 2 });
    expect(await settle(store, held, lease, renewed)).toBeUndefined();
    expect((await read()).grant.value.sealedAccessToken).toBeUndefined();
  });

  test('is dropped when the connection was deleted', async () => {
    const { connection: before, grant } = await read();
    await store.commit(connection.id, { connection: { before }, grant: { before: grant } });
    expect(await settle(store, held, lease, renewed)).toBeUndefined();
    expect(await readGranted(store, connection.id)).toBeUndefined();
  });

  test('takes along what was edited meanwhile, in grant and connection', async () => {
    await changeGrant({ dueAt: minutesAfterNoon(7) });
    await rename('Renamed');
    const settled = await settle(store, held, lease, ({ grant, connection: current }) => ({
      ...renewed({ grant, connection: current }),
      connection: { ...current.value, status: 'needs_sign_in' },
      events: [someEvent()],
    }));
    expect(settled?.grant.value).toMatchObject({ sealedAccessToken: 'renewed', dueAt: minutesAfterNoon(7) });
    expect((await read()).connection.value).toMatchObject({ name: 'Renamed', status: 'needs_sign_in' });
    expect((await store.listEvents(connection.id, { limit: 10 })).items).toHaveLength(1);
  });

  test('leaves an edit of the name alone that came in between', async () => {
    await rename('Renamed');
    await settle(store, held, lease, renewed);
    expect((await read()).connection.value.name).toBe('Renamed');
  });
});
