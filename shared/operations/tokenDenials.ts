import { connectionNotFound, permissionOn } from '../domain/access.ts';
import type { Caller } from '../domain/caller.ts';
import type { Connection } from '../domain/connection.ts';
import { BrokerError } from '../domain/errors.ts';
import type { TokenFailure } from '../domain/tokenFailure.ts';
import type { GrantedConnection } from './fence.ts';

/** @throws BrokerError `not_found` for strangers; `forbidden` for holders of Connections.Manage without access. */
export function requireUse(connection: Connection, caller: Caller): void {
  if (permissionOn(connection, caller.principalId) !== 'none') return;
  if (!caller.roles.has('Connections.Manage')) throw connectionNotFound();
  throw new BrokerError(
    'forbidden',
    `Fetching tokens takes the permission "use" on this connection, which principal ${caller.principalId} does not ` +
      `have: Connections.Manage manages connections but does not lend them. Its owner (principal ${connection.owner}) ` +
      'or a holder of Connections.Manage can add it to the access list.',
    { members: { missingPermission: 'use', principalId: caller.principalId, grantedBy: connection.owner } },
  );
}

/** @throws BrokerError for each state in which a connection gives no tokens, with who mends it */
export function requireConnected(
  connection: Connection,
  state: GrantedConnection | undefined,
): GrantedConnection {
  switch (connection.status) {
    case 'connected':
      if (state !== undefined) return state;
      throw new BrokerError('internal', `Connection ${connection.id} is connected but has no grant.`);
    case 'pending':
      if (state === undefined) {
        throw new BrokerError(
          'connection_pending',
          'Somebody has to open the connect link and sign in first.',
        );
      }
      throw new BrokerError(
        'account_not_confirmed',
        `${connection.account?.username ?? 'An account'} signed in. The requester (principal ${connection.owner}) has ` +
          'to confirm that this is the right account, on the page of the connection or with POST …/confirm.',
        { members: { account: connection.account, confirmedBy: connection.owner } },
      );
    case 'suspended':
      throw new BrokerError(
        'connection_suspended',
        'The connection was suspended by a person and has to be resumed.',
      );
    case 'needs_sign_in':
    case 'needs_admin_consent':
      throw brokenConnection(connection);
  }
}

function brokenConnection(connection: Connection): BrokerError {
  const { failure } = connection;
  const fallback = connection.status === 'needs_sign_in' ? 'grant_invalid' : 'admin_consent_required';
  return new BrokerError(
    failure?.code ?? fallback,
    failure?.detail ?? 'The connection needs a new sign-in.',
    {
      members: { connectionStatus: connection.status, failure },
    },
  );
}

/** The backoff as callers meet it. */
export function waitingFailure({ grant }: GrantedConnection, now: Date): TokenFailure | undefined {
  const { retryAt } = grant.value;
  if (retryAt === undefined || retryAt <= now) return undefined;
  return {
    code: 'identity_unavailable',
    remedy: 'wait',
    detail:
      'Microsoft gave no token at the last attempts. The connection is unharmed; try again after the time given.',
    retryAfterSeconds: Math.ceil((retryAt.getTime() - now.getTime()) / 1000),
  };
}

/** A failed refresh as the caller meets it. */
export function raise(failure: TokenFailure): never {
  const { code, detail, retryAfterSeconds, remedy: _implied, ...members } = failure;
  throw new BrokerError(code, detail, {
    members,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
