import { connectionNotFound, permissionOn } from '../domain/access.ts';
import type { Caller } from '../domain/caller.ts';
import type { Connection, ConnectionFailure, ConnectionStatus } from '../domain/connection.ts';
import { BrokerError } from '../domain/errors.ts';
import { secondsUntil } from '../domain/planRefresh.ts';
import type { GrantedConnection } from './fence.ts';
import type { RefreshFailure } from './refreshGrant.ts';

/** Why this caller gets no token of this connection, with who mends it; undefined where nothing stands against it. */
export function denialOf(
  connection: Connection,
  state: GrantedConnection | undefined,
  caller: Caller,
): BrokerError | undefined {
  return accessDenial(connection, caller) ?? statusDenial(connection, state);
}

/** @throws BrokerError the denial, where there is one */
export function requireServable(
  connection: Connection,
  state: GrantedConnection | undefined,
  caller: Caller,
): GrantedConnection {
  const denial = accessDenial(connection, caller);
  if (denial !== undefined) throw denial;
  return requireConnected(connection, state);
}

/** The part of it that concerns every caller alike. @throws BrokerError for a state in which nobody gets a token */
export function requireConnected(
  connection: Connection,
  state: GrantedConnection | undefined,
): GrantedConnection {
  const denial = statusDenial(connection, state);
  if (denial !== undefined) throw denial;
  if (state !== undefined) return state;
  throw new BrokerError('internal', `Connection ${connection.id} is connected but has no grant.`);
}

/** `not_found` for strangers, `forbidden` for holders of Connections.Manage without access. */
function accessDenial(connection: Connection, caller: Caller): BrokerError | undefined {
  if (permissionOn(connection, caller.principalId) !== 'none') return undefined;
  if (!caller.roles.has('Connections.Manage')) return connectionNotFound();
  return new BrokerError(
    'forbidden',
    `Fetching tokens takes the permission "use" on this connection, which principal ${caller.principalId} does not ` +
      `have: Connections.Manage manages connections but does not lend them. Its owner (principal ${connection.owner}) ` +
      'or a holder of Connections.Manage can add it to the access list.',
    {
      members: {
        missingPermission: 'use',
        principalId: caller.principalId,
        grantedBy: connection.owner,
      },
    },
  );
}

function statusDenial(connection: Connection, state: GrantedConnection | undefined): BrokerError | undefined {
  switch (connection.status) {
    case 'connected':
      return undefined;
    case 'pending':
      return state === undefined
        ? new BrokerError('connection_pending', 'Somebody has to open the connect link and sign in first.')
        : notConfirmed(connection);
    case 'suspended':
      return new BrokerError(
        'connection_suspended',
        'The connection was suspended by a person and has to be resumed.',
      );
    case 'needs_sign_in':
    case 'needs_admin_consent':
      return brokenConnection(connection);
  }
}

function notConfirmed(connection: Connection): BrokerError {
  return new BrokerError(
    'account_not_confirmed',
    `${connection.account?.username ?? 'An account'} signed in. The requester (principal ${connection.owner}) has to ` +
      'confirm that this is the right account, on the page of the connection or with POST …/confirm.',
    { members: { account: connection.account, confirmedBy: connection.owner } },
  );
}

function brokenConnection({ status, failure }: Connection): BrokerError {
  if (failure !== undefined) return failureProblem(failure, status);
  const code = status === 'needs_sign_in' ? 'grant_invalid' : 'admin_consent_required';
  return new BrokerError(code, 'The connection needs a new sign-in.', {
    members: { connectionStatus: status },
  });
}

/** A failure of the connection or of its last refresh, in the one shape in which callers meet it. */
export function failureProblem(
  failure: ConnectionFailure,
  connectionStatus: ConnectionStatus,
  retryAfterSeconds?: number,
): BrokerError {
  const { code, detail, aadstsCode, entraCorrelationId } = failure;
  return new BrokerError(code, detail, {
    members: { connectionStatus, failure, aadstsCode, entraCorrelationId },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** The backoff as callers meet it: the failure that began it is told again, with the time that is left. */
export function waitingFailure({ grant }: GrantedConnection, now: Date): RefreshFailure | undefined {
  const { retryAt, lastFailure } = grant.value;
  if (retryAt === undefined || lastFailure === undefined || retryAt <= now) return undefined;
  return { kind: 'failed', failure: lastFailure, retryAfterSeconds: secondsUntil(retryAt, now) };
}
