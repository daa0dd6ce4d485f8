import { adminConsentHelps } from '../domain/adminConsent.ts';
import type { AuthorizationOutcome } from '../domain/authorization.ts';
import { asSignInFailure, classifyAuthorizationError } from '../domain/authorizationError.ts';
import type { Connection } from '../domain/connection.ts';
import { missingSettings, type Settings } from '../domain/connectionSettings.ts';
import { BrokerError, errorCodeOf } from '../domain/errors.ts';
import { canonicalGranted, missingScopes, wireScopes } from '../domain/scopes.ts';
import { classifyTokenFailure } from '../domain/tokenFailure.ts';
import { eventOf } from '../domain/transition.ts';
import type { Clock, IdentityProvider, Log, Store, TokenSet, Vault } from '../ports.ts';
import type { Sealer } from '../sealing.ts';
import { adoptCredential } from './adoptCredential.ts';
import { adoptGrant } from './adoptGrant.ts';
import { attemptSecret } from './attemptSecret.ts';
import {
  type CallbackParameters,
  type ClaimedAuthorization,
  type CookieJar,
  claimAuthorization,
} from './claimAuthorization.ts';
import type { CredentialReader } from './clientCredential.ts';
import { openPending, type PendingSecrets } from './pendingSecrets.ts';
import { type AccountPolicy, accountOf, requireExpected, requireMinimum } from './signInChecks.ts';

export interface CompletionResult {
  readonly connection: Connection;
  /** Asked for but not granted. */
  readonly missingScopes: readonly string[];
  /** Who started it from a session; undefined behind a connect link. */
  readonly startedBy: string | undefined;
}

export interface CompleteConnectionPorts extends AccountPolicy {
  readonly store: Store;
  readonly vault: Vault;
  readonly identity: IdentityProvider;
  readonly clock: Clock;
  readonly log: Log;
  readonly sealer: Sealer;
  readonly credentials: CredentialReader;
  readonly random: () => number;
  readonly redirectUri: string;
}

export type CompleteConnection = (
  parameters: CallbackParameters,
  cookies: CookieJar,
) => Promise<CompletionResult>;

/**
 * Takes the callback of an authorization: claims it, redeems the code, checks who signed in, and keeps the grant.
 * Whatever goes wrong is stored as the authorization's outcome, so that a replay tells the same story.
 * @throws BrokerError with `members.retryConnectionId` where the person can start again, and
 *   `members.adminConsentUrl` where an administrator's approval is the way on
 */
export function createCompleteConnection(ports: CompleteConnectionPorts): CompleteConnection {
  const { store, vault, identity, clock, log, sealer } = ports;

  const redeem = async (
    claimed: ClaimedAuthorization,
    settings: Settings,
    pending: PendingSecrets,
    code: string,
  ): Promise<TokenSet> => {
    const secret = await attemptSecret(ports, settings, pending.credential);
    const answer = await identity.redeemCode({
      ...settings,
      credential: { kind: 'secret', secret },
      redirectUri: ports.redirectUri,
      scopes: wireScopes(settings.requestedScopes, settings.environment),
      code,
      codeVerifier: pending.codeVerifier,
      nonce: pending.nonce,
    });
    if (answer.ok) return answer.tokens;
    const failure = asSignInFailure(classifyTokenFailure(answer.failure));
    log.warn('code_redemption_failed', { connectionId: claimed.connection.value.id, ...failure });
    const detail =
      failure.code === 'app_credential_rejected'
        ? 'Microsoft does not accept the client secret. Start again and give its current value (not the secret ID).'
        : failure.detail;
    throw new BrokerError(failure.code, detail, {
      members: { aadstsCode: failure.aadstsCode, entraCorrelationId: failure.entraCorrelationId },
      ...(failure.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: failure.retryAfterSeconds }),
    });
  };

  const handle = async (
    claimed: ClaimedAuthorization,
    parameters: CallbackParameters,
  ): Promise<CompletionResult> => {
    const connection = claimed.connection.value;
    const { startedBy } = claimed.authorization.value;
    if (parameters.error !== undefined) throw callbackError(parameters.error, parameters.errorDescription);
    if (parameters.code === undefined || parameters.code === '') {
      throw new BrokerError(
        'sign_in_failed',
        'The answer of Microsoft carries neither a code nor an error. Start again.',
      );
    }
    const settings = settingsOf(connection);
    const pending = await openPending(
      sealer,
      claimed.authorization.value.id,
      claimed.authorization.value.sealed,
    );
    if (pending === undefined) {
      throw new BrokerError(
        'sign_in_failed',
        'What the broker kept for this sign-in cannot be read any more. Start again.',
      );
    }
    const tokens = await redeem(claimed, settings, pending, parameters.code);
    const account = accountOf(tokens, settings, pending.nonce, clock.now(), ports);
    requireExpected(connection.expectedAccount, account);
    const granted = canonicalGranted(tokens.scopes, settings.environment);
    requireMinimum(connection, granted);
    const { refreshToken } = tokens;
    if (refreshToken === undefined) {
      throw new BrokerError(
        'sign_in_failed',
        'Microsoft gave no refresh token: the app may not use offline_access.',
      );
    }
    const { environment, clientId } = settings;
    await adoptCredential(store, vault, {
      environment,
      clientId,
      credential: pending.credential,
      at: clock.now(),
    });
    const confirmed = startedBy === connection.owner || connection.expectedAccount !== undefined;
    const adopted = await adoptGrant(ports, claimed, {
      tokens: { ...tokens, refreshToken },
      account,
      granted,
      confirmed,
    });
    return {
      connection: adopted,
      missingScopes: missingScopes(settings.requestedScopes, granted, connection.connector),
      startedBy,
    };
  };

  const keepOutcome = async (claimed: ClaimedAuthorization, outcome: AuthorizationOutcome): Promise<void> => {
    const before = claimed.authorization;
    await store.authorizations.save({ before, after: { ...before.value, sealed: '', outcome } });
  };

  const noteFailure = async (claimed: ClaimedAuthorization, error: BrokerError): Promise<void> => {
    const at = clock.now();
    await keepOutcome(claimed, { result: 'failed', at, code: error.code, detail: error.message });
    const deed = { actor: claimed.authorization.value.startedBy ?? 'sign-in', cause: error.message, at };
    const detail = { code: error.code, aadstsCode: error.members.aadstsCode };
    await store.commit(claimed.connection.value.id, {
      events: [eventOf('connection.sign_in_failed', deed, { detail })],
    });
  };

  /** The outcome is kept for replays; that it could not be written changes nothing about it. */
  const noting = async (claimed: ClaimedAuthorization, note: () => Promise<void>): Promise<void> => {
    try {
      await note();
    } catch (error) {
      const connectionId = claimed.connection.value.id;
      log.warn('sign_in_outcome_not_written', { connectionId, reason: errorCodeOf(error) });
    }
  };

  return async (parameters, cookies) => {
    const claimed = await claimAuthorization(store, parameters, cookies, clock.now());
    const result = await handle(claimed, parameters).catch(async (error: unknown) => {
      const told =
        error instanceof BrokerError
          ? error
          : new BrokerError(
              'internal',
              'The broker made a mistake during the sign-in. Tell its operator the correlation id, or start again.',
              { cause: error },
            );
      await noting(claimed, () => noteFailure(claimed, told));
      throw withNextSteps(told, claimed, identity, ports.redirectUri);
    });
    await noting(claimed, () => keepOutcome(claimed, { result: 'succeeded', at: clock.now() }));
    return result;
  };
}

function settingsOf(connection: Connection): Settings {
  const { environment, tenant, clientId, requestedScopes } = connection;
  if (
    environment === undefined ||
    tenant === undefined ||
    clientId === undefined ||
    requestedScopes === undefined
  ) {
    const fields = missingSettings(connection as Partial<Settings>);
    throw new BrokerError('internal', 'The connection lost a setting during the sign-in.', { fields });
  }
  return { environment, tenant, clientId, requestedScopes };
}

function callbackError(error: string, description: string | undefined): BrokerError {
  const { code, detail, aadstsCode } = classifyAuthorizationError(error, description);
  return new BrokerError(code, detail, { members: { aadstsCode } });
}

/** Only what the browser of this very authorization may see: it has passed state and cookie. */
function withNextSteps(
  error: BrokerError,
  claimed: ClaimedAuthorization,
  identity: IdentityProvider,
  redirectUri: string,
): BrokerError {
  const connection = claimed.connection.value;
  const { environment, tenant, clientId, requestedScopes } = connection;
  const adminConsentUrl =
    adminConsentHelps(error.code) && environment && tenant && clientId && requestedScopes
      ? identity.adminConsentUrl({
          environment,
          tenant,
          clientId,
          redirectUri,
          scopes: wireScopes(requestedScopes, environment),
        })
      : undefined;
  return new BrokerError(error.code, error.message, {
    cause: error.cause,
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    members: {
      ...error.members,
      startedBy: claimed.authorization.value.startedBy,
      retryConnectionId: connection.id,
      ...(adminConsentUrl === undefined ? {} : { adminConsentUrl }),
    },
  });
}
