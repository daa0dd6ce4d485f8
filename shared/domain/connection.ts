import type { Connector } from './connectors.ts';
import type { Environment } from './environment.ts';
import type { ErrorCode, Remedy } from './errors.ts';

export const connectionStatuses = [
  'pending',
  'connected',
  'needs_sign_in',
  'needs_admin_consent',
  'suspended',
] as const;
export type ConnectionStatus = (typeof connectionStatuses)[number];

/** Statuses a connection may move to from each status; staying is always legal and no transition. */
export const legalTransitions: Readonly<Record<ConnectionStatus, readonly ConnectionStatus[]>> = {
  pending: ['connected', 'needs_admin_consent'],
  connected: ['needs_sign_in', 'needs_admin_consent', 'suspended'],
  needs_sign_in: ['connected', 'needs_admin_consent', 'suspended'],
  needs_admin_consent: ['connected', 'needs_sign_in', 'suspended'],
  suspended: ['connected', 'needs_sign_in', 'needs_admin_consent'],
};

/** The person a grant belongs to, as Entra names them: object id and tenant id never change. */
export interface Account {
  readonly oid: string;
  readonly tid: string;
  readonly username: string;
}

/** The account a connect link is meant for. A username is Entra's `preferred_username`, compared without case. */
export type ExpectedAccount =
  | { readonly oid: string; readonly tid: string }
  | { readonly username: string; readonly tid: string };

export const permissions = ['use', 'manage'] as const;
export type Permission = (typeof permissions)[number];

export interface AccessEntry {
  readonly principalId: string;
  readonly permission: Permission;
}

/** Why a connection is broken, kept until it works again. */
export interface ConnectionFailure {
  readonly code: ErrorCode;
  readonly remedy: Remedy;
  /** Plain words: what happened and what to do. */
  readonly detail: string;
  /** The AADSTS number, where Entra gave one. */
  readonly aadstsCode?: number;
  /** Entra's correlation id, for a support request. */
  readonly entraCorrelationId?: string;
  readonly at: Date;
}

/** A client credential that somebody stated for a pending connection and that no sign-in has proven yet. */
export type StatedCredential =
  | { readonly kind: 'sealed'; readonly sealed: string; readonly statedBy: string }
  | { readonly kind: 'reference'; readonly secretName: string; readonly statedBy: string };

/** The open invitation to sign in. The link itself is a secret; only its SHA-256 is kept. */
export interface ConnectLink {
  readonly hash: string;
  readonly expiresAt: Date;
  /** Set by the sign-in that succeeded: only success consumes a link. */
  readonly usedAt?: Date;
}

/** One person's delegated access through one app. What is undefined has been left for the person to fill in. */
export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly connector: Connector;
  readonly environment?: Environment;
  /** `common`, `organizations`, a tenant id or a verified domain name. */
  readonly tenant?: string;
  readonly clientId?: string;
  /** Canonical scopes asked for at the last successful sign-in, or to be asked for at the next one. */
  readonly requestedScopes?: readonly string[];
  /** Canonical scopes that the last sign-in granted. */
  readonly grantedScopes: readonly string[];
  readonly statedCredential?: StatedCredential;
  readonly expectedAccount?: ExpectedAccount;
  readonly account?: Account;
  /** True once the account is the expected one, was confirmed, or signed in from the owner's own session. */
  readonly accountConfirmed: boolean;
  readonly owner: string;
  /** How the verified token named the owner when the connection was requested. */
  readonly ownerName: string;
  readonly access: readonly AccessEntry[];
  readonly status: ConnectionStatus;
  readonly failure?: ConnectionFailure;
  readonly link?: ConnectLink;
  /** The one authorization whose callback will be accepted. */
  readonly authorizationId?: string;
  /** When a connection that is still pending is removed. */
  readonly pendingUntil?: Date;
  /** Keyed digest of each field the requester stated: those are fixed on the page, and a repeated PUT is known. */
  readonly statedFields: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly connectedAt?: Date;
  readonly lastUsedAt?: Date;
  /** When the idle warning was written; cleared by the next use. */
  readonly idleWarnedAt?: Date;
}

/** The lease on refreshing a grant: who holds it and until when. */
export interface Lease {
  readonly id: string;
  readonly until: Date;
}

/**
 * The token entity of a connection: where the refresh token is, the sealed access token, and the lease.
 * It stands apart from the connection so that an edit of name or access never disturbs a refresh.
 */
export interface Grant {
  readonly connectionId: string;
  /** Raised by every sign-in; results of an older generation are dropped. */
  readonly generation: number;
  /** Vault secret that holds the refresh token, and the exact version that readers read. */
  readonly secretName: string;
  readonly secretVersion: string;
  readonly secretSetAt: Date;
  readonly sealedAccessToken?: string;
  readonly tokenIssuedAt?: Date;
  readonly tokenExpiresAt?: Date;
  readonly tokenScopes: readonly string[];
  readonly lease?: Lease;
  /** Failures in a row for which the connection is not to blame, for the backoff. */
  readonly failures: number;
  /** The last of them; cleared by the next token. */
  readonly lastFailure?: ConnectionFailure;
  /** No refresh before this instant. */
  readonly retryAt?: Date;
  /** When the timer looks at it next; undefined keeps it out of the due index. */
  readonly dueAt?: Date;
}

export const eventTypes = [
  'connection.created',
  'connection.link_created',
  'connection.sign_in_completed',
  'connection.sign_in_failed',
  'connection.account_confirmed',
  'connection.status_changed',
  'connection.updated',
  'connection.idle_warning',
  'connection.expired',
  'connection.deleted',
] as const;
export type ConnectionEventType = (typeof eventTypes)[number];

/** One line of a connection's history, written in the same transaction as the change it tells of. */
export interface ConnectionEvent {
  readonly id: string;
  readonly type: ConnectionEventType;
  readonly at: Date;
  /** Principal id of who caused it; `timer` and `sign-in` for the broker's own doing. */
  readonly actor: string;
  /** Plain words. */
  readonly cause: string;
  readonly from?: ConnectionStatus;
  readonly to?: ConnectionStatus;
  readonly detail?: Readonly<Record<string, unknown>>;
}
