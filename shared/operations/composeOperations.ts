import type { Environment } from '../domain/environment.ts';
import type { ClientCredential, Clock, IdentityProvider, Log, Store, Vault } from '../ports.ts';
import { createSealer } from '../sealing.ts';
import { createAddConnection } from './addConnection.ts';
import { createBeginAuthorization } from './beginAuthorization.ts';
import { createCheckReadiness } from './checkReadiness.ts';
import { createCredentialReader } from './clientCredential.ts';
import { createCompleteConnection } from './completeConnection.ts';
import { createConfirmConnection } from './confirmConnection.ts';
import { createDeleteConnection } from './deleteConnection.ts';
import { observedStore } from './observedStore.ts';
import { createOpenConnectPage } from './openConnectPage.ts';
import { createListConnections, createListEvents, createReadConnection } from './readConnections.ts';
import { createHeldRows, createReadToken } from './readToken.ts';
import { createRefreshConnections } from './refreshConnections.ts';
import { createRefreshGrant } from './refreshGrant.ts';
import { createRequireSecret } from './requireSecret.ts';
import { createSignIn } from './signIn.ts';
import { createStartConnection } from './startConnection.ts';
import { logTransitions } from './transitionLog.ts';
import { createUpdateConnection } from './updateConnection.ts';

/** The ports of one process. */
export interface OperationPorts {
  readonly store: Store;
  readonly vault: Vault;
  readonly identity: IdentityProvider;
  readonly clock: Clock;
  readonly log: Log;
  /** What the broker signs people in with, as a client without a secret. */
  readonly ownCredential: ClientCredential;
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number;
}

/** The part of the configuration that operations depend on; see the table of settings. */
export interface OperationSettings {
  /** Origin without a slash at its end. */
  readonly baseUrl: string;
  /** The cloud that the broker itself lives in. */
  readonly environment: Environment;
  readonly offeredEnvironments: readonly Environment[];
  /** Of the broker's own app registration, as `clientId` is. */
  readonly tenantId: string;
  readonly clientId: string;
  /** Empty allows every tenant. */
  readonly allowedTenants: readonly string[];
  readonly allowPersonalAccounts: boolean;
  readonly rowTrustSeconds: number;
  readonly keepAliveDays: number;
  readonly refreshTokenRewriteDays: number;
  readonly connectLinkMinutes: number;
  readonly sessionHours: number;
  readonly refreshConcurrency: number;
  readonly sealingKeyName: string;
}

/** Every operation of the broker over the ports given, with the caches of one process. */
export function composeOperations(given: OperationPorts, settings: OperationSettings) {
  const { vault, clock, log } = given;
  const heldRows = createHeldRows();
  const store = observedStore(given.store, (id, change) => {
    logTransitions(log, id, change);
    // What this process has changed itself, a deletion above all, need not wait until the row is read again.
    if (change.connection !== undefined) heldRows.delete(id);
  });
  const { baseUrl, offeredEnvironments, connectLinkMinutes, allowedTenants } = settings;
  const redirectUri = `${baseUrl}/provisioning_/callback`;
  const sealer = createSealer(vault, clock, settings.sealingKeyName);
  const credentials = createCredentialReader(vault, clock);
  const ports = { ...given, store, sealer, credentials, redirectUri, offeredEnvironments };
  const refreshGrant = createRefreshGrant({ ...ports, rewriteDays: settings.refreshTokenRewriteDays });
  return {
    redirectUri,
    startConnection: createStartConnection({
      ...ports,
      baseUrl,
      allowedTenants,
      linkMinutes: connectLinkMinutes,
    }),
    requireSecret: createRequireSecret(store),
    addConnection: createAddConnection({ store, clock, pendingMinutes: connectLinkMinutes }),
    openConnectPage: createOpenConnectPage(store, clock),
    beginAuthorization: createBeginAuthorization(ports),
    completeConnection: createCompleteConnection({
      ...ports,
      allowedTenants,
      allowPersonalAccounts: settings.allowPersonalAccounts,
    }),
    confirmConnection: createConfirmConnection(ports),
    readToken: createReadToken({
      ...ports,
      heldRows,
      refreshGrant,
      rowTrustSeconds: settings.rowTrustSeconds,
    }),
    refreshConnections: createRefreshConnections({
      ...ports,
      refreshGrant,
      policy: { keepAliveDays: settings.keepAliveDays },
      concurrency: settings.refreshConcurrency,
    }),
    listConnections: createListConnections(store),
    readConnection: createReadConnection(store),
    listEvents: createListEvents(store),
    updateConnection: createUpdateConnection(store, clock),
    deleteConnection: createDeleteConnection(store, vault, clock),
    checkReadiness: createCheckReadiness({
      ...ports,
      environment: settings.environment,
      tenantId: settings.tenantId,
    }),
    signIn: createSignIn({
      ...ports,
      environment: settings.environment,
      tenantId: settings.tenantId,
      clientId: settings.clientId,
      credential: given.ownCredential,
      redirectUri: `${baseUrl}/signin/callback`,
      sessionHours: settings.sessionHours,
    }),
  };
}
