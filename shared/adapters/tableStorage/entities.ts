import type { App } from '../../domain/app.ts';
import type { Authorization } from '../../domain/authorization.ts';
import type { Connection, ConnectionEvent, Grant } from '../../domain/connection.ts';
import type { DueHint } from '../../domain/indexing.ts';
import { boolean, type Columns, instant, integer, json, text } from './columns.ts';

export const connectionColumns: Columns<Connection> = {
  id: text(),
  name: text(),
  connector: text(),
  environment: text(),
  tenant: text(),
  clientId: text(),
  requestedScopes: json(),
  grantedScopes: json(),
  statedCredential: json(),
  expectedAccount: json(),
  account: json(),
  accountConfirmed: boolean,
  owner: text(),
  ownerName: text(),
  access: json(),
  status: text(),
  failure: json('at'),
  link: json('expiresAt', 'usedAt'),
  authorizationId: text(),
  pendingUntil: instant,
  statedFields: json(),
  createdAt: instant,
  updatedAt: instant,
  connectedAt: instant,
  lastUsedAt: instant,
  idleWarnedAt: instant,
};

export const grantColumns: Columns<Grant> = {
  connectionId: text(),
  generation: integer,
  secretName: text(),
  secretVersion: text(),
  secretSetAt: instant,
  sealedAccessToken: text(),
  tokenIssuedAt: instant,
  tokenExpiresAt: instant,
  tokenScopes: json(),
  lease: json('until'),
  failures: integer,
  lastFailure: json('at'),
  retryAt: instant,
  dueAt: instant,
};

export const eventColumns: Columns<ConnectionEvent> = {
  id: text(),
  type: text(),
  at: instant,
  actor: text(),
  cause: text(),
  from: text(),
  to: text(),
  detail: json(),
};

export const appColumns: Columns<App> = {
  key: text(),
  authorityOrigin: text(),
  clientId: text(),
  owner: text(),
  builders: json(),
  credentials: json('addedAt', 'at'),
  updatedAt: instant,
};

export const authorizationColumns: Columns<Authorization> = {
  id: text(),
  connectionId: text(),
  browserHash: text(),
  startedBy: text(),
  sealed: text(),
  createdAt: instant,
  expiresAt: instant,
  claimedAt: instant,
  outcome: json('at'),
};

/** An entry of the lists of connections: where it lies says whose list it is. */
export interface ListEntry {
  readonly connectionId: string;
}

export const listEntryColumns: Columns<ListEntry> = { connectionId: text() };

export const dueHintColumns: Columns<DueHint> = { kind: text(), id: text(), dueAt: instant };
