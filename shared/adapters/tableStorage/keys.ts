import { createHash } from 'node:crypto';
import type { DueHint, ListScope } from '../../domain/indexing.ts';
import { bucketOf } from '../../domain/indexing.ts';

export interface Place {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** Keys hold 1 KiB, which is 512 UTF-16 units; half of that leaves room for prefixes. */
const longestKey = 256;

/**
 * Text as part of a key: what is not a letter, digit or `. _ ~ : | -` becomes `!` and four hexadecimal digits
 * for each UTF-16 unit, and what would be too long is replaced by its hash. Keys locate; values are kept as
 * properties.
 * @see https://learn.microsoft.com/en-us/rest/api/storageservices/understanding-the-table-service-data-model
 */
export function keyText(text: string): string {
  const encoded = text.replace(
    /[^A-Za-z0-9._~:|-]/g,
    (unit) => `!${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return encoded.length <= longestKey
    ? encoded
    : `!sha256-${createHash('sha256').update(text).digest('hex')}`;
}

export function connectionPlace(id: string): Place {
  return { partitionKey: keyText(id), rowKey: 'connection' };
}

export function grantPlace(connectionId: string): Place {
  return { partitionKey: keyText(connectionId), rowKey: 'grant' };
}

/** Later than any event: 2286, in milliseconds. */
const endOfTime = 9_999_999_999_999;

/** Rows of one connection's events, newest first; `position` orders the events of one commit. */
export function eventPlace(connectionId: string, event: { id: string; at: Date }, position: number): Place {
  const age = String(endOfTime - event.at.getTime()).padStart(13, '0');
  const inverted = String(99 - position).padStart(2, '0');
  return { partitionKey: keyText(connectionId), rowKey: `event-${age}-${inverted}-${keyText(event.id)}` };
}

/** Row keys of events lie between these two; `.` follows `-`. */
export const eventRows = { from: 'event-', to: 'event.' } as const;

export function listPartition(scope: ListScope): string {
  return 'all' in scope ? 'all' : `principal-${keyText(scope.principalId)}`;
}

export function listPlace(scope: ListScope, connectionId: string): Place {
  return { partitionKey: listPartition(scope), rowKey: keyText(connectionId) };
}

const shards = 16;
const bucketText = (bucket: number) => String(bucket).padStart(10, '0');

/** A bucket is spread over sixteen partitions, so that one moment's hints are not one partition's load. */
export function duePlace(hint: DueHint): Place {
  const shard = (createHash('sha256').update(hint.id).digest()[0] ?? 0) % shards;
  return {
    partitionKey: `${bucketText(bucketOf(hint.dueAt))}-${String(shard).padStart(2, '0')}`,
    rowKey: `${hint.kind}:${keyText(hint.id)}`,
  };
}

/** Partitions of every bucket up to that of `until` are less than this. */
export function endOfDuePartitions(until: Date): string {
  return bucketText(bucketOf(until) + 1);
}
