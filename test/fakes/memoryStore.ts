import { permissionOn } from '../../shared/domain/access.ts';
import type { App } from '../../shared/domain/app.ts';
import type { Authorization } from '../../shared/domain/authorization.ts';
import type { Connection, ConnectionEvent, Grant } from '../../shared/domain/connection.ts';
import type { DueHint, ListScope } from '../../shared/domain/indexing.ts';
import {
  authorizationHint,
  bucketOf,
  grantHint,
  hintMoves,
  listMoves,
  type Moves,
  pendingHint,
} from '../../shared/domain/indexing.ts';
import type {
  Change,
  Clock,
  Collection,
  CommitResult,
  ConnectionChange,
  Store,
  Versioned,
} from '../../shared/ports.ts';
import { type CallHooks, hooked } from './callHooks.ts';
import { createMemoryTable, type MemoryTable, pageOf } from './memoryTable.ts';

export interface MemoryStore extends Store, CallHooks {
  /** Calls so far that read, and that wrote. */
  reads: number;
  writes: number;
}

const pad = (value: number, digits = 14) => String(value).padStart(digits, '0');
const hintKey = (hint: DueHint) => `${pad(bucketOf(hint.dueAt))} ${hint.kind} ${hint.id}`;
const listKey = (scope: ListScope, id: string) =>
  `${'all' in scope ? 'all' : `of ${scope.principalId}`}\n${id}`;
const eventsOf = (connectionId: string) => `${connectionId}\n`;
const hintsAtOnce = 200;

const optional =
  <T, R>(map: (value: T) => R) =>
  (value: T | undefined) =>
    value === undefined ? undefined : map(value);

function accepts<T>(table: MemoryTable<T>, id: string, change: Change<T> | undefined): boolean {
  return change === undefined || table.accepts(id, change);
}

function made<K extends string, T>(key: K, table: MemoryTable<T>, id: string, change: Change<T> | undefined) {
  const row = change === undefined ? undefined : table.make(id, change);
  return row === undefined ? {} : ({ [key]: row } as { [P in K]: Versioned<T> });
}

/** The Store in memory: the promises of the port, with the same index rules as over tables. */
export function createMemoryStore({ clock }: { clock: Clock }): MemoryStore {
  const connections = createMemoryTable<Connection>();
  const grants = createMemoryTable<Grant>();
  const events = createMemoryTable<ConnectionEvent>();
  const lists = createMemoryTable<string>();
  const due = createMemoryTable<DueHint>();
  /** The ETag a hint was read at, so that one written anew since then is not removed. */
  const hintEtags = new WeakMap<DueHint, string>();
  let writtenEvents = 0;

  function reading<T>(operation: string, effect: () => T): Promise<T> {
    store.reads += 1;
    return hooked(store, operation, effect);
  }

  function writing<T>(operation: string, effect: () => T): Promise<T> {
    store.writes += 1;
    return hooked(store, operation, effect);
  }

  function moveHints(moves: Moves<DueHint>): void {
    for (const hint of moves.add) due.put(hintKey(hint), hint);
    for (const hint of moves.remove) due.remove(hintKey(hint));
  }

  function moveLists(moves: Moves<ListScope>, id: string): void {
    for (const scope of moves.add) lists.put(listKey(scope, id), id);
    for (const scope of moves.remove) lists.remove(listKey(scope, id));
  }

  function follow(id: string, { connection, grant }: ConnectionChange): void {
    const now = clock.now();
    const before = connection?.before?.value;
    moveLists(listMoves(before, connection?.after), id);
    const pendingOf = optional(pendingHint);
    moveHints(hintMoves(pendingOf(before), pendingOf(connection?.after), now));
    const grantOf = optional(grantHint);
    moveHints(hintMoves(grantOf(grant?.before?.value), grantOf(grant?.after), now));
  }

  function addEvent(id: string, event: ConnectionEvent): void {
    writtenEvents += 1;
    events.put(`${eventsOf(id)}${pad(1e14 - 1 - event.at.getTime())}${pad(1e14 - 1 - writtenEvents)}`, event);
  }

  function commit(id: string, change: ConnectionChange): CommitResult {
    const { connection, grant } = change;
    if (!accepts(connections, id, connection) || !accepts(grants, id, grant)) return { committed: false };
    follow(id, change);
    for (const event of change.events ?? []) addEvent(id, event);
    return {
      committed: true,
      ...made('connection', connections, id, connection),
      ...made('grant', grants, id, grant),
    };
  }

  function valuesOf<T>(table: MemoryTable<T>, keys: readonly string[]): T[] {
    return keys.flatMap((key) => table.read(key)?.value ?? []);
  }

  function listConnections(scope: ListScope, options: { limit: number; after?: string }) {
    const keys = lists.keys().filter((key) => key.startsWith(listKey(scope, '')));
    const { items, ...next } = pageOf(keys, options);
    const found = valuesOf(connections, valuesOf(lists, items));
    const isListed = (connection: Connection) =>
      'all' in scope || permissionOn(connection, scope.principalId) !== 'none';
    return { items: found.filter(isListed), ...next };
  }

  async function* listDue(until: Date): AsyncIterable<readonly DueHint[]> {
    const end = pad(bucketOf(until) + 1);
    let after: string | undefined;
    do {
      const options = { limit: hintsAtOnce, ...(after === undefined ? {} : { after }) };
      const page = await reading('listDue', () => {
        const keys = pageOf(
          due.keys().filter((key) => key < end),
          options,
        );
        return { hints: keys.items.flatMap((key) => due.read(key) ?? []), next: keys.next };
      });
      for (const { value, etag } of page.hints) hintEtags.set(value, etag);
      if (page.hints.length > 0) yield page.hints.map(({ value }) => value);
      after = page.next;
    } while (after !== undefined);
  }

  function collection<T>(
    name: string,
    keyOf: (value: T) => string,
    hintOf: (value: T) => DueHint | undefined,
  ) {
    const table = createMemoryTable<T>();
    const save = (change: Change<T>) => {
      const key = keyOf(change.before === undefined ? change.after : change.before.value);
      if (!table.accepts(key, change)) return false;
      const hint = optional(hintOf);
      moveHints(hintMoves(hint(change.before?.value), hint(change.after), clock.now()));
      table.make(key, change);
      return true;
    };
    return {
      read: (key) => reading(`${name}.read`, () => table.read(key)),
      save: (change) => writing(`${name}.save`, () => save(change)),
    } satisfies Collection<T>;
  }

  const store: MemoryStore = {
    reads: 0,
    writes: 0,
    readConnection: (id) => reading('readConnection', () => connections.read(id)),
    readGrant: (id) => reading('readGrant', () => grants.read(id)),
    commit: (id, change) => writing('commit', () => commit(id, change)),
    listEvents: (id, options) =>
      reading('listEvents', () => {
        const { items, ...next } = pageOf(
          events.keys().filter((key) => key.startsWith(eventsOf(id))),
          options,
        );
        return { items: valuesOf(events, items), ...next };
      }),
    listConnections: (scope, options) => reading('listConnections', () => listConnections(scope, options)),
    apps: collection<App>(
      'apps',
      (app) => app.key,
      () => undefined,
    ),
    authorizations: collection<Authorization>('authorizations', (one) => one.id, authorizationHint),
    listDue,
    removeDue: (hint) => writing('removeDue', () => due.remove(hintKey(hint), hintEtags.get(hint))),
    check: () => reading('check', () => undefined),
  };
  return store;
}
