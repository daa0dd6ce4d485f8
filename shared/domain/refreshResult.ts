import type { Connection, ConnectionEvent, Grant } from './connection.ts';
import { lastTouchedAt, nextRefreshAt, rejectedAppMilliseconds, retryAfterFailure } from './planRefresh.ts';
import type { TokenFailure } from './tokenFailure.ts';
import { failureRecord, moveTo, statusAfterFailure } from './transition.ts';

/** What a refresh was done for, and when its answer came. */
export interface RefreshOccasion {
  readonly actor: string;
  /** True where a caller asked: the connection then counts as used now. */
  readonly used: boolean;
  readonly at: Date;
  /** From 0 up to 1. */
  readonly random: number;
}

/** The fields of a grant that a new access token sets, and a new refresh token where one was written. */
export type TokenFields = Required<
  Pick<Grant, 'sealedAccessToken' | 'tokenIssuedAt' | 'tokenExpiresAt' | 'tokenScopes'>
> &
  Partial<Pick<Grant, 'secretVersion' | 'secretSetAt'>>;

/** The grant with a new token: failures are over, and the timer looks again before the token ends. */
export function grantAfterTokens(
  grant: Grant,
  connection: Connection,
  tokens: TokenFields,
  { used, at, random }: RefreshOccasion,
): Grant {
  const { retryAt: _waited, lastFailure: _over, ...kept } = grant;
  const touchedAt = used ? at : lastTouchedAt(connection);
  const dueAt = nextRefreshAt(touchedAt, tokens.tokenIssuedAt, tokens.tokenExpiresAt, random);
  return { ...kept, ...tokens, failures: 0, dueAt };
}

/** What a failed refresh makes of the rows. Only a fault of the grant touches the connection. */
export function rowsAfterFailure(
  grant: Grant,
  connection: Connection,
  failure: TokenFailure,
  { actor, at, random }: RefreshOccasion,
): { readonly grant: Grant; readonly connection?: Connection; readonly events?: readonly ConnectionEvent[] } {
  const record = failureRecord(failure, at);
  const { dueAt: _due, retryAt: _waited, ...kept } = grant;
  const broken = statusAfterFailure(failure.code);
  if (broken !== undefined) {
    const deed = { actor, cause: failure.detail, at };
    return { grant: kept, ...moveTo({ ...connection, failure: record }, broken, deed) };
  }
  if (failure.code === 'app_credential_rejected') {
    const dueAt = new Date(at.getTime() + rejectedAppMilliseconds);
    return { grant: { ...kept, lastFailure: record, dueAt } };
  }
  const failures = grant.failures + 1;
  const retryAt = retryAfterFailure(failures, failure.retryAfterSeconds, at, random);
  // Callers may try again at once after a first failure, unless Entra gave a time; the timer waits all the same.
  const mayRetry = failures === 1 && failure.retryAfterSeconds === undefined && failure.code !== 'throttled';
  const waiting = { ...kept, failures, lastFailure: record, dueAt: retryAt };
  return { grant: mayRetry ? waiting : { ...waiting, retryAt } };
}
