import { describe, expect, test } from '@jest/globals';
import type { Connection } from '../../../shared/domain/connection.ts';
import type { ListScope } from '../../../shared/domain/indexing.ts';
import type { Page, Store } from '../../../shared/ports.ts';
import { createVirtualClock } from '../../fakes/virtualClock.ts';
import { minutesAfterNoon, someConnection, someEvent } from '../samples.ts';
import type { MakeStore } from '../store.contract.ts';
import { committed, create } from './commits.ts';

/** Every page, until there is no next one. */
async function pages<T>(read: (after: { after?: string }) => Promise<Page<T>>): Promise<(readonly T[])[]> {
  const found: (readonly T[])[] = [];
  let after: string | undefined;
  do {
    const page = await read(after === undefined ? {} : { after });
    found.push(page.items);
    after = page.next;
  } while (after !== undefined);
  return found;
}

async function listed(store: Store, scope: ListScope, limit = 100): Promise<string[]> {
  const found = await pages((after) => store.listConnections(scope, { limit, ...after }));
  return found.flat().map(({ id }) => id);
}

const of = (principalId: string): ListScope => ({ principalId });
const everybody: ListScope = { all: true };
const use = (principalId: string) => ({ principalId, permission: 'use' as const });

export function storeLists(makeStore: MakeStore): void {
  const open = async () => makeStore(createVirtualClock());
  const change = async (store: Store, id: string, to: (connection: Connection) => Connection) => {
    const before = await store.readConnection(id);
    if (before === undefined) throw new Error('The connection is missing.');
    committed(await store.commit(id, { connection: { before, after: to(before.value) } }));
  };

  describe('lists', () => {
    test('a connection is listed for its owner, its access list and everybody who may see all', async () => {
      const store = await open();
      const { value: one } = await create(
        store,
        someConnection({ owner: 'ada', access: [use('bob'), use('ada')] }),
      );
      const { value: two } = await create(store, someConnection({ owner: 'bob' }));
      expect(await listed(store, of('ada'))).toEqual([one.id]);
      expect(await listed(store, of('bob'))).toEqual([one.id, two.id].sort());
      expect(await listed(store, everybody)).toEqual([one.id, two.id].sort());
      expect(await listed(store, of('eve'))).toEqual([]);
      expect(await listed(store, of('all'))).toEqual([]);
    });

    test('lists follow the access list, the owner and the deletion', async () => {
      const store = await open();
      const { id } = (await create(store, someConnection({ owner: 'ada' }))).value;
      await change(store, id, (connection) => ({ ...connection, access: [use('bob'), use('cleo')] }));
      expect(await listed(store, of('bob'))).toEqual([id]);
      await change(store, id, (connection) => ({ ...connection, access: [use('cleo')] }));
      expect(await listed(store, of('bob'))).toEqual([]);
      expect(await listed(store, of('cleo'))).toEqual([id]);
      await change(store, id, (connection) => ({ ...connection, owner: 'bob' }));
      expect(await listed(store, of('ada'))).toEqual([]);
      expect(await listed(store, of('bob'))).toEqual([id]);
      await change(store, id, (connection) => ({ ...connection, access: [use('ada')] }));
      expect(await listed(store, of('ada'))).toEqual([id]);
      const before = await store.readConnection(id);
      if (before === undefined) throw new Error('The connection is missing.');
      await store.commit(id, { connection: { before } });
      for (const scope of [everybody, of('ada'), of('bob'), of('cleo')])
        expect(await listed(store, scope)).toEqual([]);
    });

    test('a conflict shows nobody what they may not see', async () => {
      const store = await open();
      const before = await create(store, someConnection({ owner: 'ada' }));
      const { id } = before.value;
      await change(store, id, (connection) => ({ ...connection, name: 'Moved' }));
      await store.commit(id, { connection: { before, after: { ...before.value, access: [use('eve')] } } });
      expect(await listed(store, of('eve'))).toEqual([]);
      expect(await listed(store, of('ada'))).toEqual([id]);
    });

    test('pages neither lose nor repeat', async () => {
      const store = await open();
      const made = await Promise.all(
        Array.from({ length: 23 }, (_value, n) =>
          create(store, someConnection({ owner: n % 2 === 0 ? 'ada' : 'bob' })),
        ),
      );
      const ids = made.map(({ value }) => value.id).sort();
      const found = await pages((after) => store.listConnections(everybody, { limit: 5, ...after }));
      expect(found.length).toBeGreaterThanOrEqual(5);
      for (const page of found) expect(page.length).toBeLessThanOrEqual(5);
      expect(found.flat().map(({ id }) => id)).toEqual(ids);
      const ofAda = made.filter(({ value }) => value.owner === 'ada').map(({ value }) => value.id);
      expect(await listed(store, of('ada'), 3)).toEqual(ofAda.sort());
    });

    test('a connection added or deleted between pages disturbs no other', async () => {
      const store = await open();
      const made = await Promise.all(Array.from({ length: 8 }, () => create(store, someConnection())));
      const sorted = made.toSorted((one, other) => (one.value.id < other.value.id ? -1 : 1));
      const first = await store.listConnections(everybody, { limit: 4 });
      const [gone] = sorted;
      if (gone === undefined || first.next === undefined) throw new Error('The first page is missing.');
      await store.commit(gone.value.id, { connection: { before: gone } });
      const second = await store.listConnections(everybody, { limit: 4, after: first.next });
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(
        sorted.map(({ value }) => value.id),
      );
    });

    test.each([
      ['https://issuer.example/|a#b?c%d'],
      ["o'hara \\ sons\t!"],
      ['größe\u0000\u007f\u009f✓'],
      ['A'.repeat(600)],
    ])('a principal may be named %j', async (principalId) => {
      const store = await open();
      const { value } = await create(store, someConnection({ owner: 'ada', access: [use(principalId)] }));
      expect(await listed(store, of(principalId))).toEqual([value.id]);
      expect(await listed(store, of(principalId.slice(0, -1)))).toEqual([]);
    });
  });

  describe('events', () => {
    test('are told newest first, those of one commit too, page by page', async () => {
      const store = await open();
      const connection = someConnection();
      const { id } = connection;
      const event = (n: number) => someEvent({ at: minutesAfterNoon(Math.floor(n / 2)), cause: `${n}` });
      await store.commit(id, { connection: { after: connection }, events: [event(0), event(1)] });
      for (let n = 2; n < 12; n += 2) await store.commit(id, { events: [event(n), event(n + 1)] });
      await store.commit('other', { events: [someEvent()] });
      const found = await pages((after) => store.listEvents(id, { limit: 5, ...after }));
      expect(found.length).toBeGreaterThanOrEqual(3);
      expect(found.flat().map(({ cause }) => cause)).toEqual(
        Array.from({ length: 12 }, (_value, n) => `${11 - n}`),
      );
    });
  });
}
