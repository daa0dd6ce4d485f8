import { connectionNotFound, requireManage } from '../domain/access.ts';
import type { Caller } from '../domain/caller.ts';
import type { Connection, Grant } from '../domain/connection.ts';
import { environments } from '../domain/environment.ts';
import { type Deed, eventOf } from '../domain/transition.ts';
import type { Clock, Store, Vault, Versioned } from '../ports.ts';
import { readState } from './fence.ts';

/** What remains at Entra after a deletion, and who removes it there. */
export interface RemainingConsent {
  readonly detail: string;
  readonly person: string;
  readonly administrator: string;
}

export interface DeletionResult {
  readonly id: string;
  readonly deleted: true;
  readonly remainingConsent?: RemainingConsent;
}

export type DeleteConnection = (caller: Caller, id: string) => Promise<DeletionResult>;

/** @throws BrokerError `not_found`, `forbidden` */
export function createDeleteConnection(store: Store, vault: Vault, clock: Clock): DeleteConnection {
  return async (caller, id) => {
    for (;;) {
      const { connection, grant } = await readState(store, id);
      requireManage(connection?.value, caller);
      if (connection === undefined) throw connectionNotFound();
      // The secret goes first: a deletion that is cut off leaves a connection that can be deleted again, and no
      // secret that nobody knows of.
      if (grant !== undefined) await vault.remove(grant.value.secretName);
      const deed = { actor: caller.principalId, cause: 'The connection was deleted.', at: clock.now() };
      if (await removeRows(store, connection, grant, deed, 'connection.deleted')) {
        return { id, deleted: true, ...remainingConsent(connection.value) };
      }
    }
  };
}

/**
 * Removes connection and grant in one transaction; the event stays.
 * @returns false where the rows moved meanwhile
 */
export async function removeRows(
  store: Store,
  connection: Versioned<Connection>,
  grant: Versioned<Grant> | undefined,
  deed: Deed,
  type: 'connection.deleted' | 'connection.expired',
): Promise<boolean> {
  const { name, owner, account, connector } = connection.value;
  const result = await store.commit(connection.value.id, {
    connection: { before: connection },
    ...(grant === undefined ? {} : { grant: { before: grant } }),
    events: [
      eventOf(type, deed, { from: connection.value.status, detail: { name, owner, account, connector } }),
    ],
  });
  return result.committed;
}

function remainingConsent({
  account,
  environment,
  clientId,
}: Connection): Pick<DeletionResult, 'remainingConsent'> {
  if (account === undefined || environment === undefined) return {};
  const { myAppsUrl, portalOrigin } = environments[environment];
  return {
    remainingConsent: {
      detail:
        `The consent of ${account.username} to app ${clientId ?? ''} remains at Entra: there is no way to revoke one ` +
        "app's tokens of one person from here.",
      person: `The person removes it under My Apps: ${myAppsUrl}`,
      administrator: `An administrator removes it on the enterprise application: ${portalOrigin}`,
    },
  };
}
