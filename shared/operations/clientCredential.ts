import { LRUCache } from 'lru-cache';
import type { App, AppCredential } from '../domain/app.ts';
import type { Clock, Vault, VaultSecret } from '../ports.ts';

/** A client secret of an app as it is used now. */
export interface ResolvedCredential {
  readonly secret: string;
  readonly secretName: string;
  readonly secretVersion: string;
}

/** A secret that an operator rotates in place is read again after this time. */
const referenceTrustMilliseconds = 60_000;

/** Reads the credentials of apps, from memory where it can. */
export interface CredentialReader {
  /**
   * Those that can be read and that Entra has not rejected, in the order to try them; none where all are rejected.
   * @throws BrokerError `vault_unavailable`
   */
  usable(app: App): Promise<readonly ResolvedCredential[]>;
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

  const resolve = async (credential: AppCredential): Promise<readonly ResolvedCredential[]> => {
    const { secretName, secretVersion, rejected } = credential;
    // A version never changes, so a rejected one need not be read.
    if (secretVersion !== undefined && rejected?.secretVersion === secretVersion) return [];
    const secret = await readSecret(credential);
    if (secret === undefined || rejected?.secretVersion === secret.version) return [];
    return [{ secret: secret.value, secretName, secretVersion: secret.version }];
  };

  return {
    usable: async (app) => (await Promise.all(app.credentials.map(resolve))).flat(),
  };
}
