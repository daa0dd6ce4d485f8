import type { Connection, ConnectionEvent } from '../domain/connection.ts';
import type { Change, Log, Store } from '../ports.ts';

/** The store, with one log line for each transition that it has committed: alerts and the workbook count them. */
export function withTransitionLog(store: Store, log: Log): Store {
  return {
    ...store,
    async commit(id, change) {
      const result = await store.commit(id, change);
      if (result.committed) {
        for (const event of change.events ?? []) logTransition(log, id, event, change.connection);
      }
      return result;
    },
  };
}

function logTransition(
  log: Log,
  connectionId: string,
  event: ConnectionEvent,
  change: Change<Connection> | undefined,
): void {
  const to = targetOf(event);
  const connection = change?.after ?? change?.before?.value;
  if (to === undefined || connection === undefined) return;
  const { environment, connector, failure } = connection;
  const { code, remedy, aadstsCode } = to === connection.status ? { ...failure } : {};
  log.info('connection_status_changed', {
    connectionId,
    environment,
    connector,
    from: event.from,
    to,
    code,
    remedy,
    aadstsCode,
  });
}

function targetOf({ type, to }: ConnectionEvent): string | undefined {
  if (type === 'connection.status_changed') return to;
  return type === 'connection.deleted' || type === 'connection.expired' ? 'deleted' : undefined;
}
