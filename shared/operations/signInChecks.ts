import type { Account, Connection, ExpectedAccount } from '../domain/connection.ts';
import type { Settings } from '../domain/connectionSettings.ts';
import { connectors } from '../domain/connectors.ts';
import { BrokerError } from '../domain/errors.ts';
import { checkIdToken } from '../domain/idToken.ts';
import { missingScopes } from '../domain/scopes.ts';
import type { TokenSet } from '../ports.ts';

/** Whose accounts may be connected. */
export interface AccountPolicy {
  /** Empty allows every tenant. */
  readonly allowedTenants: readonly string[];
  readonly allowPersonalAccounts: boolean;
}

/** Who signed in. @throws BrokerError `id_token_invalid`, `account_not_allowed` */
export function accountOf(
  tokens: TokenSet,
  { environment, tenant, clientId }: Settings,
  nonce: string,
  now: Date,
  { allowedTenants, allowPersonalAccounts }: AccountPolicy,
): Account {
  const expectations = { environment, tenant, clientId, now, nonce, allowedTenants, allowPersonalAccounts };
  const verdict = checkIdToken(tokens.idTokenClaims, expectations);
  if (!verdict.ok) throw new BrokerError(verdict.code, verdict.detail);
  return verdict.account;
}

/** @throws BrokerError `account_mismatch` */
export function requireExpected(expected: ExpectedAccount | undefined, account: Account): void {
  if (expected === undefined) return;
  const sameTenant = expected.tid.toLowerCase() === account.tid.toLowerCase();
  const samePerson =
    'oid' in expected
      ? expected.oid.toLowerCase() === account.oid.toLowerCase()
      : expected.username.toLowerCase() === account.username.toLowerCase();
  if (sameTenant && samePerson) return;
  const wanted = 'oid' in expected ? `object id ${expected.oid}` : expected.username;
  throw new BrokerError(
    'account_mismatch',
    `${account.username} signed in, but this connection is meant for ${wanted} of tenant ${expected.tid}. ` +
      'Sign out of Microsoft in this browser or choose the other account, then start again.',
  );
}

/** @throws BrokerError `scopes_missing` where the connector could not work with what was granted */
export function requireMinimum(connection: Connection, granted: readonly string[]): void {
  const minimum = connectors[connection.connector].minimumScopes;
  const missing = missingScopes(minimum, granted, connection.connector);
  if (missing.length === 0) return;
  throw new BrokerError(
    'scopes_missing',
    `The connector needs ${missing.join(', ')}, which the sign-in did not grant. Add it to the delegated permissions ` +
      'of the app registration and have it consented to, then start again.',
    { members: { missingScopes: missing } },
  );
}
