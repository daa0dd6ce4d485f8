import { type Environment, environments } from './environment.ts';

/** A client secret of an app, in the vault. Without a version the latest is read: the operator rotates it in place. */
export interface AppCredential {
  readonly secretName: string;
  readonly secretVersion?: string;
  readonly addedAt: Date;
}

/** Entra's word that a credential does not count, and of which credential it spoke. */
export interface AppRejection {
  readonly at: Date;
  readonly aadstsCode?: number;
  /** Name and version of the rejected vault secret: a rotated secret is another one and is tried again. */
  readonly credential: string;
}

/** One OAuth app registration. The tenant belongs to the connection, so L4 and L5 share an app. */
export interface App {
  readonly key: string;
  readonly authorityOrigin: string;
  readonly clientId: string;
  /** The first principal that stated a client secret that worked. */
  readonly owner: string;
  /** Principals that may build connections on this app without stating its secret. */
  readonly builders: readonly string[];
  /** Newest proven first; the first is used. */
  readonly credentials: readonly AppCredential[];
  /** Set once when Entra rejects the credential in use; another credential makes it void. */
  readonly rejected?: AppRejection;
  readonly updatedAt: Date;
}

/** The key of an App: authority host and client id. */
export function appKey(environment: Environment, clientId: string): string {
  return `${new URL(environments[environment].authorityOrigin).host}~${clientId.toLowerCase()}`;
}
