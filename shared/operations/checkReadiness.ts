import { BrokerError, type ErrorCode } from '../domain/errors.ts';
import type { Store, Vault } from '../ports.ts';

export type DependencyName = 'keyVault' | 'tables';

export interface DependencyState {
  readonly state: 'ok' | 'failing';
  /** Where failing; what lies behind it is not for everybody who may ask. */
  readonly code?: ErrorCode;
  readonly milliseconds: number;
}

export interface Readiness {
  readonly ready: boolean;
  readonly dependencies: Readonly<Record<DependencyName, DependencyState>>;
}

/** Asks each dependency; never throws. */
export type CheckReadiness = () => Promise<Readiness>;

export function createCheckReadiness({ vault, store }: { vault: Vault; store: Store }): CheckReadiness {
  return async () => {
    const [keyVault, tables] = await Promise.all([
      stateOf(() => vault.check()),
      stateOf(() => store.check()),
    ]);
    return { ready: keyVault.state === 'ok' && tables.state === 'ok', dependencies: { keyVault, tables } };
  };
}

async function stateOf(check: () => Promise<void>): Promise<DependencyState> {
  const startedAt = performance.now();
  const milliseconds = () => Math.round(performance.now() - startedAt);
  try {
    await check();
    return { state: 'ok', milliseconds: milliseconds() };
  } catch (error) {
    const code = error instanceof BrokerError ? error.code : 'internal';
    return { state: 'failing', code, milliseconds: milliseconds() };
  }
}
