import { odata } from '@azure/data-tables';
import pMap from 'p-map';
import { permissionOn } from '../../domain/access.ts';
import type { Connection, Grant } from '../../domain/connection.ts';
import type { ListScope } from '../../domain/indexing.ts';
import { grantHint, hintMoves, listMoves, pendingHint } from '../../domain/indexing.ts';
import type { Change, Clock, CommitResult, ConnectionChange, Store, Versioned } from '../../ports.ts';
import type { Deadline } from '../azureCalls/attempt.ts';
import { type Columns, fromRow, toEntity } from './columns.ts';
import { connectionColumns, eventColumns, grantColumns, listEntryColumns } from './entities.ts';
import { answering } from './failures.ts';
import { dueEntryMoves, listEntryMoves, swapIndexed } from './indexTables.ts';
import {
  connectionPlace,
  eventPlace,
  eventRows,
  grantPlace,
  keyText,
  listPartition,
  type Place,
} from './keys.ts';
import type { RowChange, Table } from './table.ts';

/** The change of one value as the change of its row. */
export function rowChange<T extends object>(columns: Columns<T>, place: Place, change: Change<T>): RowChange {
  if (change.before === undefined) return { kind: 'create', entity: toEntity(columns, place, change.after) };
  const { etag } = change.before;
  if (change.after === undefined) return { kind: 'delete', place, etag };
  return { kind: 'replace', entity: toEntity(columns, place, change.after), etag };
}

/** Point reads running at the same time for one page of a list. */
const readsAtOnce = 16;

type ConnectionRows = Pick<
  Store,
  'readConnection' | 'readGrant' | 'commit' | 'listEvents' | 'listConnections'
>;

/** Everything of a connection lies in one partition, so that it changes in one transaction. */
export function createConnectionRows(
  tables: { readonly connections: Table; readonly index: Table; readonly due: Table },
  clock: Clock,
): ConnectionRows {
  async function read<T extends object>(columns: Columns<T>, place: Place, until: Deadline) {
    const row = await tables.connections.read(place, until);
    return row === undefined ? undefined : { value: fromRow(columns, row), etag: row.etag };
  }

  function movesOf(id: string, { connection, grant }: ConnectionChange) {
    const now = clock.now();
    const before = connection?.before?.value;
    const hintOf = (value: Grant | undefined) => (value === undefined ? undefined : grantHint(value));
    const pendingOf = (value: Connection | undefined) =>
      value === undefined ? undefined : pendingHint(value);
    return [
      listEntryMoves(tables.index, listMoves(before, connection?.after), id),
      dueEntryMoves(tables.due, hintMoves(pendingOf(before), pendingOf(connection?.after), now)),
      dueEntryMoves(tables.due, hintMoves(hintOf(grant?.before?.value), hintOf(grant?.after), now)),
    ];
  }

  async function commit(id: string, change: ConnectionChange, until: Deadline): Promise<CommitResult> {
    const { connection, grant, events = [] } = change;
    const changes = [
      ...(connection === undefined ? [] : [rowChange(connectionColumns, connectionPlace(id), connection)]),
      ...(grant === undefined ? [] : [rowChange(grantColumns, grantPlace(id), grant)]),
      ...events.map((event, position): RowChange => {
        const entity = toEntity(eventColumns, eventPlace(id, event, position), event);
        return { kind: 'create', entity };
      }),
    ];
    const etags = await swapIndexed(movesOf(id, change), until, () =>
      tables.connections.change(changes, until),
    );
    if (etags === undefined) return { committed: false };
    const [first, second] = etags;
    const connectionNow = versioned(connection?.after, first);
    const grantNow = versioned(grant?.after, connection === undefined ? first : second);
    return {
      committed: true,
      ...(connectionNow === undefined ? {} : { connection: connectionNow }),
      ...(grantNow === undefined ? {} : { grant: grantNow }),
    };
  }

  /** An entry says that the connection may be visible; the connection itself decides. */
  async function readListed(scope: ListScope, id: string, until: Deadline): Promise<readonly Connection[]> {
    const found = await read(connectionColumns, connectionPlace(id), until);
    if (found === undefined) return [];
    const isListed = 'all' in scope || permissionOn(found.value, scope.principalId) !== 'none';
    return isListed ? [found.value] : [];
  }

  return {
    readConnection: (id) => answering((until) => read(connectionColumns, connectionPlace(id), until)),
    readGrant: (id) => answering((until) => read(grantColumns, grantPlace(id), until)),
    commit: (id, change) => answering((until) => commit(id, change, until)),

    listEvents: (connectionId, options) =>
      answering(async (until) => {
        const partition = odata`PartitionKey eq ${keyText(connectionId)}`;
        const filter = `${partition} and ${odata`RowKey ge ${eventRows.from} and RowKey lt ${eventRows.to}`}`;
        const page = await tables.connections.page(filter, options, until);
        const items = page.rows.map((row) => fromRow(eventColumns, row));
        return page.next === undefined ? { items } : { items, next: page.next };
      }),

    listConnections: (scope, options) =>
      answering(async (until) => {
        const filter = odata`PartitionKey eq ${listPartition(scope)}`;
        const page = await tables.index.page(filter, options, until);
        const ids = page.rows.map((row) => fromRow(listEntryColumns, row).connectionId);
        const found = await pMap(ids, (id) => readListed(scope, id, until), { concurrency: readsAtOnce });
        const items = found.flat();
        return page.next === undefined ? { items } : { items, next: page.next };
      }),
  };
}

function versioned<T>(value: T | undefined, etag: string | undefined): Versioned<T> | undefined {
  if (value === undefined) return undefined;
  if (etag === undefined) throw new Error('The storage account answered a write without an ETag.');
  return { value, etag };
}
