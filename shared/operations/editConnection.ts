import { connectionNotFound } from '../domain/access.ts';
import type { Connection, ConnectionEvent } from '../domain/connection.ts';
import type { Store, Versioned } from '../ports.ts';

/**
 * Reads, decides, writes, and begins again where somebody else wrote in between.
 * @param decide throws to refuse; answers undefined where nothing is to change
 */
export async function editConnection(
  store: Store,
  id: string,
  decide: (
    current: Versioned<Connection>,
  ) => Promise<{ readonly after: Connection; readonly events: readonly ConnectionEvent[] } | undefined>,
): Promise<Connection> {
  for (;;) {
    const before = await store.readConnection(id);
    if (before === undefined) throw connectionNotFound();
    const decision = await decide(before);
    if (decision === undefined) return before.value;
    const { after, events } = decision;
    const result = await store.commit(id, { connection: { before, after }, events });
    if (result.committed) return after;
  }
}
