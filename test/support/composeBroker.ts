import { createCredentialReader } from '../../shared/operations/clientCredential.ts';
import { composeOperations, type OperationSettings } from '../../shared/operations/composeOperations.ts';
import { createRefreshGrant } from '../../shared/operations/refreshGrant.ts';
import type { Clock, IdentityProvider, Log, Store, Vault } from '../../shared/ports.ts';
import { createSealer } from '../../shared/sealing.ts';

/** The ports of one process. */
export interface BrokerPorts {
  readonly store: Store;
  readonly vault: Vault;
  readonly identity: IdentityProvider;
  readonly clock: Clock;
  readonly log: Log;
}

/** Settings that tests change; the rest is as the broker's defaults are. */
export interface BrokerSettings extends Partial<OperationSettings> {
  readonly random?: () => number;
}

const defaults: OperationSettings = {
  baseUrl: 'https://broker.example',
  environment: 'office365',
  offeredEnvironments: ['office365', 'usgov-l4'],
  tenantId: '5c8a2f04-93b1-4f5e-8d6e-6f3a1b0c7d21',
  clientId: '9d2b7c40-1e5f-4a83-b6d9-70c3e8f5a214',
  allowedTenants: [],
  allowPersonalAccounts: false,
  rowTrustSeconds: 30,
  keepAliveDays: 180,
  refreshTokenRewriteDays: 7,
  connectLinkMinutes: 30,
  sessionHours: 8,
  refreshConcurrency: 4,
  sealingKeyName: 'sealing-key',
};

/** One process of the broker over the ports given: operations with caches of their own. */
export function composeBroker(given: BrokerPorts, { random = () => 0.5, ...changed }: BrokerSettings = {}) {
  const settings = { ...defaults, ...changed };
  const ownCredential = { kind: 'assertion' as const, assertion: async () => 'assertion' };
  const sealer = createSealer(given.vault, given.clock, settings.sealingKeyName);
  const credentials = createCredentialReader(given.vault, given.clock);
  const ports = { ...given, random, sealer, credentials };
  return {
    ...composeOperations({ ...given, ownCredential, random }, settings),
    /** What an operation that is no endpoint takes. */
    ports,
    refreshGrant: createRefreshGrant({ ...ports, rewriteDays: settings.refreshTokenRewriteDays }),
  };
}

export type TestBroker = ReturnType<typeof composeBroker>;
