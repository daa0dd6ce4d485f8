import { randomUUID } from 'node:crypto';
import type { Vault } from '../../shared/ports.ts';
import { type CallHooks, hooked } from './callHooks.ts';

export interface MemoryVault extends Vault, CallHooks {
  /** Calls so far that read, and that wrote. */
  reads: number;
  writes: number;
  /** Every name that holds a readable version, for assertions on what was left behind. */
  names(): readonly string[];
}

interface StoredVersion {
  readonly value: string;
  readonly version: string;
  enabled: boolean;
}

/** A vault in memory. Like Key Vault, it never gives a removed name out again. */
export function createMemoryVault(): MemoryVault {
  const secrets = new Map<string, StoredVersion[]>();
  const removed = new Set<string>();

  function read<T>(operation: string, effect: () => T): Promise<T> {
    vault.reads += 1;
    return hooked(vault, operation, effect);
  }

  function write<T>(operation: string, effect: () => T): Promise<T> {
    vault.writes += 1;
    return hooked(vault, operation, effect);
  }

  const vault: MemoryVault = {
    reads: 0,
    writes: 0,
    set: (name, value) =>
      write('set', () => {
        if (removed.has(name)) throw new Error(`Secret name "${name}" was used before and removed.`);
        const stored = { value, version: randomUUID().replaceAll('-', ''), enabled: true };
        secrets.set(name, [...(secrets.get(name) ?? []), stored]);
        return stored.version;
      }),
    get: (name, version) =>
      read('get', () => {
        const versions = secrets.get(name) ?? [];
        const found =
          version === undefined
            ? versions.at(-1)
            : versions.find((candidate) => candidate.version === version);
        return found?.enabled ? { value: found.value, version: found.version } : undefined;
      }),
    disable: (name, version) =>
      write('disable', () => {
        for (const stored of secrets.get(name) ?? []) if (stored.version === version) stored.enabled = false;
      }),
    remove: (name) =>
      write('remove', () => {
        if (secrets.delete(name)) removed.add(name);
      }),
    check: () => read('check', () => undefined),
    names: () =>
      [...secrets].filter(([, versions]) => versions.some(({ enabled }) => enabled)).map(([name]) => name),
  };
  return vault;
}
