import type { Authorization, AuthorizationOutcome } from '../domain/authorization.ts';
import type { Connection } from '../domain/connection.ts';
import { BrokerError, type ErrorCode, errorTable } from '../domain/errors.ts';
import { issuerMatches } from '../domain/idToken.ts';
import type { Store, Versioned } from '../ports.ts';
import { equalSecrets, sha256 } from '../secrets.ts';
import { flowCookieName } from './beginAuthorization.ts';

/** The parameters of a callback (RFC 6749 section 4.1.2); unknown ones are ignored. */
export interface CallbackParameters {
  readonly state?: string;
  readonly code?: string;
  readonly error?: string;
  readonly errorDescription?: string;
  /** RFC 9207. */
  readonly iss?: string;
}

/** A value of a cookie by its name. */
export type CookieJar = (name: string) => string | undefined;

/** What a replayed callback is told of: the outcome of its authorization, and what can be done about it. */
export interface Replay {
  /** Undefined while it is being handled, or where that was interrupted. */
  readonly outcome?:
    | { readonly result: 'succeeded'; readonly at: Date }
    | { readonly result: 'failed'; readonly at: Date; readonly code: ErrorCode; readonly detail: string };
  /** The connection, while it exists. */
  readonly connectionId?: string;
}

export interface ClaimedAuthorization {
  readonly authorization: Versioned<Authorization>;
  readonly connection: Versioned<Connection>;
}

/**
 * The checks in front of everything a callback may change, in this order: state, browser, replay, age, that no newer
 * authorization was started, issuer. Then claims the authorization by compare-and-swap, so that it is handled once.
 * @throws BrokerError `state_invalid`, `browser_mismatch`, `authorization_replayed`, `state_expired`,
 *   `authorization_superseded`; a replay carries `members.replay`
 */
export async function claimAuthorization(
  store: Store,
  parameters: CallbackParameters,
  cookies: CookieJar,
  now: Date,
): Promise<ClaimedAuthorization> {
  const stored = await store.authorizations.read(sha256(requireState(parameters)));
  if (stored === undefined) {
    throw new BrokerError(
      'state_invalid',
      'The broker does not know this sign-in, or it ended long ago. Start again from the page you came from.',
    );
  }
  const authorization = stored.value;
  requireBrowser(authorization, cookies);
  if (authorization.claimedAt !== undefined) throw await replayed(store, authorization, now);
  if (authorization.expiresAt <= now) {
    throw new BrokerError(
      'state_expired',
      'More than ten minutes passed since you left for Microsoft. Start again.',
    );
  }
  const connection = await store.readConnection(authorization.connectionId);
  if (connection?.value.authorizationId !== authorization.id) {
    throw new BrokerError(
      'authorization_superseded',
      'This connection was signed in to from another window, or deleted, after you left for Microsoft.',
    );
  }
  const environment = connection.value.environment;
  if (
    parameters.iss !== undefined &&
    environment !== undefined &&
    !issuerMatches(parameters.iss, environment)
  ) {
    throw new BrokerError(
      'state_invalid',
      'The answer names another identity provider than the one you were sent to.',
    );
  }
  const claimed = { ...authorization, claimedAt: now };
  if (!(await store.authorizations.save({ before: stored, after: claimed })))
    throw await replayed(store, authorization, now);
  const reread = await store.authorizations.read(authorization.id);
  if (reread === undefined) throw await replayed(store, authorization, now);
  return { authorization: reread, connection };
}

function requireState({ state }: CallbackParameters): string {
  if (state !== undefined && state !== '' && state.length <= 200) return state;
  throw new BrokerError(
    'state_invalid',
    'The answer carries no state of this broker. Start again from its pages.',
  );
}

function requireBrowser(authorization: Authorization, cookies: CookieJar): void {
  const value = cookies(flowCookieName(authorization.id));
  if (value !== undefined && equalSecrets(sha256(value), authorization.browserHash)) return;
  throw new BrokerError(
    'browser_mismatch',
    'This sign-in was started in another browser, or cookies are switched off. Start again and stay in one browser.',
  );
}

/** Only what the browser of this very authorization may see: it has passed state and cookie. */
async function replayed(store: Store, authorization: Authorization, now: Date): Promise<BrokerError> {
  const { startedBy } = authorization;
  const outcome = outcomeOf(authorization.outcome);
  const connection = (await store.readConnection(authorization.connectionId))?.value;
  // While it may still be being handled, a new start would cut it off.
  const mayStartAgain =
    outcome !== undefined &&
    connection?.status === 'pending' &&
    connection.account === undefined &&
    (startedBy !== undefined || linkIsOpen(connection, now));
  const replay: Replay = {
    ...(outcome === undefined ? {} : { outcome }),
    ...(connection === undefined ? {} : { connectionId: connection.id }),
  };
  return new BrokerError(
    'authorization_replayed',
    `This sign-in has been handled already, so nothing changed. ${toldOf(outcome)}`,
    { members: { replay, startedBy, ...(mayStartAgain ? { retryConnectionId: connection.id } : {}) } },
  );
}

function linkIsOpen({ link }: Connection, now: Date): boolean {
  return link !== undefined && link.usedAt === undefined && link.expiresAt > now;
}

/** The stored outcome with a code that is known by now. */
function outcomeOf(stored: AuthorizationOutcome | undefined): Replay['outcome'] {
  if (stored?.result !== 'failed') return stored;
  return { ...stored, code: isErrorCode(stored.code) ? stored.code : 'sign_in_failed' };
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}

function toldOf(outcome: Replay['outcome']): string {
  if (outcome === undefined) return 'It is being handled at this moment, or was interrupted.';
  return outcome.result === 'succeeded' ? 'It succeeded.' : `It failed: ${outcome.detail}`;
}
