import { describe, expect, test } from '@jest/globals';
import type { Connection, Grant } from '../../../shared/domain/connection.ts';
import type { CommitResult, Store, Versioned } from '../../../shared/ports.ts';
import { createVirtualClock } from '../../fakes/virtualClock.ts';
import {
  minutesAfterNoon,
  someApp,
  someAuthorization,
  someConnection,
  someEvent,
  someGrant,
} from '../samples.ts';
import type { MakeStore } from '../store.contract.ts';

/** The parts of a commit that went through; fails the test otherwise. */
export function committed(result: CommitResult): {
  connection: Versioned<Connection>;
  grant: Versioned<Grant>;
} {
  if (!result.committed) throw new Error('The commit was a conflict.');
  const missing = {
    get value(): never {
      throw new Error('The commit did not change this.');
    },
    etag: '',
  };
  return { connection: result.connection ?? missing, grant: result.grant ?? missing };
}

export async function create(store: Store, connection: Connection): Promise<Versioned<Connection>> {
  return committed(await store.commit(connection.id, { connection: { after: connection } })).connection;
}

const eventIds = async (store: Store, id: string) =>
  (await store.listEvents(id, { limit: 100 })).items.map((event) => event.id);

export function storeCommits(makeStore: MakeStore): void {
  const open = async () => makeStore(createVirtualClock());

  describe('commits', () => {
    test('what was never written reads as undefined', async () => {
      const store = await open();
      expect(await store.readConnection('nothing')).toBeUndefined();
      expect(await store.readGrant('nothing')).toBeUndefined();
      expect(await store.apps.read('nothing')).toBeUndefined();
      expect(await store.authorizations.read('nothing')).toBeUndefined();
      await store.check();
    });

    test('a connection is created once', async () => {
      const store = await open();
      const connection = someConnection();
      const made = await create(store, connection);
      expect(made.value).toEqual(connection);
      expect(await store.readConnection(connection.id)).toEqual(made);
      expect(await store.commit(connection.id, { connection: { after: connection } })).toEqual({
        committed: false,
      });
    });

    test('a replacement holds at the current ETag, and only there', async () => {
      const store = await open();
      const before = await create(store, someConnection());
      const { id } = before.value;
      const after = { ...before.value, name: 'Renamed' };
      const { connection: renamed } = committed(await store.commit(id, { connection: { before, after } }));
      expect(renamed.etag).not.toBe(before.etag);
      const stale = { before, after: { ...before.value, name: 'Too late' } };
      expect(await store.commit(id, { connection: stale })).toEqual({ committed: false });
      expect(await store.readConnection(id)).toEqual(renamed);
    });

    test('a property left out of the replacement is gone', async () => {
      const store = await open();
      const before = await create(store, someConnection({ tenant: 'contoso.com' }));
      const { tenant: _tenant, ...after } = before.value;
      await store.commit(after.id, { connection: { before, after } });
      expect((await store.readConnection(after.id))?.value).toEqual(after);
    });

    test('a replacement and a deletion of what is gone are conflicts', async () => {
      const store = await open();
      const before = await create(store, someConnection());
      const { id } = before.value;
      expect(await store.commit(id, { connection: { before } })).toEqual({ committed: true });
      expect(await store.readConnection(id)).toBeUndefined();
      expect(await store.commit(id, { connection: { before } })).toEqual({ committed: false });
      expect(await store.commit(id, { connection: { before, after: before.value } })).toEqual({
        committed: false,
      });
      expect(await store.readConnection(id)).toBeUndefined();
    });

    test('connection, grant and events are written together', async () => {
      const store = await open();
      const connection = someConnection();
      const grant = someGrant(connection.id);
      const event = someEvent();
      const change = { connection: { after: connection }, grant: { after: grant }, events: [event] };
      const made = committed(await store.commit(connection.id, change));
      expect(made.connection.value).toEqual(connection);
      expect(made.grant.value).toEqual(grant);
      expect(await store.readConnection(connection.id)).toEqual(made.connection);
      expect(await store.readGrant(connection.id)).toEqual(made.grant);
      expect((await store.listEvents(connection.id, { limit: 10 })).items).toEqual([event]);
    });

    test.each(['connection', 'grant'] as const)('a stale %s leaves everything as it was', async (moved) => {
      const store = await open();
      const connection = someConnection();
      const { id } = connection;
      const change = { connection: { after: connection }, grant: { after: someGrant(id) } };
      const made = committed(await store.commit(id, change));
      const now = committed(
        moved === 'connection'
          ? await store.commit(id, {
              connection: { before: made.connection, after: { ...connection, name: 'Moved' } },
            })
          : await store.commit(id, { grant: { before: made.grant, after: someGrant(id, { failures: 3 }) } }),
      );
      const attempt = await store.commit(id, {
        connection: { before: made.connection, after: { ...connection, name: 'Mine' } },
        grant: { before: made.grant, after: someGrant(id, { generation: 2 }) },
        events: [someEvent()],
      });
      expect(attempt).toEqual({ committed: false });
      expect(await store.readConnection(id)).toEqual(
        moved === 'connection' ? now.connection : made.connection,
      );
      expect(await store.readGrant(id)).toEqual(moved === 'grant' ? now.grant : made.grant);
      expect(await eventIds(store, id)).toEqual([]);
    });

    test.each(['connection', 'grant'] as const)(
      'a deletion beside others heeds the ETag of the %s',
      async (moved) => {
        const store = await open();
        const connection = someConnection();
        const { id } = connection;
        const made = committed(
          await store.commit(id, { connection: { after: connection }, grant: { after: someGrant(id) } }),
        );
        if (moved === 'connection') {
          await store.commit(id, {
            connection: { before: made.connection, after: { ...connection, name: 'Moved' } },
          });
        } else
          await store.commit(id, { grant: { before: made.grant, after: someGrant(id, { failures: 3 }) } });
        const deletion = {
          connection: { before: made.connection },
          grant: { before: made.grant },
          events: [someEvent({ type: 'connection.deleted' })],
        };
        expect(await store.commit(id, deletion)).toEqual({ committed: false });
        expect(await store.readConnection(id)).toBeDefined();
        expect(await store.readGrant(id)).toBeDefined();
        expect(await eventIds(store, id)).toEqual([]);
      },
    );

    test('events outlive their connection, and its id can be used again', async () => {
      const store = await open();
      const connection = someConnection();
      const { id } = connection;
      const change = {
        connection: { after: connection },
        grant: { after: someGrant(id) },
        events: [someEvent()],
      };
      const made = committed(await store.commit(id, change));
      const goodbye = someEvent({ type: 'connection.deleted', at: minutesAfterNoon(1) });
      const deletion = {
        connection: { before: made.connection },
        grant: { before: made.grant },
        events: [goodbye],
      };
      expect(await store.commit(id, deletion)).toEqual({ committed: true });
      expect(await store.readConnection(id)).toBeUndefined();
      expect(await store.readGrant(id)).toBeUndefined();
      expect(await eventIds(store, id)).toEqual([goodbye.id, change.events[0]?.id]);
      await create(store, connection);
      expect(await eventIds(store, id)).toHaveLength(2);
    });

    test('a grant and its connection do not disturb each other', async () => {
      const store = await open();
      const connection = await create(store, someConnection());
      const { id } = connection.value;
      const { grant } = committed(await store.commit(id, { grant: { after: someGrant(id) } }));
      const lease = { id: 'lease', until: minutesAfterNoon(1) };
      const leased = committed(
        await store.commit(id, { grant: { before: grant, after: { ...grant.value, lease } } }),
      );
      expect(await store.readConnection(id)).toEqual(connection);
      await store.commit(id, {
        connection: { before: connection, after: { ...connection.value, name: 'New' } },
      });
      expect(await store.readGrant(id)).toEqual(leased.grant);
    });

    test('of many swaps at the same ETag one goes through', async () => {
      const store = await open();
      const before = await create(store, someConnection());
      const { id } = before.value;
      const results = await Promise.all(
        ['a', 'b', 'c', 'd', 'e'].map((name) =>
          store.commit(id, {
            connection: { before, after: { ...before.value, name } },
            events: [someEvent()],
          }),
        ),
      );
      expect(results.filter((result) => result.committed)).toHaveLength(1);
      expect(await eventIds(store, id)).toHaveLength(1);
    });

    test('nobody shares references with the store', async () => {
      const store = await open();
      const statedFields: Record<string, string> = { name: 'hash' };
      const made = await create(store, someConnection({ statedFields }));
      statedFields.name = 'changed';
      (made.value.statedFields as Record<string, string>).name = 'changed too';
      expect((await store.readConnection(made.value.id))?.value.statedFields).toEqual({ name: 'hash' });
    });

    test('apps and authorizations are swapped by ETag', async () => {
      const store = await open();
      const app = someApp();
      expect(await store.apps.save({ after: app })).toBe(true);
      expect(await store.apps.save({ after: app })).toBe(false);
      const authorization = someAuthorization();
      expect(await store.authorizations.save({ after: authorization })).toBe(true);
      const before = await store.authorizations.read(authorization.id);
      if (before === undefined) throw new Error('The authorization is missing.');
      const claim = { before, after: { ...authorization, claimedAt: minutesAfterNoon(1) } };
      const claims = await Promise.all(
        [claim, claim, claim].map((change) => store.authorizations.save(change)),
      );
      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(await store.authorizations.save({ before })).toBe(false);
      const current = await store.authorizations.read(authorization.id);
      expect(current?.value).toEqual(claim.after);
      if (current === undefined) throw new Error('The authorization is missing.');
      expect(await store.authorizations.save({ before: current })).toBe(true);
      expect(await store.authorizations.read(authorization.id)).toBeUndefined();
      expect(await store.authorizations.save({ before: current })).toBe(false);
    });
  });
}
