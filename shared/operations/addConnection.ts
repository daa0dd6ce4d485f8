import { connectionNotFound, requireRole } from '../domain/access.ts';
import type { Caller } from '../domain/caller.ts';
import type { AccessEntry, Connection } from '../domain/connection.ts';
import type { Connector } from '../domain/connectors.ts';
import { eventOf } from '../domain/transition.ts';
import type { Clock, Store, Versioned } from '../ports.ts';
import { requireWaiting } from './beginAuthorization.ts';

/** The part of the authentication screen that is the connection's own, not the sign-in's. */
export interface ConnectionDraft {
  readonly id: string;
  readonly name: string;
  readonly connector: Connector;
  readonly access: readonly AccessEntry[];
}

/** Makes the pending connection of a person at the pages, or takes the edited form of the one just made. */
export type AddConnection = (caller: Caller, draft: ConnectionDraft) => Promise<Versioned<Connection>>;

export interface AddConnectionPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly pendingMinutes: number;
}

/** The id comes with the form, so that sending it twice does not leave two connections. */
export function createAddConnection({ store, clock, pendingMinutes }: AddConnectionPorts): AddConnection {
  const write = async (caller: Caller, draft: ConnectionDraft, before: Versioned<Connection> | undefined) => {
    const now = clock.now();
    const pendingUntil = new Date(now.getTime() + pendingMinutes * 60_000);
    const made = before?.value ?? madeFrom(draft, caller, now);
    const after = { ...made, name: draft.name, access: draft.access, pendingUntil, updatedAt: now };
    const deed = { actor: caller.principalId, cause: 'A connection was added on the pages.', at: now };
    const result = await store.commit(draft.id, {
      connection: before === undefined ? { after } : { before, after },
      events: before === undefined ? [eventOf('connection.created', deed, { to: 'pending' })] : [],
    });
    return result.committed ? result.connection : undefined;
  };

  return async (caller, draft) => {
    requireRole(caller, 'Connections.Create', 'Connections.Manage');
    for (;;) {
      const before = await store.readConnection(draft.id);
      if (before !== undefined && before.value.owner !== caller.principalId) throw connectionNotFound();
      if (before !== undefined) requireWaiting(before.value);
      const written = await write(caller, draft, before);
      if (written !== undefined) return written;
    }
  };
}

function madeFrom(draft: ConnectionDraft, caller: Caller, now: Date): Connection {
  return {
    ...draft,
    grantedScopes: [],
    accountConfirmed: false,
    owner: caller.principalId,
    ownerName: caller.displayName,
    status: 'pending',
    statedFields: {},
    createdAt: now,
    updatedAt: now,
  };
}
