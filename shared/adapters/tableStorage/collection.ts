import type { DueHint } from '../../domain/indexing.ts';
import { hintMoves } from '../../domain/indexing.ts';
import type { Clock, Collection } from '../../ports.ts';
import { type Columns, fromRow } from './columns.ts';
import { rowChange } from './connectionRows.ts';
import { answering } from './failures.ts';
import { dueEntryMoves, swapIndexed } from './indexTables.ts';
import { keyText, type Place } from './keys.ts';
import type { Table } from './table.ts';

export interface CollectionOptions<T> {
  readonly table: Table;
  readonly columns: Columns<T>;
  readonly keyOf: (value: T) => string;
  /** Where and when a value falls due, for those that do. */
  readonly due?: { readonly table: Table; readonly clock: Clock; readonly hintOf: (value: T) => DueHint };
}

const placeOf = (key: string): Place => ({ partitionKey: keyText(key), rowKey: 'value' });

/** Values in partitions of their own. */
export function createCollection<T extends object>(options: CollectionOptions<T>): Collection<T> {
  const { table, columns, keyOf, due } = options;

  function movesOf(before: T | undefined, after: T | undefined) {
    if (due === undefined) return [];
    const hintOf = (value: T | undefined) => (value === undefined ? undefined : due.hintOf(value));
    return [dueEntryMoves(due.table, hintMoves(hintOf(before), hintOf(after), due.clock.now()))];
  }

  return {
    read: (key) =>
      answering(async (until) => {
        const row = await table.read(placeOf(key), until);
        return row === undefined ? undefined : { value: fromRow(columns, row), etag: row.etag };
      }),
    save: (change) =>
      answering(async (until) => {
        const key = keyOf(change.before === undefined ? change.after : change.before.value);
        const row = rowChange(columns, placeOf(key), change);
        const moves = movesOf(change.before?.value, change.after);
        return (await swapIndexed(moves, until, () => table.change([row], until))) !== undefined;
      }),
  };
}
