/** What came of an authorization, told again when its callback is replayed. */
export type AuthorizationOutcome =
  | { readonly result: 'succeeded'; readonly at: Date }
  | { readonly result: 'failed'; readonly at: Date; readonly code: string; readonly detail: string };

/** One trip of one browser to Entra and back (RFC 6749 section 4.1, RFC 9700 section 2.1). */
export interface Authorization {
  /** SHA-256 of the `state` parameter, base64url; the state itself is never stored. */
  readonly id: string;
  readonly connectionId: string;
  /** SHA-256 of the value of the flow's own cookie: binds the callback to the browser that started. */
  readonly browserHash: string;
  /** Who started it: the principal of the session, or undefined behind a connect link. */
  readonly startedBy?: string;
  /** Sealed: PKCE verifier, nonce, and a client secret that was just typed. */
  readonly sealed: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Set by compare-and-swap before the code is redeemed: a code is redeemed at most once. */
  readonly claimedAt?: Date;
  readonly outcome?: AuthorizationOutcome;
}

/** Seconds from the start of an authorization to the last instant its callback is accepted. */
export const authorizationLifetimeSeconds = 600;
