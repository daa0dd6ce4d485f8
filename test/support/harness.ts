import type { Account, Connection, ConnectionEvent, Grant } from '../../shared/domain/connection.ts';
import { BrokerError } from '../../shared/domain/errors.ts';
import type { AuthorizationStart, TypedSettings } from '../../shared/operations/beginAuthorization.ts';
import type { CompletionResult } from '../../shared/operations/completeConnection.ts';
import type { StartRequest, StartResult } from '../../shared/operations/startConnection.ts';
import type { Versioned } from '../../shared/ports.ts';
import { createMemoryIdentity, type MemoryIdentity } from '../fakes/memoryIdentity.ts';
import { createMemoryStore, type MemoryStore } from '../fakes/memoryStore.ts';
import { createMemoryVault, type MemoryVault } from '../fakes/memoryVault.ts';
import { createVirtualClock, type VirtualClock } from '../fakes/virtualClock.ts';
import { ada, owner, runner } from './callers.ts';
import { type BrokerSettings, composeBroker, type TestBroker } from './composeBroker.ts';

export const clientId = '3f1c9a52-6d0e-4b8f-a7c4-92e5d1b6f083';
export const clientSecret = 'the-right-secret';
export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** One line of the log. */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a person does in a browser between the connect page and the result page. */
export interface SignInOptions {
  readonly account?: Account;
  readonly typed?: TypedSettings;
  /** Scopes that Entra grants; what was asked for, unless said otherwise. */
  readonly granted?: readonly string[];
  /** Principal of the session; none behind a connect link. */
  readonly startedBy?: string;
}

export interface Harness {
  readonly clock: VirtualClock;
  readonly store: MemoryStore;
  readonly vault: MemoryVault;
  readonly identity: MemoryIdentity;
  readonly lines: LogLine[];
  readonly broker: TestBroker;
  /** Another process over the same store, vault and identity, with caches of its own. */
  anotherBroker(settings?: BrokerSettings): TestBroker;
  start(request?: Partial<StartRequest>): Promise<StartResult>;
  begin(id: string, typed?: TypedSettings, startedBy?: string): Promise<AuthorizationStart>;
  complete(started: AuthorizationStart, options?: SignInOptions): Promise<CompletionResult>;
  /** Starts a connection for the account, signs in, and answers the connected connection. */
  connect(request?: Partial<StartRequest>, options?: SignInOptions): Promise<Connection>;
  connection(id: string): Promise<Connection>;
  grant(id: string): Promise<Grant>;
  /** Oldest first. */
  events(id: string): Promise<readonly ConnectionEvent[]>;
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Something that has to be there is missing.');
  return value;
}

/** The BrokerError that a promise ends with. */
export async function refusal(promise: Promise<unknown>): Promise<BrokerError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BrokerError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

/** The one cookie of an authorization, as the browser sends it back. */
export function cookiesOf({ cookie }: Pick<AuthorizationStart, 'cookie'>) {
  return (name: string) => (name === cookie.name ? cookie.value : undefined);
}

export function stateOf({ href }: Pick<AuthorizationStart, 'href'>): string {
  return present(new URL(href).searchParams.get('state') ?? undefined);
}

/** A request over the API that leaves nothing to the person. */
export const wholeRequest: StartRequest = {
  name: 'Invoices',
  connector: 'outlook365',
  environment: 'office365',
  tenantId: ada.tid,
  clientId,
  clientSecret,
  scopes: ['Mail.Read', 'Mail.Send'],
  expectedAccount: { oid: ada.oid, tid: ada.tid },
  access: [{ principalId: runner.principalId, permission: 'use' }],
};

export interface HarnessOptions extends BrokerSettings {
  readonly clock?: VirtualClock;
}

/** The operations of the broker over ports in memory, with one app known at Entra. */
export function createHarness({ clock = createVirtualClock(), ...settings }: HarnessOptions = {}): Harness {
  const lines: LogLine[] = [];
  const write =
    (level: LogLine['level']) =>
    (event: string, fields: LogLine['fields'] = {}) =>
      void lines.push({ level, event, fields });
  const log = { info: write('info'), warn: write('warn'), error: write('error') };
  const [store, vault, identity] = [
    createMemoryStore({ clock }),
    createMemoryVault(),
    createMemoryIdentity(clock),
  ];
  identity.addApp(clientId, { secrets: [clientSecret], configuredScopes: ['Mail.Read', 'User.Read'] });
  const anotherBroker = (other: BrokerSettings = {}) =>
    composeBroker({ store, vault, identity, clock, log }, { ...settings, ...other });
  const broker = anotherBroker();

  const versioned = async (id: string): Promise<Versioned<Connection>> =>
    present(await store.readConnection(id));

  const harness: Harness = {
    clock,
    store,
    vault,
    identity,
    lines,
    broker,
    anotherBroker,
    start: (request = {}) => broker.startConnection(owner, { ...wholeRequest, ...request }),
    begin: async (id, typed = {}, startedBy) =>
      broker.beginAuthorization(await versioned(id), typed, startedBy),
    complete: (started, { account = ada, granted } = {}) => {
      const code = identity.signIn(started.href, account, granted);
      return broker.completeConnection({ state: stateOf(started), code }, cookiesOf(started));
    },
    async connect(request = {}, options = {}) {
      const { connection } = await harness.start(request);
      const started = await harness.begin(connection.id, options.typed, options.startedBy);
      return (await harness.complete(started, options)).connection;
    },
    connection: async (id) => (await versioned(id)).value,
    grant: async (id) => present(await store.readGrant(id)).value,
    events: async (id) => (await store.listEvents(id, { limit: 1000 })).items.toReversed(),
  };
  return harness;
}
