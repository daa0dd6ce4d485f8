import { errorTable } from './errors.ts';
import { aadstsCodesIn, classifyTokenFailure, type TokenFailure } from './tokenFailure.ts';

/**
 * What the `error` of an authorize callback means (RFC 6749 section 4.1.2.1). Of its description only the AADSTS
 * numbers are looked at.
 */
export function classifyAuthorizationError(error: string, description: string | undefined): TokenFailure {
  return asSignInFailure(
    classifyTokenFailure({ kind: 'answered', error, errorCodes: aadstsCodesIn(description ?? '') }),
  );
}

/** While somebody signs in there is no connection yet that could have lost its grant: the sign-in failed. */
export function asSignInFailure(failure: TokenFailure): TokenFailure {
  if (failure.code !== 'grant_invalid') return failure;
  return { ...failure, code: 'sign_in_failed', remedy: errorTable.sign_in_failed.remedy };
}
