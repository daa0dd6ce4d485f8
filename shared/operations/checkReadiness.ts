import type { Environment } from '../domain/environment.ts';
import { BrokerError, type ErrorCode } from '../domain/errors.ts';
import type { IdentityProvider, Store, Vault } from '../ports.ts';

export type DependencyName = 'keyVault' | 'tables' | 'entra';

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

export interface CheckReadinessPorts {
  readonly vault: Vault;
  readonly store: Store;
  readonly identity: IdentityProvider;
  /** Of the broker's own app registration. */
  readonly environment: Environment;
  readonly tenantId: string;
}

/** An Entra that does not answer makes no instance unready: tokens that still count are handed out all the same. */
export function createCheckReadiness(ports: CheckReadinessPorts): CheckReadiness {
  const { vault, store, identity, environment, tenantId } = ports;
  return async () => {
    const [keyVault, tables, entra] = await Promise.all([
      stateOf(() => vault.check()),
      stateOf(() => store.check()),
      stateOf(() => identity.check(environment, tenantId)),
    ]);
    const ready = keyVault.state === 'ok' && tables.state === 'ok';
    return { ready, dependencies: { keyVault, tables, entra } };
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
