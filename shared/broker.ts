import { createCallerVerifier } from './adapters/callers/callerVerifier.ts';
import { createIdentityProvider } from './adapters/entra/identityProvider.ts';
import { createKeyVault } from './adapters/keyVault/createKeyVault.ts';
import { createManagedIdentity } from './adapters/managedIdentity/managedIdentity.ts';
import { createTableStore } from './adapters/tableStorage/createTableStore.ts';
import type { Config } from './config.ts';
import { composeOperations } from './operations/composeOperations.ts';
import type { Clock, Log } from './ports.ts';

export type Broker = ReturnType<typeof createBroker>;

/** Composes the broker: configuration to adapters to operations. No call leaves the process before the first use. */
export function createBroker(config: Config, clock: Clock, log: Log) {
  const { credential, assertion } = createManagedIdentity(config.managedIdentityClientId);
  const mapped = config.originMap === undefined ? {} : { originMap: config.originMap };
  const vault = createKeyVault({
    vaultUrl: config.keyVaultUrl,
    credential,
    disableChallengeResourceVerification: config.vaultChallenge === 'relaxed',
  });
  const ports = {
    store: createTableStore({ tablesUrl: config.tablesUrl, credential, clock }),
    vault,
    identity: createIdentityProvider({ clock, ...mapped }),
    clock,
    log,
    ownCredential: { kind: 'assertion', assertion: () => assertion(config.environment) },
    random: Math.random,
  } as const;
  return {
    config,
    callers: createCallerVerifier({ trustedIssuers: config.trustedIssuers, clock, ...mapped }),
    ...composeOperations(ports, config),
  };
}
