import { randomUUID } from 'node:crypto';
import { requireManage, requireRole } from '../domain/access.ts';
import type { Caller } from '../domain/caller.ts';
import type { AccessEntry, Connection, ExpectedAccount, StatedCredential } from '../domain/connection.ts';
import { checkSettings, type StatedSettings } from '../domain/connectionSettings.ts';
import type { Connector } from '../domain/connectors.ts';
import type { Environment } from '../domain/environment.ts';
import { BrokerError, type FieldProblem } from '../domain/errors.ts';
import { isGuid } from '../domain/tenant.ts';
import { eventOf } from '../domain/transition.ts';
import type { Clock, Store, Vault, Versioned } from '../ports.ts';
import type { Sealer } from '../sealing.ts';
import { laterOf } from './beginAuthorization.ts';
import { freshLink } from './connectLink.ts';
import { sealStatedSecret } from './statedSecret.ts';

/** The body of `POST /connections` and `PUT /connections/{id}`: what the requester states; the rest is the person's. */
export interface StartRequest extends StatedSettings {
  readonly name: string;
  readonly connector: Connector;
  readonly clientSecret?: string | undefined;
  readonly clientSecretRef?: string | undefined;
  readonly expectedAccount?: ExpectedAccount | undefined;
  readonly access?: readonly AccessEntry[] | undefined;
}

export interface StartResult {
  /** False where a repeated PUT found the connection as stated. */
  readonly created: boolean;
  readonly connection: Connection;
  /** Absent once somebody has signed in. */
  readonly connectLink?: { readonly href: string; readonly expiresAt: Date };
  readonly redirectUri: string;
}

export interface StartConnectionPorts {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly baseUrl: string;
  readonly redirectUri: string;
  readonly offeredEnvironments: readonly Environment[];
  readonly linkMinutes: number;
  /** Empty allows every tenant. */
  readonly allowedTenants: readonly string[];
}

/** Without an id makes a connection anew; with one makes it or finds it as stated (idempotent). */
export type StartConnection = (caller: Caller, request: StartRequest, id?: string) => Promise<StartResult>;

/** Makes a pending connection and the link with which somebody else signs in to it. */
export function createStartConnection(ports: StartConnectionPorts): StartConnection {
  const { store, clock, sealer } = ports;

  const fingerprintsOf = async (id: string, request: StartRequest): Promise<Record<string, string>> => {
    const entries = Object.entries(comparable(request, ports.offeredEnvironments)).map(
      async ([field, text]) => [field, await sealer.fingerprint({ key: id, data: `stated|${field}` }, text)],
    );
    return Object.fromEntries(await Promise.all(entries));
  };

  const differingFields = async (connection: Connection, request: StartRequest): Promise<string[]> => {
    const stated = comparable(request, ports.offeredEnvironments);
    const fields = new Set([...Object.keys(stated), ...Object.keys(connection.statedFields)]);
    const differs = await Promise.all(
      [...fields].map(async (field) => {
        const [text, known] = [stated[field], connection.statedFields[field]];
        if (text === undefined || known === undefined) return field;
        const same = await sealer.matches({ key: connection.id, data: `stated|${field}` }, text, known);
        return same ? undefined : field;
      }),
    );
    return differs.filter((field) => field !== undefined);
  };

  const create = async (
    caller: Caller,
    request: StartRequest,
    id: string,
  ): Promise<StartResult | undefined> => {
    const { settings, problems } = checkSettings(request, request.connector, ports.offeredEnvironments);
    const all = [
      ...problems,
      ...(await credentialProblems(caller, request, ports.vault)),
      ...tenantProblems(request, ports.allowedTenants),
    ];
    requireValid(all);
    const now = clock.now();
    const { href, link } = freshLink(ports.baseUrl, id, now, ports.linkMinutes);
    const statedCredential = await credentialOf(sealer, id, caller, request);
    const connection: Connection = {
      id,
      name: request.name,
      connector: request.connector,
      ...settings,
      grantedScopes: [],
      ...(statedCredential === undefined ? {} : { statedCredential }),
      ...(request.expectedAccount === undefined ? {} : { expectedAccount: request.expectedAccount }),
      accountConfirmed: false,
      owner: caller.principalId,
      ownerName: caller.displayName,
      access: request.access ?? [],
      status: 'pending',
      link,
      pendingUntil: link.expiresAt,
      statedFields: await fingerprintsOf(id, request),
      createdAt: now,
      updatedAt: now,
    };
    const deed = { actor: caller.principalId, cause: 'A connection was requested over the API.', at: now };
    const result = await store.commit(id, {
      connection: { after: connection },
      events: [eventOf('connection.created', deed, { to: 'pending' })],
    });
    if (!result.committed) return undefined;
    return resultOf(connection, true, { href, expiresAt: link.expiresAt });
  };

  const repeat = async (
    caller: Caller,
    request: StartRequest,
    existing: Versioned<Connection>,
  ): Promise<StartResult | undefined> => {
    requireManage(existing.value, caller);
    requireValid(await credentialProblems(caller, request, ports.vault));
    const differing = await differingFields(existing.value, request);
    if (differing.length > 0) {
      throw new BrokerError(
        'connection_conflict',
        'A connection with this id exists and was stated differently.',
        {
          fields: differing.map((field) => ({
            field,
            message: 'Differs from what the connection was made with.',
          })),
        },
      );
    }
    if (existing.value.status !== 'pending') return resultOf(existing.value, false);
    const now = clock.now();
    const { href, link } = freshLink(ports.baseUrl, existing.value.id, now, ports.linkMinutes);
    const pendingUntil = laterOf(existing.value.pendingUntil, link.expiresAt);
    const after = { ...existing.value, link, pendingUntil, updatedAt: now };
    const deed = {
      actor: caller.principalId,
      cause: 'A new connect link was made; the former one ended.',
      at: now,
    };
    const result = await store.commit(after.id, {
      connection: { before: existing, after },
      events: [eventOf('connection.link_created', deed)],
    });
    return result.committed ? resultOf(after, false, { href, expiresAt: link.expiresAt }) : undefined;
  };

  const resultOf = (
    connection: Connection,
    created: boolean,
    link?: StartResult['connectLink'],
  ): StartResult => ({
    created,
    connection,
    ...(link === undefined ? {} : { connectLink: link }),
    redirectUri: ports.redirectUri,
  });

  return async (caller, request, statedId) => {
    requireRole(caller, 'Connections.Create', 'Connections.Manage');
    const id = statedId ?? randomUUID();
    for (;;) {
      const existing = await store.readConnection(id);
      const result =
        existing === undefined ? await create(caller, request, id) : await repeat(caller, request, existing);
      if (result !== undefined) return result;
    }
  };
}

/** Each stated field as one text in canonical form: spelling and the order of lists do not matter. */
function comparable(request: StartRequest, offered: readonly Environment[]): Record<string, string> {
  const { scopes, access, expectedAccount, tenantId, clientId, ...plain } = request;
  const { settings } = checkSettings(request, request.connector, offered);
  const texts: Record<string, unknown> = {
    ...plain,
    tenantId: settings.tenant ?? tenantId,
    clientId: settings.clientId ?? clientId,
    scopes: settings.requestedScopes ?? scopes,
    access: access?.map(({ principalId, permission }) => `${principalId} ${permission}`).sort(),
    expectedAccount:
      expectedAccount && Object.entries(expectedAccount).map(String).sort().join().toLowerCase(),
  };
  const stated = Object.entries(texts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(stated.map(([field, value]) => [field, JSON.stringify(value)]));
}

async function credentialProblems(
  caller: Caller,
  request: StartRequest,
  vault: Vault,
): Promise<FieldProblem[]> {
  const { clientSecret, clientSecretRef } = request;
  if (clientSecretRef === undefined) return [];
  const problem = (message: string): FieldProblem[] => [{ field: 'clientSecretRef', message }];
  if (clientSecret !== undefined) return problem('Give either clientSecret or clientSecretRef, not both.');
  if (!caller.roles.has('Connections.Manage')) {
    return problem(
      'Only holders of the role Connections.Manage may name a vault secret. Give clientSecret instead.',
    );
  }
  const secret = await vault.get(clientSecretRef);
  return secret === undefined
    ? problem('The vault has no readable secret of this name. Create it there first.')
    : [];
}

/** An account that could never sign in is told now, not to the person who tries. */
function tenantProblems(
  { tenantId, expectedAccount }: StartRequest,
  allowed: readonly string[],
): FieldProblem[] {
  if (expectedAccount === undefined) return [];
  const problem = (message: string): FieldProblem[] => [{ field: 'expectedAccount.tid', message }];
  const named = tenantId?.trim().toLowerCase() ?? '';
  const stated = expectedAccount.tid.toLowerCase();
  if (isGuid(named) && named !== stated)
    return problem('Is another tenant than tenantId, so nobody could ever sign in.');
  if (allowed.length > 0 && !allowed.includes(stated))
    return problem('Accounts of this tenant are not allowed here.');
  return [];
}

function requireValid(fields: readonly FieldProblem[]): void {
  if (fields.length > 0) throw new BrokerError('invalid_request', 'Some fields are not valid.', { fields });
}

async function credentialOf(
  sealer: Sealer,
  id: string,
  caller: Caller,
  request: StartRequest,
): Promise<StatedCredential | undefined> {
  const statedBy = caller.principalId;
  if (request.clientSecretRef !== undefined) {
    return { kind: 'reference', secretName: request.clientSecretRef, statedBy };
  }
  if (request.clientSecret === undefined) return undefined;
  return { kind: 'sealed', sealed: await sealStatedSecret(sealer, id, request.clientSecret), statedBy };
}
