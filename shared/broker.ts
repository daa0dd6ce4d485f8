import { createCallerVerifier } from './adapters/callers/callerVerifier.ts';
import { createIdentityProvider } from './adapters/entra/identityProvider.ts';
import { createKeyVault } from './adapters/keyVault/createKeyVault.ts';
import { createManagedIdentity } from './adapters/managedIdentity/managedIdentity.ts';
import { createTableStore } from './adapters/tableStorage/createTableStore.ts';
import type { Config } from './config.ts';
import { createAddConnection } from './operations/addConnection.ts';
import { createBeginAuthorization } from './operations/beginAuthorization.ts';
import { createCheckReadiness } from './operations/checkReadiness.ts';
import { createCredentialReader } from './operations/clientCredential.ts';
import { createCompleteConnection } from './operations/completeConnection.ts';
import { createConfirmConnection } from './operations/confirmConnection.ts';
import { createDeleteConnection } from './operations/deleteConnection.ts';
import { createOpenConnectPage } from './operations/openConnectPage.ts';
import {
  createListConnections,
  createListEvents,
  createReadConnection,
} from './operations/readConnections.ts';
import { createReadToken } from './operations/readToken.ts';
import { createRefreshConnections } from './operations/refreshConnections.ts';
import { createRefreshGrant } from './operations/refreshGrant.ts';
import { createSignIn } from './operations/signIn.ts';
import { createStartConnection } from './operations/startConnection.ts';
import { createUpdateConnection } from './operations/updateConnection.ts';
import type { Clock, Log } from './ports.ts';
import { createSealer } from './sealing.ts';

export type Broker = ReturnType<typeof createBroker>;

/** Composes the broker: configuration to adapters to operations. No call leaves the process before the first use. */
export function createBroker(config: Config, clock: Clock, log: Log) {
  const managedIdentity = createManagedIdentity(config.managedIdentityClientId);
  const { credential } = managedIdentity;
  const store = createTableStore({ tablesUrl: config.tablesUrl, credential, clock });
  const vault = createKeyVault({
    vaultUrl: config.keyVaultUrl,
    credential,
    disableChallengeResourceVerification: config.vaultChallenge === 'relaxed',
  });
  const mapped = config.originMap === undefined ? {} : { originMap: config.originMap };
  const identity = createIdentityProvider({ clock, ...mapped });
  const callers = createCallerVerifier({ trustedIssuers: config.trustedIssuers, clock, ...mapped });
  const sealer = createSealer(vault, clock, config.sealingKeyName);
  const credentials = createCredentialReader(vault, clock);
  const random = Math.random;
  const redirectUri = `${config.baseUrl}/provisioning_/callback`;
  const { offeredEnvironments, connectLinkMinutes: linkMinutes } = config;

  const ports = {
    store,
    vault,
    identity,
    clock,
    log,
    sealer,
    credentials,
    random,
    redirectUri,
    offeredEnvironments,
  };
  const refreshGrant = createRefreshGrant({ ...ports, rewriteDays: config.refreshTokenRewriteDays });
  return {
    config,
    redirectUri,
    callers,
    startConnection: createStartConnection({ ...ports, baseUrl: config.baseUrl, linkMinutes }),
    addConnection: createAddConnection({ store, clock, pendingMinutes: linkMinutes }),
    openConnectPage: createOpenConnectPage(store, clock),
    beginAuthorization: createBeginAuthorization(ports),
    completeConnection: createCompleteConnection({
      ...ports,
      allowedTenants: config.allowedTenants,
      allowPersonalAccounts: config.allowPersonalAccounts,
    }),
    confirmConnection: createConfirmConnection(ports),
    readToken: createReadToken({ ...ports, refreshGrant, rowTrustSeconds: config.rowTrustSeconds }),
    refreshConnections: createRefreshConnections({
      ...ports,
      refreshGrant,
      policy: { keepAliveDays: config.keepAliveDays },
      concurrency: config.refreshConcurrency,
    }),
    listConnections: createListConnections(store),
    readConnection: createReadConnection(store),
    listEvents: createListEvents(store),
    updateConnection: createUpdateConnection(store, clock),
    deleteConnection: createDeleteConnection(store, vault, clock),
    checkReadiness: createCheckReadiness({ vault, store }),
    signIn: createSignIn({
      ...ports,
      environment: config.environment,
      tenantId: config.tenantId,
      clientId: config.clientId,
      credential: { kind: 'assertion', assertion: () => managedIdentity.assertion(config.environment) },
      redirectUri: `${config.baseUrl}/signin/callback`,
      sessionHours: config.sessionHours,
    }),
  };
}
