import { randomUUID } from 'node:crypto';
import type { Account, Connection, ConnectionEvent, Grant } from '../domain/connection.ts';
import { BrokerError } from '../domain/errors.ts';
import { nextRefreshAt } from '../domain/planRefresh.ts';
import { eventOf, moveTo } from '../domain/transition.ts';
import type { Clock, ConnectionChange, Log, Store, TokenSet, Vault, Versioned } from '../ports.ts';
import type { Sealer } from '../sealing.ts';
import { sealedTokenFields } from './accessToken.ts';
import type { ClaimedAuthorization } from './claimAuthorization.ts';

/** A sign-in that has passed every check. */
export interface CheckedSignIn {
  readonly tokens: TokenSet & { readonly refreshToken: string };
  readonly account: Account;
  readonly granted: readonly string[];
  /** Whether the account needs no confirmation by the requester. */
  readonly confirmed: boolean;
}

export interface AdoptGrantPorts {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
  readonly sealer: Sealer;
  readonly random: () => number;
}

/** How long the requester has to confirm the account that signed in, in days. */
const confirmationDays = 7;
const millisecondsADay = 86_400_000;

/**
 * Keeps the grant of a sign-in: the refresh token into the vault first, then its exact version and the raised
 * generation into the row, in one transaction with the connection and its events.
 * @throws BrokerError `authorization_superseded` where a newer authorization or a deletion came in between
 */
export async function adoptGrant(
  ports: AdoptGrantPorts,
  claimed: ClaimedAuthorization,
  signIn: CheckedSignIn,
): Promise<Connection> {
  const { store, vault } = ports;
  const id = claimed.connection.value.id;
  let [connection, grant] = await Promise.all([store.readConnection(id), store.readGrant(id)]);
  const secretName = grant?.value.secretName ?? `refresh-token-${randomUUID()}`;
  const secretVersion = await vault.set(secretName, signIn.tokens.refreshToken);

  while (connection?.value.authorizationId === claimed.authorization.value.id) {
    const next = await grantAfter(ports, id, grant?.value, { secretName, secretVersion }, signIn);
    const { after, events } = connectionAfter(connection.value, signIn, claimed, next.tokenIssuedAt);
    const change = {
      connection: { before: connection, after },
      grant: grant === undefined ? { after: next } : { before: grant, after: next },
      events,
    };
    if (await commitAdoption(store, id, change, secretVersion)) {
      await disableFormer(ports, grant, secretVersion);
      return after;
    }
    [connection, grant] = await Promise.all([store.readConnection(id), store.readGrant(id)]);
  }
  const own = grant?.value.secretName !== secretName;
  await (own ? vault.remove(secretName) : vault.disable(secretName, secretVersion));
  throw new BrokerError(
    'authorization_superseded',
    'This connection was signed in to from another window, or deleted, in the meantime. Nothing changed.',
  );
}

/** Where the answer of the store got lost, the row tells whether the sign-in was adopted. */
async function commitAdoption(
  store: Store,
  id: string,
  change: ConnectionChange,
  secretVersion: string,
): Promise<boolean> {
  try {
    return (await store.commit(id, change)).committed;
  } catch (error) {
    if ((await store.readGrant(id))?.value.secretVersion === secretVersion) return true;
    throw error;
  }
}

async function grantAfter(
  { clock, sealer, random }: AdoptGrantPorts,
  connectionId: string,
  former: Grant | undefined,
  secret: Pick<Grant, 'secretName' | 'secretVersion'>,
  { tokens, granted, confirmed }: CheckedSignIn,
): Promise<Grant & { readonly tokenIssuedAt: Date }> {
  const issuedAt = clock.now();
  const generation = (former?.generation ?? 0) + 1;
  const sealed = await sealedTokenFields(sealer, connectionId, generation, tokens, granted, issuedAt);
  return {
    connectionId,
    generation,
    ...secret,
    secretSetAt: issuedAt,
    ...sealed,
    failures: 0,
    ...(confirmed ? { dueAt: nextRefreshAt(issuedAt, issuedAt, tokens.expiresAt, random()) } : {}),
  };
}

function connectionAfter(
  before: Connection,
  { account, granted, confirmed }: CheckedSignIn,
  claimed: ClaimedAuthorization,
  at: Date,
): { readonly after: Connection; readonly events: readonly ConnectionEvent[] } {
  const {
    authorizationId: _ended,
    statedCredential: _adopted,
    failure: _over,
    pendingUntil: _was,
    ...kept
  } = before;
  const actor = claimed.authorization.value.startedBy ?? 'sign-in';
  const deed = { actor, cause: `${account.username} signed in.`, at };
  const signedIn: Connection = {
    ...kept,
    account,
    grantedScopes: granted,
    accountConfirmed: confirmed,
    ...(kept.link === undefined ? {} : { link: { ...kept.link, usedAt: at } }),
  };
  const event = eventOf('connection.sign_in_completed', deed, {
    detail: { account, grantedScopes: granted },
  });
  if (!confirmed) {
    const pendingUntil = new Date(at.getTime() + confirmationDays * millisecondsADay);
    return { after: { ...signedIn, pendingUntil, updatedAt: at }, events: [event] };
  }
  const moved = moveTo({ ...signedIn, connectedAt: at }, 'connected', deed);
  return { after: moved.connection, events: [event, ...moved.events] };
}

/** Microsoft leaves a replaced refresh token valid for 90 days, so nobody should be able to read it. */
async function disableFormer(
  { vault, log }: AdoptGrantPorts,
  former: Versioned<Grant> | undefined,
  current: string,
): Promise<void> {
  if (former === undefined || former.value.secretVersion === current) return;
  try {
    await vault.disable(former.value.secretName, former.value.secretVersion);
  } catch {
    // The sign-in has succeeded; an old version that stays readable is no reason to tell the person otherwise.
    log.warn('refresh_token_version_left_enabled', { secretName: former.value.secretName });
  }
}
