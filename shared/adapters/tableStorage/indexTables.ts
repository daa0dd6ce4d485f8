import { odata } from '@azure/data-tables';
import pMap from 'p-map';
import type { DueHint, ListScope, Moves } from '../../domain/indexing.ts';
import { type Deadline, deadlineIn } from '../azureCalls/attempt.ts';
import { type Entity, fromRow, toEntity } from './columns.ts';
import { dueHintColumns, listEntryColumns } from './entities.ts';
import { answering } from './failures.ts';
import { duePlace, endOfDuePartitions, listPlace, type Place } from './keys.ts';
import type { Table } from './table.ts';

/** Entries of one index table that a write adds and removes. */
export interface EntryMoves {
  readonly table: Table;
  readonly add: readonly Entity[];
  readonly remove: readonly Place[];
}

export function listEntryMoves(table: Table, moves: Moves<ListScope>, connectionId: string): EntryMoves {
  return {
    table,
    add: moves.add.map((scope) =>
      toEntity(listEntryColumns, listPlace(scope, connectionId), { connectionId }),
    ),
    remove: moves.remove.map((scope) => listPlace(scope, connectionId)),
  };
}

export function dueEntryMoves(table: Table, moves: Moves<DueHint>): EntryMoves {
  return {
    table,
    add: moves.add.map((hint) => toEntity(dueHintColumns, duePlace(hint), hint)),
    remove: moves.remove.map(duePlace),
  };
}

/** Longest time spent on entries that are in nobody's way, in milliseconds. */
const removalMilliseconds = 1000;

/**
 * Writes the new entries, runs the swap, and removes the old entries if it went through. An old entry is
 * removed at the ETag it had before the swap: whoever builds on the swap and wants the entry back has written
 * it anew by then. A failed removal leaves a surplus entry, which is no error.
 */
export async function swapIndexed<T>(
  moves: readonly EntryMoves[],
  until: Deadline,
  swap: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const additions = moves.flatMap(({ table, add }) => add.map((entity) => ({ table, entity })));
  const removals = moves.flatMap(({ table, remove }) => remove.map((place) => ({ table, place })));
  const [old] = await Promise.all([
    Promise.all(
      removals.map(async ({ table, place }) => ({ table, row: await table.read(place, until), place })),
    ),
    pMap(additions, ({ table, entity }) => table.put(entity, until), { concurrency: writesAtOnce }),
  ]);
  const result = await swap();
  if (result === undefined) return undefined;
  const removalsUntil = Math.min(until, deadlineIn(removalMilliseconds));
  await Promise.allSettled(
    old.flatMap(({ table, row, place }) =>
      row === undefined ? [] : [table.remove(place, row.etag, removalsUntil)],
    ),
  );
  return result;
}

const hintsAtOnce = 200;
/** An access list may be long; all its entries at once would be many connections. */
const writesAtOnce = 16;

/** The due index: reading costs what is due, not what exists, since its partitions are ordered by time. */
export function createDueIndex(table: Table) {
  /** The ETag that a hint was read at: a hint written anew since then is not removed. */
  const etags = new WeakMap<DueHint, string>();

  async function* listDue(until: Date): AsyncIterable<readonly DueHint[]> {
    const filter = odata`PartitionKey lt ${endOfDuePartitions(until)}`;
    let after: string | undefined;
    do {
      const options = { limit: hintsAtOnce, ...(after === undefined ? {} : { after }) };
      const page = await answering((deadline) => table.page(filter, options, deadline));
      const hints = page.rows.map((row) => {
        const hint = fromRow(dueHintColumns, row);
        etags.set(hint, row.etag);
        return hint;
      });
      if (hints.length > 0) yield hints;
      after = page.next;
    } while (after !== undefined);
  }

  return {
    listDue,
    removeDue: (hint: DueHint) =>
      answering((deadline) => table.remove(duePlace(hint), etags.get(hint) ?? '*', deadline)),
  };
}
