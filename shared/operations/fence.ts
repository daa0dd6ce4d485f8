import type { Connection, ConnectionEvent, Grant, Lease } from '../domain/connection.ts';
import type { Store, Versioned } from '../ports.ts';

/** A connection that has a grant, as both were read together. */
export interface GrantedConnection {
  readonly connection: Versioned<Connection>;
  readonly grant: Versioned<Grant>;
}

/** What a finished refresh makes of the rows as they are now: pure, since it may be asked again after a conflict. */
export type Settlement = (current: GrantedConnection) => {
  readonly grant: Grant;
  readonly connection?: Connection;
  readonly events?: readonly ConnectionEvent[];
};

/** Connection and grant as they were read; either may be missing. */
export interface ConnectionState {
  readonly connection: Versioned<Connection> | undefined;
  readonly grant: Versioned<Grant> | undefined;
}

/**
 * Reads connection and grant at once. They are two reads, so a sign-in or deletion may fall between them: where one
 * tells of the other and that one is missing, both are read again.
 */
export async function readState(store: Store, id: string): Promise<ConnectionState> {
  const state = await readBoth(store, id);
  const torn = (state.connection?.value.account !== undefined) !== (state.grant !== undefined);
  return torn ? readBoth(store, id) : state;
}

async function readBoth(store: Store, id: string): Promise<ConnectionState> {
  const [connection, grant] = await Promise.all([store.readConnection(id), store.readGrant(id)]);
  return { connection, grant };
}

/** The same where both are there; undefined where either is missing. */
export async function readGranted(store: Store, id: string): Promise<GrantedConnection | undefined> {
  const { connection, grant } = await readState(store, id);
  return connection === undefined || grant === undefined ? undefined : { connection, grant };
}

/** Takes the lease by compare-and-swap on the grant as it was read; undefined where the grant has moved. */
export async function acquire(
  store: Store,
  state: GrantedConnection,
  lease: Lease,
): Promise<GrantedConnection | undefined> {
  const result = await store.commit(state.grant.value.connectionId, {
    grant: { before: state.grant, after: { ...state.grant.value, lease } },
  });
  return result.committed && result.grant !== undefined
    ? { connection: state.connection, grant: result.grant }
    : undefined;
}

/**
 * Writes the result of a refresh and gives the lease back, as long as lease and generation are still the holder's:
 * an edit of the row in between is read and taken along. Undefined where they are not any more, and then nothing
 * is written.
 */
export async function settle(
  store: Store,
  held: GrantedConnection,
  lease: Lease,
  settlement: Settlement,
): Promise<GrantedConnection | undefined> {
  const generation = held.grant.value.generation;
  let current: GrantedConnection | undefined = held;
  while (current?.grant.value.generation === generation && current.grant.value.lease?.id === lease.id) {
    const { grant, connection, events } = settlement(current);
    const { lease: _released, ...withoutLease } = grant;
    const result = await store.commit(grant.connectionId, {
      grant: { before: current.grant, after: withoutLease },
      ...(connection === undefined ? {} : { connection: { before: current.connection, after: connection } }),
      ...(events === undefined ? {} : { events }),
    });
    if (result.committed) {
      return { connection: result.connection ?? current.connection, grant: result.grant ?? current.grant };
    }
    current = await readGranted(store, grant.connectionId);
  }
  return undefined;
}
