import { describe, expect, test } from '@jest/globals';
import type { Grant } from '../../../shared/domain/connection.ts';
import type { DueHint } from '../../../shared/domain/indexing.ts';
import type { Store } from '../../../shared/ports.ts';
import { createVirtualClock } from '../../fakes/virtualClock.ts';
import { minutesAfterNoon, noon, someAuthorization, someConnection, someGrant } from '../samples.ts';
import type { MakeStore } from '../store.contract.ts';
import { committed, create } from './commits.ts';

async function due(store: Store, until: Date): Promise<DueHint[]> {
  const found: DueHint[] = [];
  for await (const batch of store.listDue(until)) found.push(...batch);
  return found;
}

const ids = (hints: readonly DueHint[]) => hints.map(({ id }) => id);

export function storeDue(makeStore: MakeStore): void {
  async function open() {
    const clock = createVirtualClock(noon);
    return { clock, store: await makeStore(clock) };
  }

  const grantDueAt = async (store: Store, dueAt: Date, id = `grant-${dueAt.getTime()}`) =>
    committed(await store.commit(id, { grant: { after: someGrant(id, { dueAt }) } })).grant;

  const move = async (store: Store, id: string, dueAt: Date | undefined) => {
    const before = await store.readGrant(id);
    if (before === undefined) throw new Error('The grant is missing.');
    const { dueAt: _dueAt, ...rest } = before.value;
    const after: Grant = dueAt === undefined ? rest : { ...rest, dueAt };
    return committed(await store.commit(id, { grant: { before, after } })).grant;
  };

  describe('the due index', () => {
    test('knows grants, pending connections and authorizations', async () => {
      const { store } = await open();
      const dueAt = minutesAfterNoon(10);
      const connection = someConnection({ pendingUntil: dueAt });
      const authorization = someAuthorization({ expiresAt: dueAt });
      const grant = someGrant(connection.id, { dueAt });
      await store.commit(connection.id, { connection: { after: connection }, grant: { after: grant } });
      await store.authorizations.save({ after: authorization });
      const found = await due(store, dueAt);
      expect(found).toHaveLength(3);
      expect(found).toEqual(
        expect.arrayContaining([
          { kind: 'grant', id: connection.id, dueAt },
          { kind: 'pending', id: connection.id, dueAt },
          { kind: 'authorization', id: authorization.id, dueAt },
        ]),
      );
    });

    test('tells the oldest bucket first, and none after the bucket asked for', async () => {
      const { store } = await open();
      await Promise.all(
        [31, 12, 4, 22, 7].map((minutes) => grantDueAt(store, minutesAfterNoon(minutes), `${minutes}`)),
      );
      expect(ids(await due(store, minutesAfterNoon(20)))).toEqual(['4', '7', '12', '22']);
      expect(ids(await due(store, minutesAfterNoon(6)))).toEqual(['4', '7']);
      expect(ids(await due(store, minutesAfterNoon(-1)))).toEqual([]);
    });

    test('follows a hint that moves, and forgets one that ends', async () => {
      const { store } = await open();
      await grantDueAt(store, minutesAfterNoon(10), 'one');
      await move(store, 'one', minutesAfterNoon(60));
      expect(await due(store, minutesAfterNoon(59))).toEqual([]);
      expect(ids(await due(store, minutesAfterNoon(60)))).toEqual(['one']);
      await move(store, 'one', undefined);
      expect(await due(store, minutesAfterNoon(600))).toEqual([]);
      await move(store, 'one', minutesAfterNoon(20));
      expect(ids(await due(store, minutesAfterNoon(600)))).toEqual(['one']);
    });

    test('forgets what is deleted', async () => {
      const { store } = await open();
      const connection = await create(store, someConnection({ pendingUntil: minutesAfterNoon(30) }));
      await store.commit(connection.value.id, { connection: { before: connection } });
      const authorization = someAuthorization();
      await store.authorizations.save({ after: authorization });
      const before = await store.authorizations.read(authorization.id);
      if (before === undefined) throw new Error('The authorization is missing.');
      await store.authorizations.save({ before });
      expect(await due(store, minutesAfterNoon(600))).toEqual([]);
    });

    test('puts what is overdue into the current bucket', async () => {
      const { store, clock } = await open();
      await clock.advance(62 * 60_000);
      await grantDueAt(store, minutesAfterNoon(5), 'late');
      expect(await due(store, minutesAfterNoon(59))).toEqual([]);
      const [hint] = await due(store, minutesAfterNoon(60));
      expect(hint).toMatchObject({ kind: 'grant', id: 'late' });
      if (hint === undefined) throw new Error('The hint is missing.');
      await store.removeDue({ ...hint });
      expect(await due(store, minutesAfterNoon(600))).toEqual([]);
    });

    test('is not changed by a commit that leaves the instant as it is', async () => {
      const { store } = await open();
      const before = await grantDueAt(store, minutesAfterNoon(10), 'one');
      const [hint] = await due(store, minutesAfterNoon(10));
      await store.commit('one', { grant: { before, after: { ...before.value, failures: 1 } } });
      if (hint === undefined) throw new Error('The hint is missing.');
      await store.removeDue(hint);
      expect(await due(store, minutesAfterNoon(10))).toEqual([]);
    });

    test('removal is idempotent, and leaves alone what was written anew since the hint was read', async () => {
      const { store } = await open();
      await grantDueAt(store, minutesAfterNoon(11), 'one');
      const [hint] = await due(store, minutesAfterNoon(10));
      if (hint === undefined) throw new Error('The hint is missing.');
      await move(store, 'one', minutesAfterNoon(12));
      await store.removeDue(hint);
      const [again] = await due(store, minutesAfterNoon(10));
      expect(again).toEqual({ kind: 'grant', id: 'one', dueAt: minutesAfterNoon(12) });
      if (again === undefined) throw new Error('The hint is missing.');
      await store.removeDue(again);
      await store.removeDue(again);
      expect(await due(store, minutesAfterNoon(600))).toEqual([]);
    });

    test('tells all of many, in batches, while they are being removed', async () => {
      const { store } = await open();
      const wanted = Array.from({ length: 250 }, (_value, n) => `${n}`);
      for (let from = 0; from < wanted.length; from += 50) {
        await Promise.all(
          wanted.slice(from, from + 50).map((id) => grantDueAt(store, minutesAfterNoon(3), id)),
        );
      }
      const found: string[] = [];
      let batches = 0;
      for await (const batch of store.listDue(minutesAfterNoon(4))) {
        batches += 1;
        found.push(...ids(batch));
        await Promise.all(batch.map((hint) => store.removeDue(hint)));
      }
      expect(batches).toBeGreaterThan(1);
      expect(found.sort()).toEqual(wanted.toSorted());
      expect(await due(store, minutesAfterNoon(600))).toEqual([]);
    });
  });
}
