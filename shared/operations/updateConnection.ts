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
      const detail = changeDetail(value, patch);
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

/** What changed, for the history; of a long list only its beginning, since an event has to stay small. */
function changeDetail(
  before: Connection,
  { name, access }: ConnectionPatch,
): Readonly<Record<string, unknown>> {
  const renamed = name === undefined || name === before.name ? {} : { name: { from: before.name, to: name } };
  if (access === undefined) return renamed;
  return {
    ...renamed,
    access: { added: missingFrom(before.access, access), removed: missingFrom(access, before.access) },
  };
}

const mostNamed = 50;

function missingFrom(list: readonly AccessEntry[], entries: readonly AccessEntry[]): readonly string[] {
  const known = new Set(list.map(({ principalId, permission }) => `${principalId} (${permission})`));
  return entries
    .map(({ principalId, permission }) => `${principalId} (${permission})`)
    .filter((text) => !known.has(text))
    .slice(0, mostNamed);
}
