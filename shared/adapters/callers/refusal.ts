import { errors } from 'jose';
import { BrokerError } from '../../domain/errors.ts';
import type { TrustedIssuer } from '../../domain/trustedIssuer.ts';

const wordsOfClaim: Readonly<Record<string, (issuer: TrustedIssuer) => string>> = {
  aud: ({ audiences }) => `is for another audience: request it for ${audiences.join(' or ')}`,
  iss: () => 'is from another issuer than its keys',
  nbf: () => 'is not valid yet: check the clock of the machine that requested it',
};

function wordsOf(error: unknown, issuer: TrustedIssuer): string | undefined {
  if (error instanceof errors.JWTExpired) return 'has expired: request a new one';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return `lacks the claim "${error.claim}"`;
    return wordsOfClaim[error.claim]?.(issuer) ?? `has an unusable claim "${error.claim}"`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'has a signature that does not verify';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return 'is signed with a key that its issuer does not publish';
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return 'is not signed with an algorithm that is accepted here (RS256, PS256, ES256)';
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'is malformed';
  return undefined;
}

/** The evidence that may be logged: jose's errors carry the claims of the token, their codes carry nothing. */
function evidenceOf(error: unknown): unknown {
  return error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired
    ? error.code
    : error;
}

/** Why a token was refused, in words that quote nothing of it; what is left is a failure to get the issuer's keys. */
export function refusal(error: unknown, issuer: TrustedIssuer): BrokerError {
  const words = wordsOf(error, issuer);
  return words === undefined
    ? new BrokerError(
        'identity_unavailable',
        'The signing keys of the token issuer cannot be had. Try again shortly.',
        {
          cause: evidenceOf(error),
        },
      )
    : new BrokerError('unauthenticated', `The access token ${words}.`, { cause: evidenceOf(error) });
}
