import { createAddConnection } from '../../shared/operations/addConnection.ts';
import { createBeginAuthorization } from '../../shared/operations/beginAuthorization.ts';
import { createCredentialReader } from '../../shared/operations/clientCredential.ts';
import { createCompleteConnection } from '../../shared/operations/completeConnection.ts';
import { createConfirmConnection } from '../../shared/operations/confirmConnection.ts';
import { createDeleteConnection } from '../../shared/operations/deleteConnection.ts';
import { createOpenConnectPage } from '../../shared/operations/openConnectPage.ts';
import {
  createListConnections,
  createListEvents,
  createReadConnection,
} from '../../shared/operations/readConnections.ts';
import { createReadToken } from '../../shared/operations/readToken.ts';
import { createRefreshConnections } from '../../shared/operations/refreshConnections.ts';
import { createRefreshGrant } from '../../shared/operations/refreshGrant.ts';
import { createStartConnection } from '../../shared/operations/startConnection.ts';
import { createUpdateConnection } from '../../shared/operations/updateConnection.ts';
import type { Clock, IdentityProvider, Log, Store, Vault } from '../../shared/ports.ts';
import { createSealer } from '../../shared/sealing.ts';

export const redirectUri = 'https://broker.example/provisioning_/callback';

/** The ports of one process. */
export interface BrokerPorts {
  readonly store: Store;
  readonly vault: Vault;
  readonly identity: IdentityProvider;
  readonly clock: Clock;
  readonly log: Log;
}

/** Settings that tests change; the rest is as the broker's defaults are. */
export interface BrokerSettings {
  readonly rowTrustSeconds?: number;
  readonly rewriteDays?: number;
  readonly keepAliveDays?: number;
  readonly concurrency?: number;
  readonly linkMinutes?: number;
  readonly allowedTenants?: readonly string[];
  readonly random?: () => number;
}

/** One process of the broker over the ports given: operations with caches of their own. */
export function composeBroker(given: BrokerPorts, settings: BrokerSettings = {}) {
  const { store, vault, clock } = given;
  const { keepAliveDays = 180, linkMinutes = 30, random = () => 0.5 } = settings;
  const sealer = createSealer(vault, clock, 'sealing-key');
  const credentials = createCredentialReader(vault, clock);
  const offeredEnvironments = ['office365', 'usgov-l4'] as const;
  const ports = { ...given, sealer, credentials, random, redirectUri, offeredEnvironments };
  const refreshGrant = createRefreshGrant({ ...ports, rewriteDays: settings.rewriteDays ?? 7 });
  return {
    ports,
    refreshGrant,
    startConnection: createStartConnection({ ...ports, baseUrl: 'https://broker.example', linkMinutes }),
    addConnection: createAddConnection({ store, clock, pendingMinutes: linkMinutes }),
    openConnectPage: createOpenConnectPage(store, clock),
    beginAuthorization: createBeginAuthorization(ports),
    completeConnection: createCompleteConnection({
      ...ports,
      allowedTenants: settings.allowedTenants ?? [],
      allowPersonalAccounts: false,
    }),
    confirmConnection: createConfirmConnection(ports),
    readToken: createReadToken({ ...ports, refreshGrant, rowTrustSeconds: settings.rowTrustSeconds ?? 30 }),
    refreshConnections: createRefreshConnections({
      ...ports,
      refreshGrant,
      policy: { keepAliveDays },
      concurrency: settings.concurrency ?? 4,
    }),
    listConnections: createListConnections(store),
    readConnection: createReadConnection(store),
    listEvents: createListEvents(store),
    updateConnection: createUpdateConnection(store, clock),
    deleteConnection: createDeleteConnection(store, vault, clock),
  };
}

export type TestBroker = ReturnType<typeof composeBroker>;
