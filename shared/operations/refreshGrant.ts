import { randomUUID } from 'node:crypto';
import { type App, appKey, rejectionOf } from '../domain/app.ts';
import type { ConnectionFailure, Grant, Lease } from '../domain/connection.ts';
import type { Environment } from '../domain/environment.ts';
import { BrokerError, errorCodeOf } from '../domain/errors.ts';
import { secondsUntil } from '../domain/planRefresh.ts';
import { grantAfterTokens, rowsAfterFailure } from '../domain/refreshResult.ts';
import { canonicalGranted } from '../domain/scopes.ts';
import type { TokenFailure } from '../domain/tokenFailure.ts';
import { failureRecord } from '../domain/transition.ts';
import {
  type Clock,
  type IdentityProvider,
  identityDeadlineSeconds,
  type Log,
  leaseSeconds,
  type Store,
  type TokenSet,
  type Vault,
} from '../ports.ts';
import type { Sealer } from '../sealing.ts';
import { sealedTokenFields } from './accessToken.ts';
import { askForTokens, rejectedAlready } from './askForTokens.ts';
import type { CredentialReader, ResolvedCredential } from './clientCredential.ts';
import { acquire, type GrantedConnection, settle } from './fence.ts';

/**
 * `refreshed`: the row holds a new token. `failed`: Entra gave none, and the row says so. `busy`: somebody else
 * holds the lease. `superseded`: the row moved on meanwhile, whatever came back was dropped; read it again.
 */
export type RefreshOutcome =
  | { readonly kind: 'refreshed'; readonly state: GrantedConnection; readonly accessToken: string }
  | RefreshFailure
  | { readonly kind: 'busy' }
  | { readonly kind: 'superseded' };

/** No token: why, as the row keeps it, and when to ask again where that is known, in seconds. */
export interface RefreshFailure {
  readonly kind: 'failed';
  readonly failure: ConnectionFailure;
  readonly retryAfterSeconds?: number;
}

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
  const { store, vault, clock, log, sealer, credentials } = ports;

  const settleTokens = async (
    held: GrantedConnection,
    lease: Lease,
    tokens: TokenSet,
    reason: RefreshReason,
  ): Promise<RefreshOutcome> => {
    const at = clock.now();
    const { value: grant } = held.grant;
    const scopes = canonicalGranted(tokens.scopes, environmentOf(held));
    const sealed = await sealedTokenFields(sealer, grant.connectionId, grant.generation, tokens, scopes, at);
    const secret = await rewriteIfOld(grant, lease, tokens.refreshToken, at);
    const occasion = { ...reason, at, random: ports.random() };
    const state = await settle(store, held, lease, (current) => ({
      grant: grantAfterTokens(
        current.grant.value,
        current.connection.value,
        { ...sealed, ...secret },
        occasion,
      ),
    }));
    if (secret !== undefined) await disableLosing(grant.secretName, state === undefined ? secret : grant);
    if (state === undefined) return { kind: 'superseded' };
    return { kind: 'refreshed', state, accessToken: tokens.accessToken };
  };

  /** Microsoft leaves replaced refresh tokens valid for 90 days, so the version that lost is made unreadable. */
  const disableLosing = async (secretName: string, lost: { readonly secretVersion: string }) => {
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
      const { connectionId } = grant;
      log.warn('refresh_token_rewrite_failed', { connectionId, reason: errorCodeOf(error) });
      return undefined;
    }
  };

  const settleFailure = async (
    held: GrantedConnection,
    lease: Lease,
    failure: TokenFailure,
    reason: RefreshReason,
  ): Promise<RefreshOutcome> => {
    const occasion = { ...reason, at: clock.now(), random: ports.random() };
    const state = await settle(store, held, lease, ({ grant, connection }) =>
      rowsAfterFailure(grant.value, connection.value, failure, occasion),
    );
    if (state === undefined) return { kind: 'superseded' };
    const { retryAt } = state.grant.value;
    const told = { kind: 'failed' as const, failure: failureRecord(failure, occasion.at) };
    return retryAt === undefined ? told : { ...told, retryAfterSeconds: secondsUntil(retryAt, occasion.at) };
  };

  const release = (held: GrantedConnection, lease: Lease) =>
    settle(store, held, lease, (current) => ({ grant: current.grant.value }));

  const refreshHeld = async (
    held: GrantedConnection,
    lease: Lease,
    app: App,
    usable: readonly ResolvedCredential[],
    reason: RefreshReason,
  ): Promise<RefreshOutcome> => {
    const asked = await askForTokens(ports, held, lease, app, usable);
    switch (asked.kind) {
      case 'tokens':
        return settleTokens(held, lease, asked.tokens, reason);
      case 'failure':
        return settleFailure(held, lease, asked.failure, reason);
      case 'outOfTime':
        await release(held, lease);
        return { kind: 'superseded' };
    }
  };

  const attempt: RefreshGrant = async (state, reason) => {
    const startedAt = clock.now();
    const present = state.grant.value.lease;
    if (present !== undefined && present.until > startedAt) return { kind: 'busy' };
    const app = await readApp(store, state);
    const usable = await credentials.usable(app);
    if (usable.length === 0)
      return {
        kind: 'failed',
        failure: failureRecord(rejectedAlready(app), rejectionOf(app)?.at ?? startedAt),
      };

    const lease: Lease = { id: randomUUID(), until: new Date(startedAt.getTime() + leaseSeconds * 1000) };
    const held = await acquire(store, state, lease);
    if (held === undefined) return { kind: 'superseded' };
    try {
      return await refreshHeld(held, lease, app, usable, reason);
    } catch (error) {
      await release(held, lease);
      throw error;
    }
  };

  return async (state, reason) => {
    const outcome = await attempt(state, reason);
    if (outcome.kind === 'failed') {
      const { id: connectionId, environment } = state.connection.value;
      const { code, remedy, aadstsCode } = outcome.failure;
      log.warn('refresh_failed', { connectionId, environment, code, remedy, aadstsCode });
    }
    return outcome;
  };
}

function environmentOf({ connection }: GrantedConnection): Environment {
  const { environment, id } = connection.value;
  if (environment === undefined) throw new BrokerError('internal', `Connection ${id} has no environment.`);
  return environment;
}

async function readApp(store: Store, state: GrantedConnection): Promise<App> {
  const { clientId = '' } = state.connection.value;
  const app = await store.apps.read(appKey(environmentOf(state), clientId));
  if (app === undefined) throw new BrokerError('internal', `The app ${clientId} is missing.`);
  return app.value;
}
