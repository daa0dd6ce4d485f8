import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { App } from '../../shared/domain/app.ts';
import type { Authorization } from '../../shared/domain/authorization.ts';
import {
  type Connection,
  type ConnectionEvent,
  connectionStatuses,
  eventTypes,
  type Grant,
} from '../../shared/domain/connection.ts';
import { connectorNames } from '../../shared/domain/connectors.ts';
import { environmentNames } from '../../shared/domain/environment.ts';

export const noon = new Date('2027-03-01T12:00:00.000Z');
export const minutesAfterNoon = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);

export function someConnection(with_: Partial<Connection> = {}): Connection {
  return {
    id: randomUUID(),
    name: 'Invoices',
    connector: 'outlook365',
    grantedScopes: [],
    accountConfirmed: false,
    owner: 'ada',
    ownerName: 'Ada',
    access: [],
    status: 'pending',
    statedFields: {},
    createdAt: noon,
    updatedAt: noon,
    ...with_,
  };
}

export function someGrant(connectionId: string, with_: Partial<Grant> = {}): Grant {
  return {
    connectionId,
    generation: 1,
    secretName: `grant-${connectionId}`,
    secretVersion: 'v1',
    secretSetAt: noon,
    tokenScopes: ['Mail.Read'],
    failures: 0,
    ...with_,
  };
}

export function someEvent(with_: Partial<ConnectionEvent> = {}): ConnectionEvent {
  return { id: randomUUID(), type: 'connection.updated', at: noon, actor: 'ada', cause: 'A test.', ...with_ };
}

export function someAuthorization(with_: Partial<Authorization> = {}): Authorization {
  return {
    id: randomUUID(),
    connectionId: randomUUID(),
    browserHash: 'hash',
    sealed: 'sealed',
    createdAt: noon,
    expiresAt: minutesAfterNoon(10),
    ...with_,
  };
}

export function someApp(with_: Partial<App> = {}): App {
  return {
    key: `login.microsoftonline.com~${randomUUID()}`,
    authorityOrigin: 'https://login.microsoftonline.com',
    clientId: randomUUID(),
    owner: 'ada',
    builders: [],
    credentials: [{ secretName: 'app-1', addedAt: noon }],
    updatedAt: noon,
    ...with_,
  };
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const texts = fc.array(text, { maxLength: 4 });
const instant = fc.date({ min: new Date('2000-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
const count = fc.integer({ min: 0, max: 2 ** 31 - 1 });
/** A record whose other keys may be absent, never undefined. */
const partly = <T extends object, K extends keyof T>(
  model: { [P in keyof T]: fc.Arbitrary<T[P]> },
  requiredKeys: K[],
) => fc.record(model, { requiredKeys, noNullPrototype: true });

const whole = <T extends object>(model: { [P in keyof T]: fc.Arbitrary<T[P]> }) =>
  fc.record(model, { noNullPrototype: true });

const account = whole({ oid: text, tid: text, username: text });

/** Any connection whatever, also such as the broker would never make. */
const failure = partly(
  {
    code: fc.constant('grant_invalid' as const),
    remedy: fc.constant('user' as const),
    detail: text,
    aadstsCode: count,
    entraCorrelationId: text,
    at: instant,
  },
  ['code', 'remedy', 'detail', 'at'],
);

export const anyConnection: fc.Arbitrary<Connection> = partly(
  {
    id: fc.uuid(),
    name: text,
    connector: fc.constantFrom(...connectorNames),
    environment: fc.constantFrom(...environmentNames),
    tenant: text,
    clientId: text,
    requestedScopes: texts,
    grantedScopes: texts,
    statedCredential: fc.oneof(
      whole({ kind: fc.constant('sealed' as const), sealed: text, statedBy: text }),
      whole({ kind: fc.constant('reference' as const), secretName: text, statedBy: text }),
    ),
    expectedAccount: fc.oneof(whole({ oid: text, tid: text }), whole({ username: text, tid: text })),
    account,
    accountConfirmed: fc.boolean(),
    owner: text,
    ownerName: text,
    access: fc.array(
      whole({ principalId: text, permission: fc.constantFrom('use' as const, 'manage' as const) }),
      {
        maxLength: 4,
      },
    ),
    status: fc.constantFrom(...connectionStatuses),
    failure,
    link: partly({ hash: text, expiresAt: instant, usedAt: instant }, ['hash', 'expiresAt']),
    authorizationId: text,
    pendingUntil: instant,
    statedFields: fc.dictionary(fc.constantFrom('name', 'tenant', 'scopes'), text, { noNullPrototype: true }),
    createdAt: instant,
    updatedAt: instant,
    connectedAt: instant,
    lastUsedAt: instant,
    idleWarnedAt: instant,
  },
  [
    'id',
    'name',
    'connector',
    'grantedScopes',
    'accountConfirmed',
    'owner',
    'ownerName',
    'access',
    'status',
    'statedFields',
    'createdAt',
    'updatedAt',
  ],
);

export const anyGrant: fc.Arbitrary<Grant> = partly(
  {
    connectionId: fc.uuid(),
    generation: count,
    secretName: text,
    secretVersion: text,
    secretSetAt: instant,
    sealedAccessToken: text,
    tokenIssuedAt: instant,
    tokenExpiresAt: instant,
    tokenScopes: texts,
    lease: whole({ id: text, until: instant }),
    failures: count,
    lastFailure: failure,
    retryAt: instant,
    dueAt: instant,
  },
  ['connectionId', 'generation', 'secretName', 'secretVersion', 'secretSetAt', 'tokenScopes', 'failures'],
);

export const anyEvent: fc.Arbitrary<ConnectionEvent> = partly(
  {
    id: fc.uuid(),
    type: fc.constantFrom(...eventTypes),
    at: instant,
    actor: text,
    cause: text,
    from: fc.constantFrom(...connectionStatuses),
    to: fc.constantFrom(...connectionStatuses),
    detail: fc.dictionary(fc.constantFrom('a', 'at', 'until'), fc.oneof(text, count, fc.boolean(), texts), {
      noNullPrototype: true,
    }),
  },
  ['id', 'type', 'at', 'actor', 'cause'],
);

export const anyAuthorization: fc.Arbitrary<Authorization> = partly(
  {
    id: fc.uuid(),
    connectionId: text,
    browserHash: text,
    startedBy: text,
    sealed: text,
    createdAt: instant,
    expiresAt: instant,
    claimedAt: instant,
    outcome: fc.oneof(
      whole({ result: fc.constant('succeeded' as const), at: instant }),
      whole({ result: fc.constant('failed' as const), at: instant, code: text, detail: text }),
    ),
  },
  ['id', 'connectionId', 'browserHash', 'sealed', 'createdAt', 'expiresAt'],
);

export const anyApp: fc.Arbitrary<App> = partly(
  {
    key: fc.uuid(),
    authorityOrigin: text,
    clientId: text,
    owner: text,
    builders: texts,
    credentials: fc.array(
      partly(
        {
          secretName: text,
          secretVersion: text,
          addedAt: instant,
          rejected: partly({ at: instant, aadstsCode: count, secretVersion: text }, ['at', 'secretVersion']),
        },
        ['secretName', 'addedAt'],
      ),
      { maxLength: 3 },
    ),
    updatedAt: instant,
  },
  ['key', 'authorityOrigin', 'clientId', 'builders', 'credentials', 'updatedAt'],
);
