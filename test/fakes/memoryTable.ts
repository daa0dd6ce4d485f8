import type { Change, Page, Versioned } from '../../shared/ports.ts';

let versions = 0;

/** Values by key with ETags, copied in and out so that nobody shares references. */
export interface MemoryTable<T> {
  read(key: string): Versioned<T> | undefined;
  /** Whether the change could be made now. */
  accepts(key: string, change: Change<T>): boolean;
  /** Makes a change that is accepted; undefined after a deletion. */
  make(key: string, change: Change<T>): Versioned<T> | undefined;
  put(key: string, value: T): void;
  /** Removes the value, if it still is at the ETag given. */
  remove(key: string, etag?: string): void;
  /** Keys in their order. */
  keys(): readonly string[];
}

export function createMemoryTable<T>(): MemoryTable<T> {
  const rows = new Map<string, Versioned<T>>();

  function put(key: string, value: T): Versioned<T> {
    versions += 1;
    const row = { value: structuredClone(value), etag: `W/"${versions}"` };
    rows.set(key, row);
    return row;
  }

  return {
    read: (key) => structuredClone(rows.get(key)),
    accepts: (key, change) => rows.get(key)?.etag === change.before?.etag,
    make(key, change) {
      if (change.after !== undefined) return structuredClone(put(key, change.after));
      rows.delete(key);
      return undefined;
    },
    put: (key, value) => void put(key, value),
    remove(key, etag) {
      if (etag === undefined || rows.get(key)?.etag === etag) rows.delete(key);
    },
    keys: () => [...rows.keys()].sort(),
  };
}

/** One page of sorted keys; `after` is the last key of the page before. */
export function pageOf(keys: readonly string[], options: { limit: number; after?: string }): Page<string> {
  const { limit, after } = options;
  const from = after === undefined ? '' : Buffer.from(after, 'base64url').toString('utf8');
  const rest = keys.filter((key) => after === undefined || key > from);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  if (last === undefined || rest.length <= limit) return { items };
  return { items, next: Buffer.from(last).toString('base64url') };
}
