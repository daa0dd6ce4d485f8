import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JWK } from 'jose';
import type { LocalClock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import type { Faults } from '../faults.ts';
import type { Authority } from './authorities.ts';
import type { Directory } from './directory.ts';
import type { ExpiringMap } from './expiringMap.ts';
import type { SigningKey } from './signingKey.ts';

/** An issuer of federated assertions that the local Entra trusts to be who it says. */
export interface AssertionIssuer {
  issuer: string;
  publicJwk: JWK;
}

/** What the authorize endpoint learned of a request that may be answered to its redirect URI. */
export interface AuthorizationFlow {
  authority: Authority;
  /** As it stood in the path: an id, a domain name, `common`, `organizations` or `consumers`. */
  tenantName: string;
  clientId: string;
  redirectUri: string;
  responseMode: string;
  state?: string | undefined;
  scope: string;
  nonce?: string | undefined;
  codeChallenge?: string | undefined;
  codeChallengeMethod: string;
  prompt?: string | undefined;
  loginHint?: string | undefined;
  clientInfo: boolean;
  /** Set once the person has picked an account. */
  oid?: string | undefined;
}

export interface AdminConsentFlow {
  authority: Authority;
  tenantId?: string | undefined;
  clientId: string;
  redirectUri: string;
  state?: string | undefined;
  scope: string;
}

/** A sign-in that a code or a refresh token stands for. */
export interface Grant {
  oid: string;
  clientId: string;
  scope: string;
  signedInAt: Date;
  /** The account's revocation count at sign-in. */
  sessionGeneration: number;
}

export interface CodeGrant extends Grant {
  flow: AuthorizationFlow;
  redeemed: boolean;
}

/** What every part of the local Entra works with. */
export interface EntraContext {
  clock: LocalClock;
  faults: Faults;
  counters: Counters;
  directory: Directory;
  /** Between 0 and 1; decides the lifetime of access tokens. */
  random: () => number;
  assertionIssuers: readonly AssertionIssuer[];
  keyOf(authority: Authority): SigningKey;
  flows: ExpiringMap<AuthorizationFlow>;
  adminFlows: ExpiringMap<AdminConsentFlow>;
  codes: ExpiringMap<CodeGrant>;
  refreshTokens: ExpiringMap<Grant>;
}

/** One HTTP exchange at one authority, its tenant name taken from the path. */
export interface EntraExchange {
  authority: Authority;
  tenantName: string;
  url: URL;
  request: IncomingMessage;
  response: ServerResponse;
}

/** The correlation id the caller proposes. */
export function clientRequestId({ request, url }: EntraExchange, form?: URLSearchParams): string | undefined {
  const header = request.headers['client-request-id'];
  const fromHeader = Array.isArray(header) ? header[0] : header;
  return (
    fromHeader ?? url.searchParams.get('client-request-id') ?? form?.get('client-request-id') ?? undefined
  );
}
