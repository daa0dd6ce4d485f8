import { type Authorization, authorizationLifetimeSeconds } from '../domain/authorization.ts';
import type { Connection } from '../domain/connection.ts';
import {
  checkSettings,
  missingSettings,
  type Settings,
  type StatedSettings,
} from '../domain/connectionSettings.ts';
import type { Environment } from '../domain/environment.ts';
import { BrokerError, type FieldProblem } from '../domain/errors.ts';
import { wireScopes } from '../domain/scopes.ts';
import type { Clock, IdentityProvider, Store, Versioned } from '../ports.ts';
import type { Sealer } from '../sealing.ts';
import { randomSecret, sha256 } from '../secrets.ts';
import { type AttemptCredential, sealPending } from './pendingSecrets.ts';
import { buildersOf, secretMissing } from './requireSecret.ts';
import { openStatedSecret } from './statedSecret.ts';

/** What the person typed on the authentication screen; what the requester stated stands, whatever is sent here. */
export interface TypedSettings extends StatedSettings {
  readonly clientSecret?: string | undefined;
}

export interface AuthorizationStart {
  /** Where the browser goes. */
  readonly href: string;
  /** The flow's own cookie: one for each authorization, so that two tabs work. */
  readonly cookie: { readonly name: string; readonly value: string; readonly maxAgeSeconds: number };
  readonly connection: Connection;
}

export interface BeginAuthorizationPorts {
  readonly store: Store;
  readonly identity: IdentityProvider;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly redirectUri: string;
  readonly offeredEnvironments: readonly Environment[];
}

/**
 * Starts an authorization for a pending connection and ends any earlier one. Whoever calls has checked that this
 * browser may: it showed the connect link, or the session of somebody who manages the connection (`startedBy`).
 */
export type BeginAuthorization = (
  connection: Versioned<Connection>,
  typed: TypedSettings,
  startedBy: string | undefined,
) => Promise<AuthorizationStart>;

/** Name of the cookie of one authorization; the `__Host-` prefix keeps other hosts and paths out (RFC 6265bis). */
export function flowCookieName(authorizationId: string): string {
  return `__Host-flow-${authorizationId.slice(0, 16)}`;
}

export function createBeginAuthorization(ports: BeginAuthorizationPorts): BeginAuthorization {
  const { store, identity, clock, sealer } = ports;

  return async (pending, typed, startedBy) => {
    const connection = pending.value;
    requireWaiting(connection);
    const { settings, problems } = settingsOf(connection, typed, ports.offeredEnvironments);
    const credential = await credentialOf(ports, connection, settings, typed, startedBy);
    const all = 'field' in credential ? [...problems, credential] : problems;
    if (all.length > 0 || !isComplete(settings) || 'field' in credential) {
      throw new BrokerError('invalid_request', 'Some fields are not valid.', { fields: all });
    }

    const now = clock.now();
    const [state, browserSecret, codeVerifier, nonce] = [
      randomSecret(),
      randomSecret(),
      randomSecret(),
      randomSecret(),
    ];
    const id = sha256(state);
    const authorization: Authorization = {
      id,
      connectionId: connection.id,
      browserHash: sha256(browserSecret),
      ...(startedBy === undefined ? {} : { startedBy }),
      sealed: await sealPending(sealer, id, { codeVerifier, nonce, credential }),
      createdAt: now,
      expiresAt: new Date(now.getTime() + authorizationLifetimeSeconds * 1000),
    };
    await store.authorizations.save({ after: authorization });
    const after = await bind(pending, settings, authorization);
    const expected = connection.expectedAccount;
    const hint = expected !== undefined && 'username' in expected ? expected.username : undefined;
    const prompt = hint === undefined ? ({ prompt: 'select_account' } as const) : { loginHint: hint };
    const href = await identity.authorizationUrl({
      ...settings,
      redirectUri: ports.redirectUri,
      scopes: wireScopes(settings.requestedScopes, settings.environment),
      state,
      nonce,
      codeChallenge: sha256(codeVerifier),
      ...prompt,
    });
    const cookie = {
      name: flowCookieName(id),
      value: browserSecret,
      maxAgeSeconds: authorizationLifetimeSeconds,
    };
    return { href, cookie, connection: after };
  };

  async function bind(
    pending: Versioned<Connection>,
    settings: Settings,
    authorization: Authorization,
  ): Promise<Connection> {
    let current: Versioned<Connection> | undefined = pending;
    while (current !== undefined) {
      requireWaiting(current.value);
      const pendingUntil = laterOf(current.value.pendingUntil, authorization.expiresAt);
      const after = { ...current.value, ...settings, authorizationId: authorization.id, pendingUntil };
      const result = await store.commit(after.id, { connection: { before: current, after } });
      if (result.committed) return after;
      current = await store.readConnection(after.id);
    }
    throw new BrokerError('not_found', 'This connection has been deleted meanwhile.');
  }
}

/** @throws BrokerError `connection_not_pending` */
export function requireWaiting(connection: Connection): void {
  const { status, account, link } = connection;
  // With a fresh link another account may take the place of one that nobody has confirmed.
  const isReplaceable = link !== undefined && link.usedAt === undefined;
  if (status === 'pending' && (account === undefined || isReplaceable)) return;
  throw new BrokerError('connection_not_pending', 'Somebody has signed in to this connection already.');
}

function settingsOf(connection: Connection, typed: TypedSettings, offered: readonly Environment[]) {
  const isFixed = (field: string) => field in connection.statedFields;
  const open = Object.fromEntries(
    (['environment', 'tenantId', 'clientId', 'scopes'] as const)
      .filter((field) => !isFixed(field))
      .map((field) => [field, typed[field] === '' ? undefined : typed[field]]),
  );
  const fixed: StatedSettings = {
    ...(isFixed('environment') ? { environment: connection.environment } : {}),
    ...(isFixed('tenantId') ? { tenantId: connection.tenant } : {}),
    ...(isFixed('clientId') ? { clientId: connection.clientId } : {}),
    ...(isFixed('scopes') ? { scopes: connection.requestedScopes } : {}),
  };
  const { settings, problems } = checkSettings({ ...open, ...fixed }, connection.connector, offered);
  const named = new Set(problems.map(({ field }) => field));
  const missing = missingSettings(settings).filter(({ field }) => !named.has(field));
  return { settings, problems: [...problems, ...missing] };
}

function isComplete(settings: Partial<Settings>): settings is Settings {
  return missingSettings(settings).length === 0;
}

async function credentialOf(
  { store, sealer }: BeginAuthorizationPorts,
  connection: Connection,
  settings: Partial<Settings>,
  typed: TypedSettings,
  startedBy: string | undefined,
): Promise<AttemptCredential | FieldProblem> {
  const stated = connection.statedCredential;
  if (stated?.kind === 'reference') return stated;
  if (stated?.kind === 'sealed') {
    const secret = await openStatedSecret(sealer, connection.id, stated.sealed);
    if (secret !== undefined) return { kind: 'stated', secret, statedBy: stated.statedBy };
  }
  if (typed.clientSecret !== undefined && typed.clientSecret !== '') {
    return {
      kind: 'stated',
      secret: typed.clientSecret,
      ...(startedBy === undefined ? {} : { statedBy: startedBy }),
    };
  }
  const builders = await buildersOf(store, settings);
  return mayBuildOn(builders, connection, startedBy) ? { kind: 'app' } : secretMissing;
}

/**
 * Knowing a client id lends nobody another team's secret. The requester's right counts for the app that they named,
 * not for one that somebody else types in.
 */
function mayBuildOn(
  builders: readonly string[],
  connection: Connection,
  startedBy: string | undefined,
): boolean {
  if (startedBy !== undefined && builders.includes(startedBy)) return true;
  return 'clientId' in connection.statedFields && builders.includes(connection.owner);
}

/** The later of two instants, of which the first may be missing. */
export function laterOf(left: Date | undefined, right: Date): Date {
  return left !== undefined && left > right ? left : right;
}
