import { expect, test } from '@jest/globals';
import { deadlineIn } from '../../../../shared/adapters/azureCalls/attempt.ts';
import type { Entity, Row } from '../../../../shared/adapters/tableStorage/columns.ts';
import { swapIndexed } from '../../../../shared/adapters/tableStorage/indexTables.ts';
import type { Place } from '../../../../shared/adapters/tableStorage/keys.ts';
import type { Table } from '../../../../shared/adapters/tableStorage/table.ts';

const entry = (rowKey: string): Entity => ({ partitionKey: 'p', rowKey });

/** Just enough of a table for index entries, with a log of what happened. */
function indexTable(...rows: string[]) {
  const etags = new Map<string, string>();
  const log: string[] = [];
  let version = 0;
  const table: Table = {
    async read({ rowKey }: Place) {
      const etag = etags.get(rowKey);
      return etag === undefined ? undefined : ({ ...entry(rowKey), etag } as Row);
    },
    change: () => Promise.reject(new Error('Not for entries.')),
    async put({ rowKey }) {
      version += 1;
      etags.set(rowKey, `${version}`);
      log.push(`put ${rowKey}`);
    },
    async remove({ rowKey }, etag) {
      log.push(`remove ${rowKey}`);
      if (etags.get(rowKey) === etag) etags.delete(rowKey);
    },
    page: () => Promise.reject(new Error('Not asked for.')),
  };
  for (const row of rows) etags.set(row, 'first');
  return { table, log, rows: () => [...etags.keys()].sort() };
}

const move = (table: Table, swap: () => Promise<true | undefined>) =>
  swapIndexed([{ table, add: [entry('new')], remove: [entry('old')] }], deadlineIn(1000), swap);

test('the new entry is there before the swap, and the old one until after it', async () => {
  const { table, log, rows } = indexTable('old');
  await move(table, async () => {
    expect(rows()).toEqual(['new', 'old']);
    log.push('swap');
    return true;
  });
  expect(log).toEqual(['put new', 'swap', 'remove old']);
  expect(rows()).toEqual(['new']);
});

test('a conflict removes nothing', async () => {
  const { table, rows } = indexTable('old');
  expect(await move(table, async () => undefined)).toBeUndefined();
  expect(rows()).toEqual(['new', 'old']);
});

test('an old entry that somebody wrote anew after the swap stays', async () => {
  const { table, rows } = indexTable('old');
  await move(table, async () => {
    await table.put(entry('old'), deadlineIn(1000));
    return true;
  });
  expect(rows()).toEqual(['new', 'old']);
});

test('a failed removal is no failure of the swap', async () => {
  const { table } = indexTable('old');
  const failing = { ...table, remove: () => Promise.reject(new Error('unavailable')) };
  expect(await move(failing, async () => true)).toBe(true);
});
