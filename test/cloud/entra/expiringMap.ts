import { randomBytes } from 'node:crypto';
import type { LocalClock } from '../clock.ts';

/** Values under unguessable keys that end after a while. */
export interface ExpiringMap<Value> {
  /** Answers the key. */
  add(value: Value): string;
  /** The value and whether it has expired by now. */
  find(key: string): { value: Value; issuedAt: Date; expired: boolean } | undefined;
  remove(key: string): void;
}

/** A map whose entries live `lifetimeSeconds` on the clock; keys start with `prefix`. */
export function createExpiringMap<Value>(options: {
  clock: LocalClock;
  lifetimeSeconds: number;
  prefix?: string;
  keyBytes?: number;
}): ExpiringMap<Value> {
  const entries = new Map<string, { value: Value; issuedAt: Date }>();
  return {
    add(value) {
      const key = `${options.prefix ?? ''}${randomBytes(options.keyBytes ?? 32).toString('base64url')}`;
      entries.set(key, { value, issuedAt: options.clock.now() });
      return key;
    },
    find(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      const ageMilliseconds = options.clock.now().getTime() - entry.issuedAt.getTime();
      return { ...entry, expired: ageMilliseconds >= options.lifetimeSeconds * 1000 };
    },
    remove: (key) => {
      entries.delete(key);
    },
  };
}
