import { type App, rejectionOf, withRejection } from '../domain/app.ts';
import type { Connection, Grant, Lease } from '../domain/connection.ts';
import { BrokerError } from '../domain/errors.ts';
import { wireScopes } from '../domain/scopes.ts';
import { classifyTokenFailure, type TokenFailure } from '../domain/tokenFailure.ts';
import {
  type Clock,
  type IdentityProvider,
  identityDeadlineSeconds,
  type Log,
  type Store,
  type TokenSet,
  type Vault,
} from '../ports.ts';
import type { ResolvedCredential } from './clientCredential.ts';
import type { GrantedConnection } from './fence.ts';

export interface AskForTokensPorts {
  readonly store: Store;
  readonly vault: Vault;
  readonly identity: IdentityProvider;
  readonly clock: Clock;
  readonly log: Log;
}

/** `outOfTime`: the lease could end before an answer, and then somebody else may ask at the same time. */
export type TokensAsked =
  | { readonly kind: 'tokens'; readonly tokens: TokenSet }
  | { readonly kind: 'failure'; readonly failure: TokenFailure }
  | { readonly kind: 'outOfTime' };

/**
 * Asks Entra for new tokens with the grant's refresh token: exactly the version that the row names. A client secret
 * that Entra rejects is marked, once, and the next one is tried.
 */
export async function askForTokens(
  ports: AskForTokensPorts,
  { connection, grant }: GrantedConnection,
  lease: Lease,
  app: App,
  credentials: readonly ResolvedCredential[],
): Promise<TokensAsked> {
  const refreshToken = await readRefreshToken(ports.vault, grant.value);
  if (refreshToken === undefined) return { kind: 'failure', failure: refreshTokenMissing };
  let rejected: TokenFailure | undefined;
  for (const credential of credentials) {
    const leftMilliseconds = lease.until.getTime() - ports.clock.now().getTime();
    if (leftMilliseconds < identityDeadlineSeconds * 1000) return { kind: 'outOfTime' };
    const asked = await ask(ports, connection.value, refreshToken, credential);
    if (asked.kind === 'tokens' || asked.failure.code !== 'app_credential_rejected') return asked;
    rejected = asked.failure;
    await markRejected(ports, connection.value, app.key, credential, rejected);
  }
  return { kind: 'failure', failure: rejected ?? rejectedAlready(app) };
}

async function ask(
  { identity, log }: AskForTokensPorts,
  connection: Connection,
  refreshToken: string,
  { secret }: ResolvedCredential,
): Promise<Exclude<TokensAsked, { kind: 'outOfTime' }>> {
  const { environment, account, clientId, requestedScopes } = requireSettings(connection);
  const answer = await identity.refresh({
    environment,
    tenant: account.tid,
    clientId,
    credential: { kind: 'secret', secret },
    scopes: wireScopes(requestedScopes, environment),
    refreshToken,
  });
  if (!answer.ok) return { kind: 'failure', failure: asRefreshFailure(classifyTokenFailure(answer.failure)) };
  const { oid, tid } = answer.tokens.account;
  if (oid === account.oid && tid === account.tid) return { kind: 'tokens', tokens: answer.tokens };
  // Nobody may get a token of one person under the name of another, whatever mixed them up.
  log.error('refresh_answered_for_another_account', { connectionId: connection.id });
  return { kind: 'failure', failure: unusableAnswer };
}

/** The answer where every credential was rejected before: Entra is not asked again. */
export function rejectedAlready(app: App): TokenFailure {
  const aadstsCode = rejectionOf(app)?.aadstsCode;
  return classifyTokenFailure({
    kind: 'answered',
    status: 401,
    error: 'invalid_client',
    errorCodes: aadstsCode === undefined ? [] : [aadstsCode],
  });
}

const unusableAnswer = classifyTokenFailure({ kind: 'answered', errorCodes: [] });

/** Without a person at hand there is no sign-in that could be started again: such an answer is just of no use. */
function asRefreshFailure(failure: TokenFailure): TokenFailure {
  return failure.code === 'id_token_invalid' || failure.code === 'sign_in_failed' ? unusableAnswer : failure;
}

const refreshTokenMissing: TokenFailure = {
  code: 'grant_invalid',
  remedy: 'user',
  detail: 'The refresh token of this connection is no longer in the vault. The person has to sign in again.',
};

async function readRefreshToken(
  vault: Vault,
  { secretName, secretVersion }: Grant,
): Promise<string | undefined> {
  return (await vault.get(secretName, secretVersion))?.value;
}

async function markRejected(
  { store, clock, log }: AskForTokensPorts,
  { environment, clientId }: Connection,
  key: string,
  { secretName, secretVersion }: ResolvedCredential,
  { aadstsCode }: TokenFailure,
): Promise<void> {
  const rejected = { at: clock.now(), secretVersion, ...(aadstsCode === undefined ? {} : { aadstsCode }) };
  for (;;) {
    const before = await store.apps.read(key);
    if (before === undefined) return;
    const after = withRejection(before.value, secretName, rejected);
    if (after === before.value) return;
    if (await store.apps.save({ before, after })) {
      return log.error('app_credential_rejected', { environment, clientId, aadstsCode });
    }
  }
}

/** A connection with a grant has all its settings; anything else is a mistake of the broker. */
function requireSettings({ id, environment, account, clientId, requestedScopes }: Connection) {
  if (
    environment === undefined ||
    account === undefined ||
    clientId === undefined ||
    requestedScopes === undefined
  ) {
    throw new BrokerError('internal', `Connection ${id} has a grant but lacks one of its settings.`);
  }
  return { environment, account, clientId, requestedScopes };
}
