import type { App } from './domain/app.ts';
import type { Authorization } from './domain/authorization.ts';
import type { Account, Connection, ConnectionEvent, Grant } from './domain/connection.ts';
import type { Environment } from './domain/environment.ts';
import type { DueHint, ListScope } from './domain/indexing.ts';
import type { LogEvent, logEvents } from './domain/logEvents.ts';
import type { RawTokenFailure } from './domain/tokenFailure.ts';

/** Time, from outside, so that tests can hold it. */
export interface Clock {
  now(): Date;
  /** Resolves after so many milliseconds. */
  sleep(milliseconds: number): Promise<void>;
}

/** The fields of an event, as the catalogue lists them. */
export type LogFields<Event extends LogEvent> = {
  readonly [Field in (typeof logEvents)[Event][number]]?: unknown;
};

/** One structured line each; fields never hold a secret. */
export interface Log {
  info<Event extends LogEvent>(event: Event, fields?: LogFields<Event>): void;
  warn<Event extends LogEvent>(event: Event, fields?: LogFields<Event>): void;
  error<Event extends LogEvent>(event: Event, fields?: LogFields<Event>): void;
}

/** A secret as the vault holds it. */
export interface VaultSecret {
  readonly value: string;
  readonly version: string;
}

/**
 * Durable secrets. Every method ends within seconds: it answers or throws BrokerError `vault_unavailable`
 * (the vault does not answer, throttles, or refuses the broker).
 */
export interface Vault {
  /** Writes a new version of the secret and answers that version. */
  set(name: string, value: string): Promise<string>;
  /** Reads exactly this version, or the latest without one; undefined where it is missing, disabled or deleted. */
  get(name: string, version?: string): Promise<VaultSecret | undefined>;
  /** Makes a version unreadable; a version that is gone already is no error. */
  disable(name: string, version: string): Promise<void>;
  /** Deletes the secret with all versions (soft delete); one that is gone already is no error. */
  remove(name: string): Promise<void>;
  /** Proves that the vault answers this broker. */
  check(): Promise<void>;
}

/** A stored value with the ETag it was read at. */
export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}

/** A compare-and-swap: without `before` it creates, without `after` it deletes, with both it replaces. */
export type Change<T> =
  | { readonly before?: undefined; readonly after: T }
  | { readonly before: Versioned<T>; readonly after: T }
  | { readonly before: Versioned<T>; readonly after?: undefined };

/** What one connection's entity-group transaction changes: all of it or nothing. */
export interface ConnectionChange {
  readonly connection?: Change<Connection>;
  readonly grant?: Change<Grant>;
  readonly events?: readonly ConnectionEvent[];
}

/** The new values with their ETags, or `conflict` where something moved since it was read, or exists already. */
export type CommitResult =
  | {
      readonly committed: true;
      readonly connection?: Versioned<Connection>;
      readonly grant?: Versioned<Grant>;
    }
  | { readonly committed: false };

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; undefined on the last page. */
  readonly next?: string;
}

/** Keyed values with compare-and-swap. `save` answers false where the value moved since it was read. */
export interface Collection<T> {
  read(key: string): Promise<Versioned<T> | undefined>;
  save(change: Change<T>): Promise<boolean>;
}

/**
 * Metadata. Every method ends within seconds: it answers or throws BrokerError `storage_unavailable`.
 * Indexes (who sees which connection, what is due when) follow the values by themselves: a new entry is written
 * before the value, an old one removed after it, so that there may be surplus entries but never missing ones.
 */
export interface Store {
  readConnection(id: string): Promise<Versioned<Connection> | undefined>;
  readGrant(id: string): Promise<Versioned<Grant> | undefined>;
  commit(id: string, change: ConnectionChange): Promise<CommitResult>;
  /** Newest event first; kept when the connection is deleted. */
  listEvents(
    connectionId: string,
    options: { limit: number; after?: string },
  ): Promise<Page<ConnectionEvent>>;
  /** In a stable order, at most `limit` a page; a page may be short or empty and still have a next one. */
  listConnections(scope: ListScope, options: { limit: number; after?: string }): Promise<Page<Connection>>;
  readonly apps: Collection<App>;
  readonly authorizations: Collection<Authorization>;
  /** Hints up to `until` (and to the end of its five-minute bucket), oldest bucket first, in batches. */
  listDue(until: Date): AsyncIterable<readonly DueHint[]>;
  removeDue(hint: DueHint): Promise<void>;
  /** Proves that the tables answer this broker. */
  check(): Promise<void>;
}

/** What the broker authenticates with at Entra, for an app. */
export type ClientCredential =
  | { readonly kind: 'secret'; readonly secret: string }
  /** A signed JWT per request (RFC 7523), from a managed identity as federated credential. */
  | { readonly kind: 'assertion'; readonly assertion: () => Promise<string> };

/** Which app at which authority. */
export interface ClientRegistration {
  readonly environment: Environment;
  /** `common`, `organizations`, a tenant id or a domain name. */
  readonly tenant: string;
  readonly clientId: string;
}

export interface AuthorizationUrlRequest extends ClientRegistration {
  readonly redirectUri: string;
  /** Scopes as they go over the wire, OIDC scopes bare, the others fully qualified. */
  readonly scopes: readonly string[];
  readonly state: string;
  readonly nonce: string;
  /** S256 challenge of the PKCE verifier (RFC 7636 section 4.2). */
  readonly codeChallenge: string;
  readonly loginHint?: string;
  readonly prompt?: 'select_account' | 'consent';
}

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent */
export interface AdminConsentRequest extends ClientRegistration {
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

export interface CodeRequest extends ClientRegistration {
  readonly credential: ClientCredential;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly code: string;
  readonly codeVerifier: string;
  readonly nonce: string;
}

export interface RefreshRequest extends ClientRegistration {
  readonly credential: ClientCredential;
  readonly scopes: readonly string[];
  readonly refreshToken: string;
}

/** Tokens with what came beside them. An access token and an account are always there. */
export interface TokenSet {
  readonly accessToken: string;
  readonly expiresAt: Date;
  /** Absent where `offline_access` was not granted. */
  readonly refreshToken?: string;
  /** As Entra returned them, unchanged. */
  readonly scopes: readonly string[];
  readonly account: Account;
  /** Claims of the id token that came with it, unverified but for the nonce; the caller checks them. */
  readonly idTokenClaims: Readonly<Record<string, unknown>>;
}

export type TokenAnswer =
  | { readonly ok: true; readonly tokens: TokenSet }
  | { readonly ok: false; readonly failure: RawTokenFailure };

/** Entra's authorize and token endpoints. Nothing here throws for an answer of Entra, however bad; it reports it. */
export interface IdentityProvider {
  /** Where to send the browser (RFC 6749 section 4.1.1). */
  authorizationUrl(request: AuthorizationUrlRequest): Promise<string>;
  /** Where an administrator approves the app for a tenant, or for their own with `organizations`. */
  adminConsentUrl(request: AdminConsentRequest): string;
  /**
   * Proves that the authority of that tenant answers.
   * @throws BrokerError `identity_unavailable`
   */
  check(environment: Environment, tenant: string): Promise<void>;
  /** Ends within `identityDeadlineSeconds`. */
  redeemCode(request: CodeRequest): Promise<TokenAnswer>;
  /** Ends within `identityDeadlineSeconds`. */
  refresh(request: RefreshRequest): Promise<TokenAnswer>;
}

/** Longest time one token request to Entra may take, in seconds. */
export const identityDeadlineSeconds = 10;
/** How long one holder may refresh a grant before others may, in seconds. Longer than identity, vault and row together. */
export const leaseSeconds = 30;
