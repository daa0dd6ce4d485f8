import { appKey } from '../domain/app.ts';
import type { Settings } from '../domain/connectionSettings.ts';
import { BrokerError } from '../domain/errors.ts';
import type { Store, Vault } from '../ports.ts';
import type { CredentialReader } from './clientCredential.ts';
import type { AttemptCredential } from './pendingSecrets.ts';

export interface AttemptSecretPorts {
  readonly store: Store;
  readonly vault: Vault;
  readonly credentials: CredentialReader;
}

/** The client secret that a sign-in is redeemed with. @throws BrokerError `app_credential_rejected`, `vault_unavailable` */
export async function attemptSecret(
  { store, vault, credentials }: AttemptSecretPorts,
  { environment, clientId }: Settings,
  credential: AttemptCredential,
): Promise<string> {
  if (credential.kind === 'stated') return credential.secret;
  if (credential.kind === 'reference') {
    const secret = await vault.get(credential.secretName);
    if (secret !== undefined) return secret.value;
    throw rejected(`The vault secret ${credential.secretName}, named for this app, cannot be read any more.`);
  }
  const app = await store.apps.read(appKey(environment, clientId));
  const [usable] = app === undefined ? [] : await credentials.usable(app.value);
  if (usable !== undefined) return usable.secret;
  throw rejected('Every client secret that the broker keeps of this app has been rejected. State a new one.');
}

const rejected = (detail: string) => new BrokerError('app_credential_rejected', detail);
