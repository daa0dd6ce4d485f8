import { type Environment, environments } from './environment.ts';

/** Entra's word that a client secret does not count. */
export interface CredentialRejection {
  readonly at: Date;
  readonly aadstsCode?: number;
  /** The vault version it spoke of: another version is another secret and is tried again. */
  readonly secretVersion: string;
}

/** A client secret of an app, in the vault. Without a version the latest is read: the operator rotates it in place. */
export interface AppCredential {
  readonly secretName: string;
  readonly secretVersion?: string;
  readonly addedAt: Date;
  readonly rejected?: CredentialRejection;
}

/** One OAuth app registration. The tenant belongs to the connection, so L4 and L5 share an app. */
export interface App {
  readonly key: string;
  readonly authorityOrigin: string;
  readonly clientId: string;
  /** The first principal that stated a client secret that worked; none where it was typed behind a connect link. */
  readonly owner?: string;
  /** Principals that may build connections on this app without stating its secret. */
  readonly builders: readonly string[];
  /** In the order in which they are tried; rejected ones are passed over. */
  readonly credentials: readonly AppCredential[];
  readonly updatedAt: Date;
}

/** The key of an App: authority host and client id. */
export function appKey(environment: Environment, clientId: string): string {
  return `${new URL(environments[environment].authorityOrigin).host}~${clientId.toLowerCase()}`;
}

/** The last rejection, where no credential is left that Entra has not rejected. */
export function rejectionOf(app: App): CredentialRejection | undefined {
  const usable = app.credentials.some(({ rejected }) => rejected === undefined);
  return usable ? undefined : app.credentials.findLast(({ rejected }) => rejected)?.rejected;
}

/** Marks a credential as rejected, once: the first rejection of a version stands, and then the app is as it was. */
export function withRejection(app: App, secretName: string, rejected: CredentialRejection): App {
  const isNews = (credential: AppCredential) =>
    credential.secretName === secretName && credential.rejected?.secretVersion !== rejected.secretVersion;
  if (!app.credentials.some(isNews)) return app;
  const credentials = app.credentials.map((credential) =>
    isNews(credential) ? { ...credential, rejected } : credential,
  );
  return { ...app, credentials, updatedAt: rejected.at };
}

/**
 * Takes in a credential that has just worked. It goes behind those that count, so that nobody's sign-in takes the
 * place of a secret that others rely on; stated secrets that were rejected are dropped.
 */
export function withProven(app: App, proven: AppCredential): App {
  const counts = (credential: AppCredential) =>
    credential.rejected === undefined || credential.secretVersion === undefined;
  const known = app.credentials.some(({ secretName }) => secretName === proven.secretName);
  const credentials = app.credentials
    .map((credential) =>
      credential.secretName === proven.secretName ? withoutRejection(credential) : credential,
    )
    .filter(counts);
  return { ...app, credentials: known ? credentials : [...credentials, withoutRejection(proven)] };
}

function withoutRejection({ rejected: _void, ...credential }: AppCredential): AppCredential {
  return credential;
}
