import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../shared/domain/environment.ts';
import { startAzurite } from './azurite.ts';
import { type BrokerProcess, startBrokerProcess } from './brokerProcess.ts';
import { createCertificate, type LocalCertificate } from './certificate.ts';
import { createLocalClock, type LocalClock } from './clock.ts';
import { type ControlTargets, startControl } from './control.ts';
import { createCounters } from './counters.ts';
import { createDirectory } from './entra/directory.ts';
import { type LocalEntra, startEntra } from './entra/startEntra.ts';
import { createFaults } from './faults.ts';
import { freePort, requireFreePort } from './freePort.ts';
import { startGraph } from './graph/startGraph.ts';
import { createManagedIdentity, startIdentityEndpoint } from './identityEndpoint.ts';
import { startKeyVault } from './keyVault/startKeyVault.ts';
import {
  type CallerName,
  callerNames,
  callerRoles,
  type Seed,
  type SeededAccount,
  type SeededApp,
  seedDirectory,
  seedTenants,
} from './seed.ts';
import { seedConnection } from './seedConnection.ts';
import { startTablesProxy } from './tablesProxy.ts';

export interface CloudOptions {
  /** Of the broker; 0 takes free ports for everything. */
  port: number;
  /** Of the control endpoint; the one after the broker's unless given. */
  controlPort?: number;
  /** Broker processes on the same storage, behind one base URL; 1 unless given. */
  brokers?: number;
  /** Whether the timer runs by its schedule; it does not unless told. */
  schedule?: boolean;
  /** What is run; `dist` unless given. */
  appDirectory?: string;
  /** Whether to make a connection to start with; it is made unless told. */
  seedConnection?: boolean;
  /** Real origins that are served elsewhere than by the local services. */
  originMap?: Record<string, string>;
  /** App settings on top of those that lead to the local services. */
  settings?: Record<string, string>;
  /** Takes a line for each step. */
  onProgress?(line: string): void;
}

/** What the caller of `npm start --json` gets. */
export interface CloudSummary {
  brokerUrl: string;
  controlUrl: string;
  callers: Record<CallerName, { principalId: string; accessToken: string }>;
  accounts: SeededAccount[];
  apps: Record<Environment, SeededApp>;
  seededConnectionId: string | undefined;
}

/** A running cloud, with everything that tests reach for. */
export interface LocalCloud extends CloudSummary, ControlTargets {
  clock: LocalClock;
  entra: LocalEntra;
  /** Real origins of Entra and Graph to where they are served. */
  originMap: Readonly<Record<string, string>>;
  /** App settings that the broker runs with. */
  settings: Readonly<Record<string, string>>;
  /** App id of the broker's own registration. */
  brokerClientId: string;
  brokers: readonly BrokerProcess[];
  /** The part that goes into the JSON line. */
  summary(): CloudSummary;
  close(): Promise<void>;
}

type Closer = () => Promise<unknown>;

/** Starts every part; when one cannot start, ends those that run and rejects. */
export async function startCloud(options: CloudOptions): Promise<LocalCloud> {
  const closers: Closer[] = [];
  const close = async () => {
    // In the reverse order, so that nobody talks to a part that has gone.
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await start(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: CloudOptions,
  closers: Closer[],
  close: () => Promise<void>,
): Promise<LocalCloud> {
  const progress = options.onProgress ?? (() => undefined);
  const controlPort = options.controlPort ?? (options.port === 0 ? 0 : options.port + 1);
  await requireFreePort(options.port, 'the broker');
  await requireFreePort(controlPort, 'the control endpoint');
  const brokerPort = options.port || (await freePort());
  const brokerUrl = `http://localhost:${brokerPort}`;
  progress('Starting storage, vault and identity services');
  const services = await startServices(brokerUrl, closers);

  progress('Starting the broker');
  const originMap = { ...services.entra.originMap, ...services.graph.originMap, ...options.originMap };
  const environment = { ...brokerSettings(brokerUrl, services, originMap), ...options.settings };
  const brokers = await startBrokers(options, brokerPort, environment, services.clock, closers);
  const { clock, faults, counters, directory, entra, seed } = services;
  const targets: ControlTargets = {
    faults,
    counters,
    directory,
    async advance(seconds) {
      clock.advance(seconds);
      await Promise.all(brokers.map((broker) => broker.advance(seconds)));
      return clock.now();
    },
    runTimer: async () => brokers[0]?.runTimer('refreshConnections'),
    restart: async () => {
      await Promise.all(brokers.map((broker) => broker.restart()));
    },
    logLines: () => brokers.flatMap((broker) => broker.logLines()),
  };
  const control = await startControl(targets, { port: controlPort });
  closers.push(control.close);

  const callers = await mintCallers(entra, seed);
  let seededConnectionId: string | undefined;
  if (options.seedConnection !== false) {
    progress('Making a connection');
    seededConnectionId = await makeConnection(brokerUrl, callers, seed);
  }
  const summary = () => ({
    brokerUrl,
    controlUrl: control.origin,
    callers,
    accounts: seed.accounts,
    apps: seed.apps,
    seededConnectionId,
  });
  return {
    ...targets,
    ...summary(),
    summary,
    clock,
    entra,
    brokers,
    originMap,
    settings: environment,
    brokerClientId: seed.broker.clientId,
    close,
  };
}

async function startServices(brokerUrl: string, closers: Closer[]) {
  const keep = async <T extends { close: Closer }>(starting: Promise<T>): Promise<T> => {
    const started = await starting;
    closers.push(() => started.close());
    return started;
  };
  const certificate = await createCertificate();
  closers.push(certificate.remove);
  const clock = createLocalClock();
  const faults = createFaults();
  const counters = createCounters();
  const directory = createDirectory({ clock });
  const tenantIds = seedTenants(directory);
  const identity = await createManagedIdentity({ tenantId: tenantIds.office365 });
  const seed = seedDirectory(directory, tenantIds, { brokerUrl, identity });
  const shared = { port: 0, clock, faults, counters };
  const tls = { cert: certificate.cert, key: certificate.key };

  const [azurite, entra, vault, identityEndpoint] = await Promise.all([
    keep(startAzurite(certificate)),
    keep(startEntra({ ...shared, directory, managedIdentity: identity })),
    keep(startKeyVault({ ...shared, tls, tenantId: tenantIds.office365 })),
    keep(startIdentityEndpoint({ port: 0, clock, identity })),
  ]);
  const [graph, tables] = await Promise.all([
    keep(startGraph({ ...shared, keysOf: entra.keysOf })),
    keep(startTablesProxy({ port: 0, tls, tablePort: azurite.tablePort, faults, counters })),
  ]);
  return {
    ...{ certificate, clock, faults, counters, directory, identity, seed },
    ...{ entra, vault, identityEndpoint, graph, tables },
  };
}

type Services = Awaited<ReturnType<typeof startServices>>;

/** The app settings of a deployment that lives on this machine. */
function brokerSettings(
  brokerUrl: string,
  services: Services,
  originMap: Record<string, string>,
): Record<string, string> {
  const { seed, vault, tables, identity, identityEndpoint } = services;
  const certificate: LocalCertificate = services.certificate;
  return {
    BROKER_BASE_URL: brokerUrl,
    BROKER_ENVIRONMENT: 'office365',
    BROKER_TENANT_ID: seed.broker.tenantId,
    BROKER_CLIENT_ID: seed.broker.clientId,
    KEY_VAULT_URL: `https://localhost:${vault.port}`,
    TABLES_URL: `https://127.0.0.1:${tables.port}/devstoreaccount1`,
    MANAGED_IDENTITY_CLIENT_ID: identity.clientId,
    LOCAL_ORIGIN_MAP: JSON.stringify(originMap),
    LOCAL_VAULT_CHALLENGE: 'relaxed',
    AzureWebJobsDisableHomepage: 'true',
    NODE_EXTRA_CA_CERTS: certificate.trustFile,
    ...identityEndpoint.environmentVariables,
  };
}

async function startBrokers(
  options: CloudOptions,
  firstPort: number,
  environment: Record<string, string>,
  clock: LocalClock,
  closers: Closer[],
): Promise<BrokerProcess[]> {
  const appDirectory = options.appDirectory ?? join(import.meta.dirname, '..', '..', 'dist');
  const starting = Array.from({ length: options.brokers ?? 1 }, async (_, index) => {
    const broker = await startBrokerProcess({
      appDirectory,
      port: index === 0 ? firstPort : 0,
      environment,
      clock,
      // On Azure one instance alone holds the timer's lock.
      schedule: options.schedule === true && index === 0,
    });
    closers.push(broker.stop);
    return broker;
  });
  const outcomes = await Promise.allSettled(starting);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  const brokers = await Promise.all(starting);
  await Promise.all(brokers.map(requireFunctions));
  return brokers;
}

/** The host lives on when the application has failed to load; its log alone says why. */
async function requireFunctions(broker: BrokerProcess): Promise<void> {
  if (broker.functionNames().length > 0) return;
  await sleep(200);
  throw new Error(`The broker did not load:\n${broker.logLines().join('\n').replaceAll('\\n', '\n')}`);
}

async function mintCallers(entra: LocalEntra, { broker, callers }: Seed): Promise<CloudSummary['callers']> {
  const minted = callerNames.map(async (name) => {
    const { principalId, clientId } = callers[name];
    const accessToken = await entra.mintToken({
      tenantId: broker.tenantId,
      audience: broker.clientId,
      principalId,
      clientId,
      roles: [callerRoles[name]],
    });
    return [name, { principalId, accessToken }] as const;
  });
  return Object.fromEntries(await Promise.all(minted)) as CloudSummary['callers'];
}

function makeConnection(brokerUrl: string, callers: CloudSummary['callers'], seed: Seed): Promise<string> {
  const account = seed.accounts.find(({ environment }) => environment === 'office365');
  if (!account) throw new Error('No account of Office 365 is seeded.');
  return seedConnection({
    brokerUrl,
    creatorToken: callers.creator.accessToken,
    userPrincipalId: callers.runner.principalId,
    account,
    app: seed.apps.office365,
  });
}
