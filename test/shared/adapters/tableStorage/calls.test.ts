import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Store } from '../../../../shared/ports.ts';
import {
  minutesAfterNoon,
  someAuthorization,
  someConnection,
  someEvent,
  someGrant,
} from '../../../contracts/samples.ts';
import { committed } from '../../../contracts/store/commits.ts';
import { startTablesRig, type TablesRig } from './rig.ts';

let rig: TablesRig;
let store: Store;
beforeAll(async () => {
  rig = await startTablesRig();
  store = rig.open();
  const warm = someConnection({ pendingUntil: minutesAfterNoon(5) });
  await store.commit(warm.id, { connection: { after: warm } });
  await store.authorizations.save({ after: someAuthorization() });
}, 60_000);
afterAll(() => rig.close());

async function connected() {
  const connection = someConnection();
  const grant = someGrant(connection.id, { dueAt: minutesAfterNoon(10) });
  return committed(
    await store.commit(connection.id, { connection: { after: connection }, grant: { after: grant } }),
  );
}

test('the lease is taken in one call', async () => {
  const { grant } = await connected();
  const after = { ...grant.value, lease: { id: 'lease', until: minutesAfterNoon(1) } };
  const { result, ...calls } = await rig.counted(() =>
    store.commit(grant.value.connectionId, { grant: { before: grant, after } }),
  );
  expect(result.committed).toBe(true);
  expect(calls).toEqual({ read: 0, write: 1 });
});

test('an edit with its event is one call where nobody gains or loses sight of the connection', async () => {
  const { connection } = await connected();
  const after = { ...connection.value, name: 'Renamed' };
  const change = { connection: { before: connection, after }, events: [someEvent()] };
  const { result, ...calls } = await rig.counted(() => store.commit(after.id, change));
  expect(result.committed).toBe(true);
  expect(calls).toEqual({ read: 0, write: 1 });
});

test('tokens with a new due instant take a hint in, the swap and the old hint out', async () => {
  const { grant } = await connected();
  const after = { ...grant.value, dueAt: minutesAfterNoon(60) };
  const change = { grant: { before: grant, after } };
  const { result, ...calls } = await rig.counted(() => store.commit(after.connectionId, change));
  expect(result.committed).toBe(true);
  expect(calls).toEqual({ read: 1, write: 3 });
});

test('a claim is one call, and each read is one', async () => {
  const authorization = someAuthorization();
  await store.authorizations.save({ after: authorization });
  const reading = await rig.counted(() => store.authorizations.read(authorization.id));
  expect(reading).toMatchObject({ read: 1, write: 0 });
  const before = reading.result;
  if (before === undefined) throw new Error('The authorization is missing.');
  const after = { ...authorization, claimedAt: minutesAfterNoon(1) };
  expect(await rig.counted(() => store.authorizations.save({ before, after }))).toEqual({
    result: true,
    read: 0,
    write: 1,
  });
});

test('what does not fit into a column is refused by name', async () => {
  const connection = someConnection({ name: 'x'.repeat(32_769) });
  await expect(store.commit(connection.id, { connection: { after: connection } })).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('"name" is too long'),
  });
  const longest = someConnection({ name: 'x'.repeat(32_768) });
  expect(await store.commit(longest.id, { connection: { after: longest } })).toMatchObject({
    committed: true,
  });
});

test('a continuation that nobody gave out is refused', async () => {
  for (const after of ['!!!', 'bm9uc2Vuc2U', '']) {
    await expect(store.listConnections({ all: true }, { limit: 1, after })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  }
});
