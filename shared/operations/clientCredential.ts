import { LRUCache } from 'lru-cache';
import type { App, AppCredential } from '../domain/app.ts';
import { BrokerError } from '../domain/errors.ts';
import type { Clock, Vault, VaultSecret } from '../ports.ts';

/** The credential of an app as it is used now. */
export interface ResolvedCredential {
  readonly secret: string;
  /** Name and version: tells one credential from its successor. */
  readonly identity: string;
}

/** A secret that an operator rotates in place is read again after this time. */
const referenceTrustMilliseconds = 60_000;

/** Reads the credential an app uses, from memory where it can. */
export interface CredentialReader {
  /** @throws BrokerError `app_credential_rejected` where the app has none that can be read, `vault_unavailable`. */
  read(app: App): Promise<ResolvedCredential>;
}

export function createCredentialReader(vault: Vault, clock: Clock): CredentialReader {
  const known = new LRUCache<string, { readonly secret: VaultSecret; readonly readAt: Date }>({ max: 1_000 });

  const readSecret = async (credential: AppCredential): Promise<VaultSecret | undefined> => {
    const cacheKey = `${credential.secretName}/${credential.secretVersion ?? 'latest'}`;
    const cached = known.get(cacheKey);
    const trusted =
      cached !== undefined &&
      (credential.secretVersion !== undefined ||
        clock.now().getTime() - cached.readAt.getTime() < referenceTrustMilliseconds);
    if (trusted) return cached.secret;
    const secret = await vault.get(credential.secretName, credential.secretVersion);
    if (secret !== undefined) known.set(cacheKey, { secret, readAt: clock.now() });
    return secret;
  };

  return {
    async read(app) {
      const credential = app.credentials[0];
      const secret = credential === undefined ? undefined : await readSecret(credential);
      if (credential === undefined || secret === undefined) {
        throw new BrokerError(
          'app_credential_rejected',
          `The vault holds no readable client secret for app ${app.clientId}. ` +
            'Whoever runs the app registration has to state one again by signing in to a connection with it.',
        );
      }
      return { secret: secret.value, identity: `${credential.secretName}/${secret.version}` };
    },
  };
}
