import { randomUUID } from 'node:crypto';
import { type App, type AppCredential, appKey, withProven } from '../domain/app.ts';
import { type Environment, environments } from '../domain/environment.ts';
import type { Store, Vault } from '../ports.ts';
import { equalSecrets } from '../secrets.ts';
import type { AttemptCredential } from './pendingSecrets.ts';

const ownPrefix = 'app-credential-';

/** Which app a sign-in has just proven a credential of, and for whom. */
export interface ProvenCredential {
  readonly environment: Environment;
  readonly clientId: string;
  readonly credential: AttemptCredential;
  readonly at: Date;
}

/**
 * Takes a credential that has worked into the app. Who stated it may from now on build on the app; who typed it
 * behind a connect link is nobody the broker knows.
 */
export async function adoptCredential(store: Store, vault: Vault, proven: ProvenCredential): Promise<void> {
  const { credential } = proven;
  if (credential.kind === 'app') return;
  const key = appKey(proven.environment, proven.clientId);
  let written: AppCredential | undefined;
  for (;;) {
    const before = await store.apps.read(key);
    const known = await knownCredential(vault, before?.value, credential);
    written = known ?? written ?? (await writeCredential(vault, credential, proven.at));
    const after = appAfter(before?.value ?? appOf(key, proven), written, proven);
    if (await store.apps.save(before === undefined ? { after } : { before, after })) {
      return removeDropped(vault, before?.value, after);
    }
  }
}

function appOf(key: string, { environment, clientId, at }: ProvenCredential): App {
  const { authorityOrigin } = environments[environment];
  return { key, authorityOrigin, clientId, builders: [], credentials: [], updatedAt: at };
}

function appAfter(app: App, used: AppCredential, { credential, at }: ProvenCredential): App {
  const statedBy = credential.kind === 'app' ? undefined : credential.statedBy;
  const after = { ...withProven(app, used), updatedAt: at };
  if (statedBy === undefined) return after;
  return { ...after, owner: app.owner ?? statedBy, builders: [...new Set([...app.builders, statedBy])] };
}

/** What the broker itself wrote and no longer uses; a secret that an operator keeps in the vault is the operator's. */
async function removeDropped(vault: Vault, before: App | undefined, after: App): Promise<void> {
  const kept = new Set(after.credentials.map(({ secretName }) => secretName));
  const dropped = (before?.credentials ?? []).filter(
    ({ secretName }) => secretName.startsWith(ownPrefix) && !kept.has(secretName),
  );
  await Promise.all(dropped.map(({ secretName }) => vault.remove(secretName)));
}

async function knownCredential(
  vault: Vault,
  app: App | undefined,
  credential: Exclude<AttemptCredential, { kind: 'app' }>,
): Promise<AppCredential | undefined> {
  for (const candidate of app?.credentials ?? []) {
    if (credential.kind === 'reference') {
      if (candidate.secretName === credential.secretName) return candidate;
      continue;
    }
    const secret = await vault.get(candidate.secretName, candidate.secretVersion);
    if (secret !== undefined && equalSecrets(secret.value, credential.secret)) return candidate;
  }
  return undefined;
}

async function writeCredential(
  vault: Vault,
  credential: Exclude<AttemptCredential, { kind: 'app' }>,
  addedAt: Date,
): Promise<AppCredential> {
  if (credential.kind === 'reference') return { secretName: credential.secretName, addedAt };
  const secretName = `${ownPrefix}${randomUUID()}`;
  return { secretName, secretVersion: await vault.set(secretName, credential.secret), addedAt };
}
