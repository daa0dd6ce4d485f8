import { credentialFailures } from './credentialFailures.ts';
import { type FailureRow, grant } from './failureRow.ts';
import { grantFailures } from './grantFailures.ts';
import { requestFailures } from './requestFailures.ts';

/**
 * AADSTS codes as the identity service answers them.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
 */
export const failureTable: Readonly<Record<number, FailureRow>> = {
  ...grantFailures,
  ...credentialFailures,
  ...requestFailures,
};

/** The row of a code; a code that is not listed is an `invalid_grant`. */
export function rowOf(code: number): FailureRow {
  return failureTable[code] ?? grant('The request could not be completed.');
}
