import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { type Environment, environments } from '../../domain/environment.ts';
import { BrokerError } from '../../domain/errors.ts';

/** The broker's own user-assigned managed identity: for vault and tables, and as its credential at Entra. */
export interface ManagedIdentity {
  readonly credential: TokenCredential;
  /** A signed assertion for the federated credential of an app registration in that cloud (RFC 7523). */
  assertion(environment: Environment): Promise<string>;
}

/** @see https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity */
export function createManagedIdentity(clientId: string): ManagedIdentity {
  const credential = new ManagedIdentityCredential({ clientId });
  return {
    credential,
    async assertion(environment) {
      try {
        return (await credential.getToken(`${environments[environment].federatedAudience}/.default`)).token;
      } catch (cause) {
        throw new BrokerError('identity_unavailable', "The broker's managed identity gives no token.", {
          cause,
        });
      }
    },
  };
}
