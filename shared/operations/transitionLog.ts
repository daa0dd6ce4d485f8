import type { Connection, ConnectionEvent } from '../domain/connection.ts';
import type { Change, ConnectionChange, Log } from '../ports.ts';

/** One log line for each transition that was committed: alerts and the workbook count them. */
export function logTransitions(log: Log, id: string, change: ConnectionChange): void {
  for (const event of change.events ?? []) logTransition(log, id, event, change.connection);
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
