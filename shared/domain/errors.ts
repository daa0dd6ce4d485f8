/** Who can mend a failure. */
export const remedies = ['caller', 'user', 'admin', 'operator', 'wait'] as const;
export type Remedy = (typeof remedies)[number];

interface ErrorFacts {
  /** HTTP status of the problem document (RFC 9110 section 15). */
  readonly status: number;
  readonly remedy: Remedy;
  readonly title: string;
}

/** Every error code of the broker: what the API and the pages answer, and who can mend it. */
export const errorTable = {
  invalid_request: { status: 400, remedy: 'caller', title: 'The request is not valid' },
  unauthenticated: { status: 401, remedy: 'caller', title: 'A valid access token for this API is required' },
  forbidden: { status: 403, remedy: 'admin', title: 'A permission is missing' },
  cross_site_request: {
    status: 403,
    remedy: 'user',
    title: 'The form was not sent from a page of this broker',
  },
  not_found: { status: 404, remedy: 'caller', title: 'There is no such thing here, or you may not see it' },
  connection_conflict: { status: 409, remedy: 'caller', title: 'The connection exists with other settings' },
  connection_not_pending: {
    status: 409,
    remedy: 'caller',
    title: 'The connection is not waiting for a sign-in',
  },
  connection_pending: { status: 409, remedy: 'user', title: 'Nobody has signed in to this connection yet' },
  connection_suspended: { status: 409, remedy: 'caller', title: 'The connection is suspended' },
  account_not_confirmed: {
    status: 409,
    remedy: 'caller',
    title: 'The account that signed in has not been confirmed',
  },
  account_mismatch: { status: 409, remedy: 'user', title: 'Another account signed in than the one expected' },
  account_not_allowed: {
    status: 403,
    remedy: 'user',
    title: 'Accounts of this kind or tenant are not allowed here',
  },
  grant_invalid: {
    status: 409,
    remedy: 'user',
    title: 'Microsoft no longer accepts the sign-in behind this connection',
  },
  consent_declined: { status: 409, remedy: 'user', title: 'The permissions were not granted' },
  consent_required: { status: 409, remedy: 'user', title: 'The permissions have not been consented to' },
  admin_consent_required: {
    status: 409,
    remedy: 'admin',
    title: 'An administrator has to approve the app first',
  },
  sign_in_failed: { status: 409, remedy: 'user', title: 'The sign-in did not succeed' },
  link_invalid: { status: 404, remedy: 'user', title: 'The link is not valid' },
  link_expired: { status: 410, remedy: 'user', title: 'The link has expired' },
  state_invalid: { status: 400, remedy: 'user', title: 'This sign-in was not started here' },
  state_expired: { status: 400, remedy: 'user', title: 'The sign-in took too long' },
  browser_mismatch: { status: 400, remedy: 'user', title: 'The sign-in was started in another browser' },
  authorization_superseded: {
    status: 409,
    remedy: 'user',
    title: 'A newer sign-in for this connection was started',
  },
  authorization_replayed: { status: 409, remedy: 'user', title: 'This sign-in has been handled already' },
  id_token_invalid: {
    status: 502,
    remedy: 'operator',
    title: 'The identity provider sent an unusable id token',
  },
  scopes_missing: {
    status: 409,
    remedy: 'operator',
    title: 'Permissions the connector needs were not granted',
  },
  app_credential_rejected: {
    status: 502,
    remedy: 'operator',
    title: "Microsoft rejects the app's credential",
  },
  app_misconfigured: { status: 502, remedy: 'operator', title: 'The app or tenant is not set up for this' },
  identity_unavailable: { status: 503, remedy: 'wait', title: 'Microsoft did not give a usable answer' },
  throttled: { status: 503, remedy: 'wait', title: 'Microsoft asks to wait' },
  storage_unavailable: { status: 503, remedy: 'wait', title: 'The storage of the broker does not answer' },
  vault_unavailable: { status: 503, remedy: 'wait', title: 'The key vault of the broker does not answer' },
  deployment_misconfigured: {
    status: 500,
    remedy: 'operator',
    title: 'The broker is not allowed to use its vault or storage',
  },
  internal: { status: 500, remedy: 'operator', title: 'The broker made a mistake' },
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof errorTable;

/** One input that is wrong: which field, why, and what to send instead. */
export interface FieldProblem {
  /** Dotted path of the field, as the caller wrote it: `access.0.principalId`. */
  readonly field: string;
  readonly message: string;
}

/** What a `BrokerError` may tell beyond its code and detail; everything here may reach the caller. */
export interface ErrorExtras {
  readonly fields?: readonly FieldProblem[];
  readonly retryAfterSeconds?: number;
  /** Further members of the problem document (RFC 9457 section 3.2); never a secret. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Evidence for the log; never serialised to the caller. */
  readonly cause?: unknown;
}

/** The one error the broker throws on purpose. `detail` is shown to the caller, `cause` never is. */
export class BrokerError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldProblem[];
  readonly retryAfterSeconds: number | undefined;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, detail: string, extras: ErrorExtras = {}) {
    super(detail, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = 'BrokerError';
    this.code = code;
    this.fields = extras.fields ?? [];
    this.retryAfterSeconds = extras.retryAfterSeconds;
    this.members = extras.members ?? {};
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get remedy(): Remedy {
    return errorTable[this.code].remedy;
  }

  get title(): string {
    return errorTable[this.code].title;
  }
}

/** An error whose message was made to be logged: names, statuses and codes, never a value or a text of a service. */
export class Evidence extends Error {}

/** What may be logged of any error: code or evidence of ours, else the name of its class; messages may hold secrets. */
export function errorCodeOf(error: unknown): string {
  if (error instanceof Evidence) return error.message;
  if (!(error instanceof BrokerError)) return error instanceof Error ? error.name : typeof error;
  return error.cause instanceof Evidence ? `${error.code} (${error.cause.message})` : error.code;
}
