import { createHash } from 'node:crypto';
import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  type JWTPayload,
  jwtVerify,
  type RemoteJWKSet,
} from 'jose';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../../domain/caller.ts';
import { BrokerError } from '../../domain/errors.ts';
import type { TrustedIssuer } from '../../domain/trustedIssuer.ts';
import type { Clock } from '../../ports.ts';
import { mapOrigin, type OriginMap } from '../entra/originMap.ts';
import { callerOf } from './claims.ts';
import { refusal } from './refusal.ts';

/** Asymmetric algorithms only (RFC 8725 section 3.1); Entra signs with RS256. */
const algorithms = ['RS256', 'PS256', 'ES256'];
const clockToleranceSeconds = 60;
const longestToken = 16_384;
const jwksTimeoutMilliseconds = 5_000;
/** A key that is not known is looked for again after this time; a rollover is noticed by the first token of it. */
const jwksCooldownMilliseconds = 30_000;
/** Keys stay usable this long while the issuer's endpoint is out of reach. */
const jwksMaxAgeMilliseconds = 24 * 3_600_000;
/** A verified token is believed without verifying for this time, and never beyond its end. */
const trustMilliseconds = 15 * 60_000;
const mostCachedTokens = 5_000;

export interface CallerVerifierOptions {
  readonly trustedIssuers: readonly TrustedIssuer[];
  readonly clock: Clock;
  /** Only on a laptop: where the issuers' keys are served instead. */
  readonly originMap?: OriginMap | undefined;
}

/** Tells who sends a request, from its `Authorization` header alone. */
export interface CallerVerifier {
  /**
   * @throws BrokerError `unauthenticated` for a token that is missing or does not hold, `forbidden` for one without
   * the scope or a role of this API, `identity_unavailable` where the issuer's keys cannot be had.
   */
  verify(authorizationHeader: string | undefined): Promise<Caller>;
}

/** The bearer token of the header (RFC 6750 section 2.1). */
function readBearer(header: string | undefined): string {
  if (header === undefined || header.trim() === '') {
    throw new BrokerError(
      'unauthenticated',
      'Send an access token for this API: Authorization: Bearer <token>.',
    );
  }
  const token = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*) *$/i.exec(header)?.[1];
  if (token === undefined || token.length > longestToken) {
    throw new BrokerError(
      'unauthenticated',
      'The Authorization header does not hold a signed JWT: send "Bearer " and the access token as it was issued.',
    );
  }
  return token;
}

function readIssuerClaim(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch (cause) {
    throw new BrokerError('unauthenticated', 'The access token is malformed: it is not a JWT.', { cause });
  }
}

function unknownIssuer(iss: string | undefined): BrokerError {
  const advice = iss?.startsWith('https://sts.')
    ? ' It is a v1 token: set requestedAccessTokenVersion to 2 in the manifest of the app registration of this API.'
    : ' Request the token from an issuer that this broker is configured to trust (TRUSTED_ISSUERS).';
  return new BrokerError(
    'unauthenticated',
    `The access token is from an issuer that is not trusted here.${advice}`,
  );
}

/**
 * Verifies access tokens with the keys that their issuers publish, whatever the platform in front has checked
 * (RFC 8725, RFC 9068 section 4).
 */
export function createCallerVerifier(options: CallerVerifierOptions): CallerVerifier {
  const { clock, originMap } = options;
  const issuers = new Map(options.trustedIssuers.map((issuer) => [issuer.issuer, issuer]));
  const keySets = new Map<string, RemoteJWKSet>();
  const verified = new LRUCache<string, { readonly caller: Caller; readonly until: number }>({
    max: mostCachedTokens,
  });

  const keysOf = ({ jwksUri }: TrustedIssuer): RemoteJWKSet => {
    const known = keySets.get(jwksUri);
    if (known !== undefined) return known;
    const keys = createRemoteJWKSet(new URL(jwksUri), {
      timeoutDuration: jwksTimeoutMilliseconds,
      cooldownDuration: jwksCooldownMilliseconds,
      cacheMaxAge: jwksMaxAgeMilliseconds,
      [customFetch]: (url, init) => fetch(mapOrigin(url, originMap), init),
    });
    keySets.set(jwksUri, keys);
    return keys;
  };

  const verifyClaims = async (token: string, issuer: TrustedIssuer): Promise<JWTPayload> => {
    try {
      const { payload } = await jwtVerify(token, keysOf(issuer), {
        algorithms,
        issuer: issuer.issuer,
        audience: [...issuer.audiences],
        requiredClaims: ['iss', 'aud', 'exp', 'iat'],
        clockTolerance: clockToleranceSeconds,
        currentDate: clock.now(),
      });
      return payload;
    } catch (error) {
      throw refusal(error, issuer);
    }
  };

  return {
    async verify(authorizationHeader) {
      const token = readBearer(authorizationHeader);
      const key = createHash('sha256').update(token).digest('base64');
      const now = clock.now().getTime();
      const cached = verified.get(key);
      if (cached !== undefined && cached.until > now) return cached.caller;

      const iss = readIssuerClaim(token);
      const issuer = iss === undefined ? undefined : issuers.get(iss);
      if (issuer === undefined) throw unknownIssuer(iss);
      const claims = await verifyClaims(token, issuer);
      const caller = callerOf(claims, issuer);
      verified.set(key, { caller, until: Math.min((claims.exp ?? 0) * 1000, now + trustMilliseconds) });
      return caller;
    },
  };
}
