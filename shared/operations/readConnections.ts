import pMap from 'p-map';
import { connectionNotFound, maySee } from '../domain/access.ts';
import { type App, appKey, rejectionOf } from '../domain/app.ts';
import type { Caller } from '../domain/caller.ts';
import type {
  Connection,
  ConnectionEvent,
  ConnectionFailure,
  ConnectionStatus,
  Grant,
} from '../domain/connection.ts';
import type { Connector } from '../domain/connectors.ts';
import type { ListScope } from '../domain/indexing.ts';
import { failureRecord } from '../domain/transition.ts';
import type { Page, Store } from '../ports.ts';
import { rejectedAlready } from './askForTokens.ts';
import { readState } from './fence.ts';

export interface ConnectionFilter {
  readonly status?: ConnectionStatus | undefined;
  readonly connector?: Connector | undefined;
  /** Client id of the app. */
  readonly app?: string | undefined;
  /** Principal id. */
  readonly owner?: string | undefined;
}

export interface PageRequest {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** A connection with what the last refresh came to, where it gave no token: a status alone is not health. */
export type ListedConnection = Connection & { readonly lastFailure?: ConnectionFailure };

export type ListConnections = (
  caller: Caller,
  filter: ConnectionFilter,
  page: PageRequest,
) => Promise<Page<ListedConnection>>;

/** Pages that the filter left empty are read on, but not for ever: the answer then carries `next`. */
const pagesAtOnce = 10;
const readsAtOnce = 16;

/** Lists what the caller may see: everything with Connections.Manage, else what they own or may use. */
export function createListConnections(store: Store): ListConnections {
  return async (caller, filter, { limit, after }) => {
    const scope = scopeOf(caller, filter);
    const items: Connection[] = [];
    let next = after;
    for (let read = 0; read < pagesAtOnce && items.length < limit; read += 1) {
      const page = await store.listConnections(scope, {
        limit: limit - items.length,
        ...(next === undefined ? {} : { after: next }),
      });
      items.push(
        ...page.items.filter((connection) => maySee(connection, caller) && passes(connection, filter)),
      );
      next = page.next;
      if (next === undefined) break;
    }
    const listed = await withFailures(store, items);
    return next === undefined ? { items: listed } : { items: listed, next };
  };
}

function withFailures(store: Store, items: readonly Connection[]): Promise<ListedConnection[]> {
  const readApp = appsReadOnce(store);
  return pMap(
    items,
    async (connection) => {
      if (connection.status !== 'connected') return connection;
      const grant = await store.readGrant(connection.id);
      const lastFailure = await lastFailureOf(readApp, connection, grant?.value);
      return lastFailure === undefined ? connection : { ...connection, lastFailure };
    },
    { concurrency: readsAtOnce },
  );
}

function scopeOf(caller: Caller, { owner }: ConnectionFilter): ListScope {
  if (!caller.roles.has('Connections.Manage')) return { principalId: caller.principalId };
  return owner === undefined ? { all: true } : { principalId: owner };
}

function passes(connection: Connection, { status, connector, app, owner }: ConnectionFilter): boolean {
  return (
    (status === undefined || connection.status === status) &&
    (connector === undefined || connection.connector === connector) &&
    (app === undefined || connection.clientId === app.toLowerCase()) &&
    (owner === undefined || connection.owner === owner)
  );
}

export type ReadConnection = (
  caller: Caller,
  id: string,
) => Promise<{ readonly connection: Connection; readonly grant: Grant | undefined }>;

/** @throws BrokerError `not_found` also for a connection that the caller may not see */
export function createReadConnection(store: Store): ReadConnection {
  return async (caller, id) => {
    const { connection, grant } = await readState(store, id);
    if (connection === undefined || !maySee(connection.value, caller)) throw connectionNotFound();
    if (grant === undefined) return { connection: connection.value, grant: undefined };
    const lastFailure = await lastFailureOf(appsReadOnce(store), connection.value, grant.value);
    return {
      connection: connection.value,
      grant: lastFailure === undefined ? grant.value : { ...grant.value, lastFailure },
    };
  };
}

type ReadApp = (key: string) => Promise<App | undefined>;

/** Many connections of a list are of one app, which is read once. */
function appsReadOnce(store: Store): ReadApp {
  const reads = new Map<string, Promise<App | undefined>>();
  return (key) => {
    const read = reads.get(key) ?? store.apps.read(key).then((app) => app?.value);
    reads.set(key, read);
    return read;
  };
}

/** A rejected app stops all its connections, also those that have not been refused a token themselves yet. */
async function lastFailureOf(
  readApp: ReadApp,
  { status, environment, clientId }: Connection,
  grant: Grant | undefined,
): Promise<ConnectionFailure | undefined> {
  if (grant?.lastFailure !== undefined) return grant.lastFailure;
  if (status !== 'connected' || environment === undefined || clientId === undefined) return undefined;
  const app = await readApp(appKey(environment, clientId));
  const rejection = app === undefined ? undefined : rejectionOf(app);
  return app === undefined || rejection === undefined
    ? undefined
    : failureRecord(rejectedAlready(app), rejection.at);
}

export type ListEvents = (caller: Caller, id: string, page: PageRequest) => Promise<Page<ConnectionEvent>>;

/**
 * The history of a connection, newest first. Of a deleted one only Connections.Manage sees it; whoever made a new
 * connection under an old id sees what came since.
 */
export function createListEvents(store: Store): ListEvents {
  return async (caller, id, { limit, after }) => {
    const connection = (await store.readConnection(id))?.value;
    const manages = caller.roles.has('Connections.Manage');
    if (connection === undefined ? !manages : !maySee(connection, caller)) throw connectionNotFound();
    const page = await store.listEvents(id, { limit, ...(after === undefined ? {} : { after }) });
    if (connection === undefined && page.items.length === 0 && after === undefined)
      throw connectionNotFound();
    if (connection === undefined || manages) return page;
    const visible = page.items.filter((event) => event.at >= connection.createdAt);
    return visible.length < page.items.length ? { items: visible } : page;
  };
}
