import { LRUCache } from 'lru-cache';
import { connectionNotFound, requireRole } from '../domain/access.ts';
import type { Caller } from '../domain/caller.ts';
import type { Account, Connection } from '../domain/connection.ts';
import { environments } from '../domain/environment.ts';
import { BrokerError, errorCodeOf } from '../domain/errors.ts';
import { freshnessOf } from '../domain/freshness.ts';
import { statusAfterFailure } from '../domain/transition.ts';
import type { Clock, Log, Store } from '../ports.ts';
import type { Sealer } from '../sealing.ts';
import { openAccessToken } from './accessToken.ts';
import { type GrantedConnection, readState } from './fence.ts';
import type { RefreshFailure, RefreshGrant, RefreshOutcome } from './refreshGrant.ts';
import {
  denialOf,
  failureProblem,
  requireConnected,
  requireServable,
  waitingFailure,
} from './tokenDenials.ts';

export interface TokenRequest {
  readonly connectionId: string;
  readonly minValidSeconds: number;
}

/** What a runner gets (RFC 6749 section 5.1, with what it needs to call Graph). */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly expires_at: string;
  readonly scope: string;
  readonly graph_base_url: string;
  readonly connection_id: string;
  readonly account: Account;
}

export interface ReadTokenPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly sealer: Sealer;
  readonly refreshGrant: RefreshGrant;
  readonly heldRows: HeldRows;
  /** How long a row that was read is believed, in seconds: the revocation lag of access lists. */
  readonly rowTrustSeconds: number;
}

export type ReadToken = (caller: Caller, request: TokenRequest) => Promise<TokenResponse>;

/** A row as it was last read, with its access token opened. */
export interface Held {
  readonly connection: Connection;
  readonly state: GrantedConnection | undefined;
  readonly accessToken: string | undefined;
  readonly readAt: Date;
}

/** The rows of connections that this process believes, by connection id. */
export type HeldRows = LRUCache<string, Held>;

export function createHeldRows(): HeldRows {
  return new LRUCache({ max: heldConnections });
}

/** A loser of the lease looks again this often, and gives up after so long. */
const pollMilliseconds = 150;
const patienceMilliseconds = 35_000;
const lastUsedMilliseconds = 3_600_000;
const heldConnections = 10_000;

/**
 * Hands out a Graph token for a connection: from memory without any I/O, else from the row, else by a refresh
 * behind the fence. In one process all who wait for the same connection share one promise.
 */
export function createReadToken(ports: ReadTokenPorts): ReadToken {
  const { store, clock, log, sealer, refreshGrant, heldRows: held } = ports;
  const loading = new Map<string, Promise<Held>>();
  const obtaining = new Map<string, Promise<Held>>();
  const noting = new Map<string, Promise<void>>();

  const hold = (id: string, value: Held): Held => {
    held.set(id, value);
    return value;
  };

  const load = async (id: string): Promise<Held> => {
    const readAt = clock.now();
    const { connection, grant } = await readState(store, id);
    if (connection === undefined) {
      held.delete(id);
      throw connectionNotFound();
    }
    if (grant === undefined) {
      return hold(id, { connection: connection.value, state: undefined, accessToken: undefined, readAt });
    }
    const known = held.get(id);
    const sameToken = known?.state?.grant.value.sealedAccessToken === grant.value.sealedAccessToken;
    const accessToken = sameToken ? known?.accessToken : await openAccessToken(sealer, grant.value);
    return hold(id, { connection: connection.value, state: { connection, grant }, accessToken, readAt });
  };

  const believed = (id: string): Held | undefined => {
    const value = held.get(id);
    const ageMilliseconds = value === undefined ? 0 : clock.now().getTime() - value.readAt.getTime();
    return ageMilliseconds < ports.rowTrustSeconds * 1000 ? value : undefined;
  };

  const usable = (value: Held, minValidSeconds: number) =>
    value.state === undefined || value.accessToken === undefined
      ? 'expired'
      : freshnessOf(value.state.grant.value, minValidSeconds, clock.now());

  const whileValid = (value: Held): Held | undefined => (usable(value, 0) === 'expired' ? undefined : value);

  /** A dependency that fails takes no token away that still counts. */
  const refresh = async (value: Held, caller: Caller): Promise<RefreshOutcome> => {
    const state = requireConnected(value.connection, value.state);
    const waiting = waitingFailure(state, clock.now());
    if (waiting !== undefined) return waiting;
    try {
      return await refreshGrant(state, { actor: caller.principalId, used: true });
    } catch (error) {
      if (whileValid(value) === undefined) throw error;
      log.warn('early_refresh_failed', { connectionId: value.connection.id, code: errorCodeOf(error) });
      return { kind: 'busy' };
    }
  };

  /** One look at the row and at most one refresh; undefined means: look again. */
  const tryOnce = async (caller: Caller, request: TokenRequest): Promise<Held | undefined> => {
    const id = request.connectionId;
    const value = await load(id);
    if (usable(value, request.minValidSeconds) === 'fresh') return value;
    const outcome = await refresh(value, caller);
    switch (outcome.kind) {
      case 'refreshed': {
        const { state, accessToken } = outcome;
        return hold(id, { connection: state.connection.value, state, accessToken, readAt: value.readAt });
      }
      case 'failed':
        held.delete(id);
        return whileValid(value) ?? fail(value, outcome);
      case 'busy':
        if (whileValid(value) === undefined) await clock.sleep(pollMilliseconds);
        return whileValid(value);
      case 'superseded':
        return undefined;
    }
  };

  const obtain = async (caller: Caller, request: TokenRequest): Promise<Held> => {
    const startedAt = clock.now().getTime();
    do {
      const value = await tryOnce(caller, request);
      if (value !== undefined) return value;
    } while (clock.now().getTime() - startedAt < patienceMilliseconds);
    throw new BrokerError(
      'identity_unavailable',
      'The refresh of this connection takes too long. Try again shortly.',
      {
        retryAfterSeconds: 5,
      },
    );
  };

  const isUseNoted = ({ connection }: Held): boolean =>
    connection.lastUsedAt !== undefined &&
    clock.now().getTime() - connection.lastUsedAt.getTime() < lastUsedMilliseconds;

  const noteUse = async (value: Held): Promise<void> => {
    const { state } = value;
    const now = clock.now();
    if (state === undefined) return;
    const { idleWarnedAt: _cleared, ...kept } = state.connection.value;
    const after = { ...kept, lastUsedAt: now };
    // Written at most hourly, and never worth failing a token for.
    try {
      const result = await store.commit(kept.id, { connection: { before: state.connection, after } });
      if (!result.committed || result.connection === undefined) return void held.delete(kept.id);
      hold(kept.id, { ...value, connection: after, state: { ...state, connection: result.connection } });
    } catch {
      log.warn('last_use_not_written', { connectionId: kept.id });
    }
  };

  return async (caller, request) => {
    requireRole(caller, 'Tokens.Read');
    const id = request.connectionId;
    let value = believed(id);
    // An old row may grant, never deny: who was just given access, or just signed in, need not wait for it to age.
    if (value === undefined || denialOf(value.connection, value.state, caller) !== undefined) {
      value = await sharing(loading, id, () => load(id));
    }
    requireServable(value.connection, value.state, caller);
    const freshness = usable(value, request.minValidSeconds);
    // While one refreshes early, the others get the token that is still valid.
    if (freshness === 'expired' || (freshness === 'early' && !obtaining.has(id))) {
      value = await sharing(obtaining, id, () => obtain(caller, request));
      requireServable(value.connection, value.state, caller);
    }
    const used = value;
    if (!isUseNoted(used)) await sharing(noting, id, () => noteUse(used));
    log.info('token_handed_out', {
      connectionId: id,
      principalId: caller.principalId,
      callerKind: caller.kind,
    });
    return responseOf(value, clock.now());
  };
}

/** The status is that of the row after the failure. */
function fail({ connection }: Held, { failure, retryAfterSeconds }: RefreshFailure): never {
  throw failureProblem(failure, statusAfterFailure(failure.code) ?? connection.status, retryAfterSeconds);
}

/** All who ask for the same thing at the same time in this process get the same promise. */
function sharing<T>(flights: Map<string, Promise<T>>, key: string, start: () => Promise<T>): Promise<T> {
  const running = flights.get(key);
  if (running !== undefined) return running;
  const flight = start().finally(() => flights.delete(key));
  flights.set(key, flight);
  return flight;
}

function responseOf(value: Held, now: Date): TokenResponse {
  const { connection, state, accessToken } = value;
  const grant = state?.grant.value;
  if (
    accessToken === undefined ||
    grant?.tokenExpiresAt === undefined ||
    connection.account === undefined ||
    connection.environment === undefined
  ) {
    throw new BrokerError('internal', `Connection ${connection.id} was to be served without a token.`);
  }
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: Math.max(0, Math.floor((grant.tokenExpiresAt.getTime() - now.getTime()) / 1000)),
    expires_at: grant.tokenExpiresAt.toISOString(),
    scope: grant.tokenScopes.join(' '),
    graph_base_url: environments[connection.environment].graphOrigin,
    connection_id: connection.id,
    account: connection.account,
  };
}
