import { randomUUID } from 'node:crypto';
import { type App, type AppCredential, appKey } from '../domain/app.ts';
import { type Environment, environments } from '../domain/environment.ts';
import type { Store, Vault, Versioned } from '../ports.ts';
import { equalSecrets } from '../secrets.ts';
import type { AttemptCredential } from './pendingSecrets.ts';

/** Which app a sign-in has just proven a credential of, and for whom. */
export interface ProvenCredential {
  readonly environment: Environment;
  readonly clientId: string;
  readonly credential: AttemptCredential;
  /** Owner of the app where there is no app yet. */
  readonly connectionOwner: string;
  readonly at: Date;
}

/**
 * Takes a credential that has worked into the app: it becomes the one in use, which also ends a rejection. Who stated
 * it may from now on build on the app; who typed it behind a connect link is nobody the broker knows.
 */
export async function adoptCredential(store: Store, vault: Vault, proven: ProvenCredential): Promise<void> {
  const { credential } = proven;
  const key = appKey(proven.environment, proven.clientId);
  if (credential.kind === 'app') return endRejection(store, key, proven.at);
  let made: AppCredential | undefined;
  for (;;) {
    const app = await store.apps.read(key);
    const known = await knownCredential(vault, app?.value, credential);
    made = known ?? made ?? (await writeCredential(vault, credential, proven.at));
    if (await save(store, key, app, made, proven)) {
      return;
    }
  }
}

/** The app's own credential has just worked, so a rejection (a secret too new to be known everywhere) is over. */
async function endRejection(store: Store, key: string, at: Date): Promise<void> {
  for (;;) {
    const app = await store.apps.read(key);
    if (app?.value.rejected === undefined) return;
    const { rejected: _over, ...kept } = app.value;
    if (await store.apps.save({ before: app, after: { ...kept, updatedAt: at } })) return;
  }
}

function save(
  store: Store,
  key: string,
  before: Versioned<App> | undefined,
  used: AppCredential,
  { credential, connectionOwner, environment, clientId, at }: ProvenCredential,
): Promise<boolean> {
  const statedBy = credential.kind === 'app' ? undefined : credential.statedBy;
  const builders = new Set([
    ...(before?.value.builders ?? []),
    ...(statedBy === undefined ? [] : [statedBy]),
  ]);
  const others = (before?.value.credentials ?? []).filter(
    ({ secretName }) => secretName !== used.secretName && secretName !== rejectedName(before?.value),
  );
  const after: App = {
    key,
    authorityOrigin: environments[environment].authorityOrigin,
    clientId,
    owner: before?.value.owner ?? statedBy ?? connectionOwner,
    builders: [...builders],
    credentials: [used, ...others],
    updatedAt: at,
  };
  return store.apps.save(before === undefined ? { after } : { before, after });
}

function rejectedName(app: App | undefined): string | undefined {
  return app?.rejected?.credential.split('/')[0];
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
  const secretName = `app-credential-${randomUUID()}`;
  return { secretName, secretVersion: await vault.set(secretName, credential.secret), addedAt };
}
