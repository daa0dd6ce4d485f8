import { randomUUID } from 'node:crypto';
import {
  type Connection,
  type ConnectionEvent,
  type ConnectionFailure,
  type ConnectionStatus,
  legalTransitions,
} from './connection.ts';
import { BrokerError, type ErrorCode } from './errors.ts';
import type { TokenFailure } from './tokenFailure.ts';

/** Who did it, why and when: what every event carries. */
export interface Deed {
  readonly actor: string;
  readonly cause: string;
  readonly at: Date;
}

/** An event of a connection, with an id of its own. */
export function eventOf(
  type: ConnectionEvent['type'],
  deed: Deed,
  more: Pick<ConnectionEvent, 'from' | 'to' | 'detail'> = {},
): ConnectionEvent {
  return { id: randomUUID(), type, ...deed, ...more };
}

/**
 * Moves a connection to another status. The event belongs into the transaction that writes the connection.
 * @throws BrokerError `internal` for a move that is not in the table: a mistake of the broker, never of a caller
 */
export function moveTo(
  connection: Connection,
  to: ConnectionStatus,
  deed: Deed,
): { readonly connection: Connection; readonly events: readonly ConnectionEvent[] } {
  const from = connection.status;
  if (from === to) return { connection: { ...connection, updatedAt: deed.at }, events: [] };
  if (!legalTransitions[from].includes(to)) {
    throw new BrokerError('internal', `A connection cannot go from ${from} to ${to}.`);
  }
  return {
    connection: { ...connection, status: to, updatedAt: deed.at },
    events: [eventOf('connection.status_changed', deed, { from, to })],
  };
}

/** The status a failed refresh leads to; undefined where the connection is not to blame. */
export function statusAfterFailure(code: ErrorCode): ConnectionStatus | undefined {
  if (code === 'admin_consent_required') return 'needs_admin_consent';
  if (code === 'grant_invalid' || code === 'consent_required' || code === 'consent_declined')
    return 'needs_sign_in';
  return undefined;
}

/** What is kept of a failure on the connection that it broke. */
export function failureRecord(failure: TokenFailure, at: Date): ConnectionFailure {
  const { code, remedy, detail, aadstsCode, entraCorrelationId } = failure;
  return {
    code,
    remedy,
    detail,
    at,
    ...(aadstsCode === undefined ? {} : { aadstsCode }),
    ...(entraCorrelationId === undefined ? {} : { entraCorrelationId }),
  };
}
