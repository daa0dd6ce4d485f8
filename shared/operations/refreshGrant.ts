import { randomUUID } from 'node:crypto';
import { type App, appKey } from '../domain/app.ts';
import type { Connection, Grant, Lease } from '../domain/connection.ts';
import { BrokerError, errorCodeOf } from '../domain/errors.ts';
import {
  lastTouchedAt,
  nextRefreshAt,
  rejectedAppMilliseconds,
  retryAfterFailure,
} from '../domain/planRefresh.ts';
import { canonicalGranted, wireScopes } from '../domain/scopes.ts';
import { classifyTokenFailure, type TokenFailure } from '../domain/tokenFailure.ts';
import { failureRecord, moveTo, statusAfterFailure } from '../domain/transition.ts';
import {
  type Clock,
  type IdentityProvider,
  identityDeadlineSeconds,
  type Log,
  leaseSeconds,
  type Store,
  type TokenSet,
  type Vault,
  type Versioned,
} from '../ports.ts';
import type { Sealer } from '../sealing.ts';
import { sealedTokenFields } from './accessToken.ts';
import type { CredentialReader, ResolvedCredential } from './clientCredential.ts';
import { acquire, type GrantedConnection, settle } from './fence.ts';

/**
 * `refreshed`: the row holds a new token. `failed`: Entra gave none, and the row says so. `busy`: somebody else
 * holds the lease. `superseded`: the row moved on meanwhile, whatever came back was dropped; read it again.
 */
export type RefreshOutcome =
  | { readonly kind: 'refreshed'; readonly state: GrantedConnection; readonly accessToken: string }
  | { readonly kind: 'failed'; readonly failure: TokenFailure }
  | { readonly kind: 'busy'; readonly until: Date }
  | { readonly kind: 'superseded' };

export interface RefreshGrantPorts {
  readonly store: Store;
  readonly vault: Vault;
  readonly identity: IdentityProvider;
  readonly clock: Clock;
  readonly log: Log;
  readonly sealer: Sealer;
  readonly credentials: CredentialReader;
  readonly random: () => number;
  /** The refresh token is written to the vault anew when the one there is older than this. */
  readonly rewriteDays: number;
}

/** What a refresh of a grant is done for: the timer's own doing, or somebody's use. */
export interface RefreshReason {
  readonly actor: string;
  /** True where a caller asked: the connection then counts as used now. */
  readonly used: boolean;
}

export type RefreshGrant = (state: GrantedConnection, reason: RefreshReason) => Promise<RefreshOutcome>;

const millisecondsADay = 86_400_000;
/** Time a vault write and a row write may take; a rewrite is not begun with less left of the lease. */
const writeMilliseconds = (leaseSeconds - identityDeadlineSeconds - 5) * 1000;

/**
 * Refreshes one grant behind the fence. The lease saves calls: one refresh for each unexpired lease, however many
 * ask. The generation gives correctness: what came back for an older generation, tokens or `invalid_grant`, is
 * dropped.
 */
export function createRefreshGrant(ports: RefreshGrantPorts): RefreshGrant {
  const { store, vault, identity, clock, log, sealer, credentials } = ports;

  const settleTokens = async (
    held: GrantedConnection,
    lease: Lease,
    tokens: TokenSet,
    reason: RefreshReason,
  ): Promise<RefreshOutcome> => {
    const { value: grant } = held.grant;
    const issuedAt = clock.now();
    const scopes = canonicalGranted(tokens.scopes, requireField(held.connection.value.environment));
    const sealed = await sealedTokenFields(
      sealer,
      grant.connectionId,
      grant.generation,
      tokens,
      scopes,
      issuedAt,
    );
    const secret = await rewriteIfOld(grant, lease, tokens.refreshToken, issuedAt);
    const jitter = ports.random();
    const state = await settle(store, held, lease, (current) => {
      const { retryAt: _waited, ...kept } = current.grant.value;
      const touchedAt = reason.used ? issuedAt : lastTouchedAt(current.connection.value);
      return {
        grant: {
          ...kept,
          ...sealed,
          ...secret,
          failures: 0,
          dueAt: nextRefreshAt(touchedAt, issuedAt, tokens.expiresAt, jitter),
        },
      };
    });
    if (secret !== undefined) await disableLosing(grant.secretName, state === undefined ? secret : grant);
    if (state === undefined) return { kind: 'superseded' };
    return { kind: 'refreshed', state, accessToken: tokens.accessToken };
  };

  /** Microsoft leaves replaced refresh tokens valid for 90 days, so the version that lost is made unreadable. */
  const disableLosing = async (
    secretName: string,
    lost: { readonly secretVersion: string },
  ): Promise<void> => {
    try {
      await vault.disable(secretName, lost.secretVersion);
    } catch (error) {
      log.warn('refresh_token_version_left_enabled', { secretName, reason: errorCodeOf(error) });
    }
  };

  const rewriteIfOld = async (grant: Grant, lease: Lease, refreshToken: string | undefined, now: Date) => {
    const old = now.getTime() - grant.secretSetAt.getTime() >= ports.rewriteDays * millisecondsADay;
    const timeLeft = lease.until.getTime() - now.getTime() >= writeMilliseconds;
    if (!old || !timeLeft || refreshToken === undefined) return undefined;
    try {
      return { secretVersion: await vault.set(grant.secretName, refreshToken), secretSetAt: now };
    } catch (error) {
      // The refresh token in the vault still counts; the access token in hand is worth more than its successor.
      log.warn('refresh_token_rewrite_failed', {
        connectionId: grant.connectionId,
        reason: errorCodeOf(error),
      });
      return undefined;
    }
  };

  const settleFailure = async (
    held: GrantedConnection,
    lease: Lease,
    failure: TokenFailure,
    reason: RefreshReason,
  ): Promise<RefreshOutcome> => {
    const at = clock.now();
    const jitter = ports.random();
    const state = await settle(store, held, lease, (current) => {
      const grant = current.grant.value;
      const broken = statusAfterFailure(failure.code);
      if (broken !== undefined) {
        const { dueAt: _none, retryAt: _never, ...kept } = grant;
        const deed = { actor: reason.actor, cause: failure.detail, at };
        const moved = moveTo(
          { ...current.connection.value, failure: failureRecord(failure, at) },
          broken,
          deed,
        );
        return { grant: kept, ...moved };
      }
      if (failure.code === 'app_credential_rejected') {
        return { grant: { ...grant, dueAt: new Date(at.getTime() + rejectedAppMilliseconds) } };
      }
      const failures = grant.failures + 1;
      const retryAt = retryAfterFailure(failures, failure.retryAfterSeconds, at, jitter);
      const { retryAt: _former, ...kept } = grant;
      // Callers may try again at once after a first failure, unless Entra gave a time; the timer waits all the same.
      const mayRetry = failures === 1 && failure.retryAfterSeconds === undefined;
      return { grant: { ...kept, failures, dueAt: retryAt, ...(mayRetry ? {} : { retryAt }) } };
    });
    return state === undefined ? { kind: 'superseded' } : { kind: 'failed', failure };
  };

  const release = (held: GrantedConnection, lease: Lease) =>
    settle(store, held, lease, (current) => ({ grant: current.grant.value }));

  const releaseAndRethrow = async (held: GrantedConnection, lease: Lease, error: unknown): Promise<never> => {
    await release(held, lease);
    throw error;
  };

  /** Undefined where the lease could end before the answer: then somebody else may ask at the same time. */
  const askEntra = async (
    held: GrantedConnection,
    lease: Lease,
    credential: ResolvedCredential,
  ): Promise<{ readonly tokens: TokenSet } | { readonly failure: TokenFailure } | undefined> => {
    const connection = held.connection.value;
    const { secretName, secretVersion } = held.grant.value;
    const refreshToken = await vault.get(secretName, secretVersion);
    if (refreshToken === undefined) return { failure: refreshTokenMissing };
    const leftMilliseconds = lease.until.getTime() - clock.now().getTime();
    if (leftMilliseconds < identityDeadlineSeconds * 1000) return undefined;
    const environment = requireField(connection.environment);
    const answer = await identity.refresh({
      environment,
      tenant: requireField(connection.account).tid,
      clientId: requireField(connection.clientId),
      credential: { kind: 'secret', secret: credential.secret },
      scopes: wireScopes(requireField(connection.requestedScopes), environment),
      refreshToken: refreshToken.value,
    });
    return answer.ok ? { tokens: answer.tokens } : { failure: classifyTokenFailure(answer.failure) };
  };

  return async (state, reason) => {
    const startedAt = clock.now();
    const present = state.grant.value.lease;
    if (present !== undefined && present.until > startedAt) return { kind: 'busy', until: present.until };
    const app = await readApp(store, state.connection.value);
    const credential = await credentials.read(app.value);
    if (app.value.rejected?.credential === credential.identity) {
      return { kind: 'failed', failure: rejectedAlready(app.value.rejected.aadstsCode) };
    }

    const lease: Lease = { id: randomUUID(), until: new Date(startedAt.getTime() + leaseSeconds * 1000) };
    const held = await acquire(store, state, lease);
    if (held === undefined) return { kind: 'superseded' };
    try {
      const answer = await askEntra(held, lease, credential);
      if (answer === undefined) {
        await release(held, lease);
        return { kind: 'superseded' };
      }
      if ('tokens' in answer) return await settleTokens(held, lease, answer.tokens, reason);
      if (answer.failure.code === 'app_credential_rejected') {
        await rejectCredential(store, app.value.key, credential.identity, answer.failure, clock.now());
      }
      return await settleFailure(held, lease, answer.failure, reason);
    } catch (error) {
      return releaseAndRethrow(held, lease, error);
    }
  };
}

const refreshTokenMissing: TokenFailure = {
  code: 'grant_invalid',
  remedy: 'user',
  detail: 'The refresh token of this connection is no longer in the vault. The person has to sign in again.',
};

function rejectedAlready(aadstsCode: number | undefined): TokenFailure {
  return classifyTokenFailure({
    kind: 'answered',
    status: 401,
    error: 'invalid_client',
    errorCodes: aadstsCode === undefined ? [] : [aadstsCode],
  });
}

async function readApp(store: Store, connection: Connection): Promise<Versioned<App>> {
  const key = appKey(requireField(connection.environment), requireField(connection.clientId));
  const app = await store.apps.read(key);
  if (app === undefined)
    throw new BrokerError('internal', `The app ${key} of connection ${connection.id} is missing.`);
  return app;
}

/** Marks the app once; somebody else's newer credential or mark stays as it is. */
async function rejectCredential(
  store: Store,
  key: string,
  credential: string,
  failure: TokenFailure,
  at: Date,
): Promise<void> {
  for (;;) {
    const app = await store.apps.read(key);
    if (app === undefined || app.value.rejected?.credential === credential) return;
    const { aadstsCode } = failure;
    const rejected = { at, credential, ...(aadstsCode === undefined ? {} : { aadstsCode }) };
    if (await store.apps.save({ before: app, after: { ...app.value, rejected, updatedAt: at } })) return;
  }
}

/** A connection with a grant has all its settings; anything else is a mistake of the broker. */
function requireField<T>(value: T | undefined): T {
  if (value === undefined)
    throw new BrokerError('internal', 'A connected connection lacks one of its settings.');
  return value;
}
