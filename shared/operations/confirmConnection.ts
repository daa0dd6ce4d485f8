import { requireManage } from '../domain/access.ts';
import type { Caller } from '../domain/caller.ts';
import type { Account, Connection } from '../domain/connection.ts';
import { BrokerError } from '../domain/errors.ts';
import { nextRefreshAt } from '../domain/planRefresh.ts';
import { eventOf, moveTo } from '../domain/transition.ts';
import type { Clock, Store } from '../ports.ts';
import { readState } from './fence.ts';

/** Confirms that the account that signed in behind a connect link is the right one; again is no error. */
export type ConfirmConnection = (
  caller: Caller,
  id: string,
  account: Pick<Account, 'oid' | 'tid'>,
) => Promise<Connection>;

export interface ConfirmConnectionPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
}

/** @throws BrokerError `not_found`, `forbidden`, `connection_pending`, `account_mismatch`, `connection_not_pending` */
export function createConfirmConnection({ store, clock, random }: ConfirmConnectionPorts): ConfirmConnection {
  return async (caller, id, stated) => {
    for (;;) {
      const { connection: before, grant } = await readState(store, id);
      const connection = before?.value;
      requireManage(connection, caller);
      requireSame(connection, stated);
      if (connection.accountConfirmed && connection.status !== 'pending') return connection;
      if (before === undefined || grant === undefined) {
        throw new BrokerError('internal', `Connection ${id} has an account but no grant.`);
      }
      const now = clock.now();
      requireInTime(connection, now);
      const cause = `${connection.account?.username ?? 'The account'} was confirmed.`;
      const deed = { actor: caller.principalId, cause, at: now };
      const { pendingUntil: _over, ...kept } = connection;
      const moved = moveTo({ ...kept, accountConfirmed: true, connectedAt: now }, 'connected', deed);
      const { tokenIssuedAt = now, tokenExpiresAt = now } = grant.value;
      const dueAt = nextRefreshAt(now, tokenIssuedAt, tokenExpiresAt, random());
      const result = await store.commit(id, {
        connection: { before, after: moved.connection },
        grant: { before: grant, after: { ...grant.value, dueAt } },
        events: [eventOf('connection.account_confirmed', deed), ...moved.events],
      });
      if (result.committed) return moved.connection;
    }
  };
}

function requireInTime({ pendingUntil }: Connection, now: Date): void {
  if (pendingUntil === undefined || pendingUntil > now) return;
  throw new BrokerError(
    'connection_not_pending',
    'The time to confirm this account is over, and the connection is being removed. Request it anew.',
  );
}

function requireSame(connection: Connection, stated: Pick<Account, 'oid' | 'tid'>): void {
  const { account } = connection;
  if (account === undefined) {
    throw new BrokerError(
      'connection_pending',
      'Nobody has signed in yet, so there is no account to confirm.',
    );
  }
  const same =
    account.oid.toLowerCase() === stated.oid.toLowerCase() &&
    account.tid.toLowerCase() === stated.tid.toLowerCase();
  if (same) return;
  throw new BrokerError(
    'account_mismatch',
    `The account that signed in is ${account.username} (oid ${account.oid}, tid ${account.tid}), not the one stated. ` +
      'If it is the wrong account, delete the connection and request it anew.',
    { members: { account } },
  );
}
