import type { Account } from './connection.ts';
import {
  type Environment,
  type EnvironmentFacts,
  environmentNames,
  environments,
  personalAccountsTenantId,
} from './environment.ts';
import { isGuid } from './tenant.ts';

/** Difference that the clocks of broker and Entra may have, in seconds. */
const skewSeconds = 300;

/** What an id token is held against. */
export interface IdTokenExpectations {
  readonly environment: Environment;
  /** Tenant of the authority that was asked. */
  readonly tenant: string;
  readonly clientId: string;
  readonly now: Date;
  /** The nonce sent to the authorize endpoint; undefined for an id token from a refresh, which carries none. */
  readonly nonce: string | undefined;
  /** Tenant ids that may sign in; empty allows every one. */
  readonly allowedTenants: readonly string[];
  readonly allowPersonalAccounts: boolean;
}

export type IdTokenVerdict =
  | { readonly ok: true; readonly account: Account }
  | {
      readonly ok: false;
      readonly code: 'id_token_invalid' | 'account_not_allowed';
      readonly detail: string;
    };

type Claims = Readonly<Record<string, unknown>>;
type Refusal = Extract<IdTokenVerdict, { ok: false }>;

const invalid = (detail: string): Refusal => ({ ok: false, code: 'id_token_invalid', detail });
const notAllowed = (detail: string): Refusal => ({ ok: false, code: 'account_not_allowed', detail });

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const originsOf = (facts: EnvironmentFacts) => [facts.authorityOrigin, ...facts.authorityAliases];

/** Origin and tenant id of an Entra issuer of the second version; undefined for any other text. */
function readIssuer(iss: string): { origin: string; tid: string } | undefined {
  const match = /^(https:\/\/[^/]+)\/([0-9a-f-]{36})\/v2\.0$/.exec(iss);
  const [, origin, tid] = match ?? [];
  return origin === undefined || tid === undefined || !isGuid(tid) ? undefined : { origin, tid };
}

/**
 * Whether `iss` names the environment's authority and, where given, that tenant: for id tokens
 * (OpenID Connect Core section 3.1.3.7) and for the `iss` parameter of a callback (RFC 9207 section 2.4).
 */
export function issuerMatches(iss: string, environment: Environment, tid?: string): boolean {
  const issuer = readIssuer(iss);
  if (issuer === undefined || !originsOf(environments[environment]).includes(issuer.origin)) return false;
  return tid === undefined || issuer.tid === tid;
}

function wrongIssuer(iss: string | undefined, environment: Environment): Refusal {
  const origin = iss === undefined ? undefined : readIssuer(iss)?.origin;
  const other = environmentNames.find(
    (candidate) => origin !== undefined && originsOf(environments[candidate]).includes(origin),
  );
  const expected = environments[environment].title;
  return invalid(
    other === undefined || originsOf(environments[environment]).includes(origin ?? '')
      ? `The id token was not issued by the tenant of ${expected} that it names.`
      : `The id token was issued in ${environments[other].title}, but the connection is for ${expected}: ` +
          'choose the environment that the account and the app registration live in.',
  );
}

/** The checks that show a token made for another purpose, client, time or sign-in. */
function technicalProblem(claims: Claims, tid: string, expected: IdTokenExpectations): Refusal | undefined {
  const iss = text(claims.iss);
  if (iss === undefined || !issuerMatches(iss, expected.environment, tid))
    return wrongIssuer(iss, expected.environment);
  if (text(claims.aud)?.toLowerCase() !== expected.clientId.toLowerCase()) {
    return invalid('The id token was issued for another app than the one that asked (aud).');
  }
  const nowSeconds = expected.now.getTime() / 1000;
  if (typeof claims.exp !== 'number' || claims.exp + skewSeconds <= nowSeconds) {
    return invalid('The id token has expired (exp): check the clock of the broker, then sign in again.');
  }
  if (typeof claims.nbf === 'number' && claims.nbf - skewSeconds > nowSeconds) {
    return invalid('The id token is not valid yet (nbf): check the clock of the broker, then sign in again.');
  }
  if (expected.nonce !== undefined && claims.nonce !== expected.nonce) {
    return invalid('The id token belongs to another sign-in (nonce). Start the sign-in again.');
  }
  if (isGuid(expected.tenant) && tid !== expected.tenant) {
    return invalid('The id token is of another tenant than the one that was asked (tid).');
  }
  return undefined;
}

function accountProblem(tid: string, expected: IdTokenExpectations): Refusal | undefined {
  if (tid === personalAccountsTenantId) {
    return expected.allowPersonalAccounts
      ? undefined
      : notAllowed(
          'Personal Microsoft accounts are not allowed here: sign in with an account of your organisation.',
        );
  }
  if (expected.allowedTenants.length > 0 && !expected.allowedTenants.includes(tid)) {
    return notAllowed(
      `Accounts of tenant ${tid} are not allowed here: sign in with an account of an allowed tenant.`,
    );
  }
  return undefined;
}

/**
 * Judges the claims of an id token that came straight from the token endpoint, so that TLS vouches for them
 * (OpenID Connect Core section 3.1.3.7).
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference
 */
export function checkIdToken(claims: Claims, expected: IdTokenExpectations): IdTokenVerdict {
  const oid = text(claims.oid);
  const tid = text(claims.tid);
  const username = text(claims.preferred_username);
  if (oid === undefined || tid === undefined || username === undefined) {
    return invalid('The id token does not say who signed in: oid, tid and preferred_username are needed.');
  }
  return (
    technicalProblem(claims, tid, expected) ??
    accountProblem(tid, expected) ?? { ok: true, account: { oid, tid, username } }
  );
}
