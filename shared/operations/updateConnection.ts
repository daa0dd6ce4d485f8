import { requireManage } from '../domain/access.ts';
import type { Caller } from '../domain/caller.ts';
import type { AccessEntry, Connection } from '../domain/connection.ts';
import { eventOf } from '../domain/transition.ts';
import type { Clock, Store } from '../ports.ts';
import { editConnection } from './editConnection.ts';

export interface ConnectionPatch {
  readonly name?: string | undefined;
  /** Replaces the whole list. */
  readonly access?: readonly AccessEntry[] | undefined;
}

export type UpdateConnection = (caller: Caller, id: string, patch: ConnectionPatch) => Promise<Connection>;

/** Changes name and access list. @throws BrokerError `not_found`, `forbidden` */
export function createUpdateConnection(store: Store, clock: Clock): UpdateConnection {
  return (caller, id, patch) =>
    editConnection(store, id, async ({ value }) => {
      requireManage(value, caller);
      const changed = (['name', 'access'] as const).filter(
        (field) =>
          patch[field] !== undefined && JSON.stringify(patch[field]) !== JSON.stringify(value[field]),
      );
      if (changed.length === 0) return undefined;
      const at = clock.now();
      const deed = { actor: caller.principalId, cause: `Changed: ${changed.join(', ')}.`, at };
      const detail = Object.fromEntries(
        changed.map((field) => [field, { from: value[field], to: patch[field] }]),
      );
      return {
        after: {
          ...value,
          name: patch.name ?? value.name,
          access: patch.access ?? value.access,
          updatedAt: at,
        },
        events: [eventOf('connection.updated', deed, { detail })],
      };
    });
}
