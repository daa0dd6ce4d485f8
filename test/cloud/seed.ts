import { randomBytes, randomUUID } from 'node:crypto';
import { type Environment, environmentNames, environments } from '../../shared/domain/environment.ts';
import type { Directory } from './entra/directory.ts';
import type { LocalManagedIdentity } from './identityEndpoint.ts';

/** What the callers of the seeded cloud may do. */
export const callerRoles = {
  manager: 'Connections.Manage',
  creator: 'Connections.Create',
  runner: 'Tokens.Read',
  stranger: 'Tokens.Read',
} as const;
export type CallerName = keyof typeof callerRoles;
export const callerNames = Object.keys(callerRoles) as CallerName[];

export interface SeededAccount {
  username: string;
  environment: Environment;
  tenantId: string;
  oid: string;
}

/** The one app registration of an environment that connections are built on. */
export interface SeededApp {
  clientId: string;
  clientSecret: string;
  tenantId: string;
}

/** Who and what the local Entra knows at the start. */
export interface Seed {
  apps: Record<Environment, SeededApp>;
  accounts: SeededAccount[];
  broker: { clientId: string; tenantId: string };
  callers: Record<CallerName, { principalId: string; clientId: string }>;
}

const organisations: Record<Environment, { domain: string; accounts: readonly string[] }> = {
  office365: {
    domain: 'contoso.example',
    accounts: ['invoices', 'service-desk', 'operator', 'administrator'],
  },
  'usgov-l4': { domain: 'agency.example', accounts: ['permits', 'records'] },
  'usgov-l5': { domain: 'base.example', accounts: ['logistics', 'maintenance'] },
  china: { domain: 'lianhe.example', accounts: ['orders', 'customs'] },
};

/** Accounts of the organisation that have roles on the broker. */
const accountRoles: Record<string, readonly string[]> = {
  operator: ['Connections.Create', 'Tokens.Read'],
  administrator: ['Connections.Manage', 'Connections.Create', 'Tokens.Read'],
};

/** Ids of the tenants, needed before anything else lives in them. */
export function seedTenants(directory: Directory): Record<Environment, string> {
  const ids = {} as Record<Environment, string>;
  for (const environment of environmentNames) {
    const { domain } = organisations[environment];
    ids[environment] = directory.addTenant({ id: randomUUID(), domains: [domain], environment }).id;
  }
  return ids;
}

/** Adds accounts, app registrations and the callers; the broker lives in the tenant of Office 365. */
export function seedDirectory(
  directory: Directory,
  tenantIds: Record<Environment, string>,
  options: { brokerUrl: string; identity: LocalManagedIdentity },
): Seed {
  const broker = addBroker(directory, tenantIds.office365, options);
  return {
    broker,
    accounts: environmentNames.flatMap((environment) =>
      addAccounts(directory, environment, tenantIds[environment], broker.clientId),
    ),
    apps: Object.fromEntries(
      environmentNames.map((environment) => [
        environment,
        addConnectionApp(directory, environment, tenantIds[environment], options.brokerUrl),
      ]),
    ) as Record<Environment, SeededApp>,
    callers: Object.fromEntries(
      callerNames.map((name) => [name, addCaller(directory, name, broker)]),
    ) as Seed['callers'],
  };
}

function addBroker(
  directory: Directory,
  tenantId: string,
  { brokerUrl, identity }: { brokerUrl: string; identity: LocalManagedIdentity },
) {
  const { clientId } = directory.addApp({
    clientId: randomUUID(),
    displayName: 'Connection broker',
    environment: 'office365',
    tenantId,
    redirectUris: [`${brokerUrl}/signin/callback`],
    exposedScopes: ['access_as_user'],
    federatedCredentials: [
      {
        issuer: identity.issuer,
        subject: identity.principalId,
        audience: environments.office365.federatedAudience,
      },
    ],
  });
  return { clientId, tenantId };
}

function addAccounts(
  directory: Directory,
  environment: Environment,
  tenantId: string,
  brokerClientId: string,
): SeededAccount[] {
  const { domain, accounts } = organisations[environment];
  return accounts.map((name) => {
    const { username, oid } = directory.addAccount({ username: `${name}@${domain}`, tenantId });
    for (const role of accountRoles[name] ?? []) {
      directory.assignRole({ principalId: oid, resourceClientId: brokerClientId, role });
    }
    return { username, environment, tenantId, oid };
  });
}

const randomSecret = () => randomBytes(30).toString('base64url');

function addConnectionApp(
  directory: Directory,
  environment: Environment,
  tenantId: string,
  brokerUrl: string,
): SeededApp {
  const clientSecret = randomSecret();
  const { clientId } = directory.addApp({
    clientId: randomUUID(),
    displayName: `Automation of ${organisations[environment].domain}`,
    environment,
    tenantId,
    multiTenant: true,
    redirectUris: [`${brokerUrl}/provisioning_/callback`],
    secrets: [{ value: clientSecret }],
    configuredScopes: ['Mail.Read', 'User.Read'],
  });
  return { clientId, clientSecret, tenantId };
}

function addCaller(directory: Directory, name: CallerName, broker: Seed['broker']) {
  const { clientId, servicePrincipalId } = directory.addApp({
    clientId: randomUUID(),
    displayName: `Caller: ${name}`,
    environment: 'office365',
    tenantId: broker.tenantId,
    secrets: [{ value: randomSecret() }],
  });
  directory.assignRole({
    principalId: servicePrincipalId,
    resourceClientId: broker.clientId,
    role: callerRoles[name],
  });
  return { principalId: servicePrincipalId, clientId };
}
