import { randomUUID } from 'node:crypto';
import { type Environment, personalAccountsTenantId } from '../../../shared/domain/environment.ts';
import type { LocalClock } from '../clock.ts';
import type { Authority } from './authorities.ts';
import { type Consents, createConsents } from './consents.ts';

export interface Tenant {
  id: string;
  /** Verified domain names, the first one is shown as the tenant's name. */
  domains: string[];
  environment: Environment;
  /** Overrides the random 60 to 90 minutes. */
  accessTokenLifetimeSeconds?: number | undefined;
}

/**
 * `user`: the person can consent. `admin-required`: only what is consented already works, the rest needs an
 * administrator. `none`, when patched in, removes every consent given so far and then behaves as `user`.
 */
export type ConsentPolicy = 'none' | 'user' | 'admin-required';

export interface Account {
  username: string;
  oid: string;
  tenantId: string;
  environment: Environment;
  name: string;
  disabled: boolean;
  consent: ConsentPolicy;
  groups?: string[] | undefined;
  /** Overrides the tenant's lifetime. */
  accessTokenLifetimeSeconds?: number | undefined;
  sessionsRevokedAt?: Date | undefined;
  /** Counts revocations; a grant of an earlier count is revoked. */
  sessionGeneration: number;
}

export interface AppSecret {
  value: string;
  expiresAt?: Date | undefined;
}

/** @see https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation */
export interface FederatedCredential {
  issuer: string;
  subject: string;
  audience: string;
}

export interface AppRegistration {
  clientId: string;
  displayName: string;
  environment: Environment;
  /** Home tenant. */
  tenantId: string;
  multiTenant: boolean;
  allowsPersonalAccounts: boolean;
  redirectUris: string[];
  secrets: AppSecret[];
  federatedCredentials: FederatedCredential[];
  /** Delegated Graph permissions configured on the app, by short name: what `.default` asks consent for. */
  configuredScopes: string[];
  /** Application id URI, the prefix of the scopes this app exposes as an API. */
  appIdUri: string;
  /** Delegated permissions this app exposes as an API. */
  exposedScopes: string[];
  /** `aud` of access tokens for this app as an API. */
  accessTokenAudience: string;
  /** Object id of the app's service principal, `oid` of its app tokens. */
  servicePrincipalId: string;
}

/** An app role of an API, given to an account (by `oid`) or a service principal. */
export interface RoleAssignment {
  principalId: string;
  resourceClientId: string;
  role: string;
}

export type NewAccount = Pick<Account, 'username' | 'tenantId'> & Partial<Account>;
export type NewApp = Pick<AppRegistration, 'clientId' | 'environment' | 'tenantId'> &
  Partial<AppRegistration>;

export interface AccountPatch {
  sessionsRevoked?: boolean | undefined;
  disabled?: boolean | undefined;
  consent?: ConsentPolicy | undefined;
}

/** The tenants, accounts, app registrations and consents that the local Entra knows; mutable while it runs. */
export interface Directory {
  readonly consents: Consents;
  addTenant(tenant: Tenant): Tenant;
  addAccount(account: NewAccount): Account;
  addApp(app: NewApp): AppRegistration;
  assignRole(assignment: RoleAssignment): void;
  addSecret(clientId: string, secret: string, expiresInSeconds?: number): boolean;
  /** Removes the secrets that end with these four characters; answers whether there was one. */
  removeSecret(clientId: string, lastFour: string): boolean;
  patchAccount(username: string, patch: AccountPatch): boolean;
  findTenant(idOrDomain: string): Tenant | undefined;
  findAccount(username: string): Account | undefined;
  findAccountByOid(oid: string): Account | undefined;
  findApp(clientId: string): AppRegistration | undefined;
  /** An app as an API, by client id, application id URI or `api://{client id}`. */
  findResourceApp(identifier: string): AppRegistration | undefined;
  rolesOf(principalId: string, resourceClientId: string): string[];
  listTenants(): Tenant[];
  listAccounts(): Account[];
  /** The accounts that live in an authority's environments. */
  accountsAt(authority: Authority): Account[];
  listApps(): AppRegistration[];
}

function completeApp(app: NewApp): AppRegistration {
  const given = Object.fromEntries(Object.entries(app).filter(([, value]) => value !== undefined));
  return {
    displayName: 'Connected app',
    multiTenant: false,
    allowsPersonalAccounts: false,
    redirectUris: [],
    secrets: [],
    federatedCredentials: [],
    configuredScopes: [],
    appIdUri: `api://${app.clientId}`,
    exposedScopes: [],
    accessTokenAudience: app.clientId,
    servicePrincipalId: randomUUID(),
    ...(given as NewApp),
  };
}

function nameOf(username: string): string {
  const local = username.split('@')[0] ?? username;
  return local
    .split(/[._-]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(' ');
}

/** An empty directory; it knows the tenant of personal accounts already. */
export function createDirectory({ clock }: { clock: LocalClock }): Directory {
  const tenants: Tenant[] = [
    { id: personalAccountsTenantId, domains: ['live.com'], environment: 'office365' },
  ];
  const accounts = new Map<string, Account>();
  const apps = new Map<string, AppRegistration>();
  const assignments: RoleAssignment[] = [];
  const consents = createConsents();

  const findTenant = (idOrDomain: string) => {
    const wanted = idOrDomain.toLowerCase();
    return tenants.find(({ id, domains }) => id === wanted || domains.includes(wanted));
  };
  const findAccount = (username: string) => accounts.get(username.toLowerCase());

  return {
    consents,
    addTenant(tenant) {
      tenants.push(tenant);
      return tenant;
    },
    addAccount(account) {
      const tenant = findTenant(account.tenantId);
      if (!tenant) throw new Error(`There is no tenant ${account.tenantId} for ${account.username}.`);
      const added: Account = {
        oid: randomUUID(),
        environment: tenant.environment,
        name: nameOf(account.username),
        disabled: false,
        consent: 'user',
        sessionGeneration: 0,
        ...account,
      };
      accounts.set(added.username.toLowerCase(), added);
      return added;
    },
    addApp(app) {
      const added = completeApp(app);
      apps.set(added.clientId.toLowerCase(), added);
      return added;
    },
    assignRole: (assignment) => {
      assignments.push(assignment);
    },
    addSecret(clientId, secret, expiresInSeconds) {
      const app = apps.get(clientId.toLowerCase());
      if (!app) return false;
      const expiresAt =
        expiresInSeconds === undefined
          ? undefined
          : new Date(clock.now().getTime() + expiresInSeconds * 1000);
      app.secrets.push({ value: secret, expiresAt });
      return true;
    },
    removeSecret(clientId, lastFour) {
      const app = apps.get(clientId.toLowerCase());
      if (!app || lastFour.length !== 4) return false;
      const kept = app.secrets.filter((secret) => !secret.value.endsWith(lastFour));
      const removed = kept.length < app.secrets.length;
      app.secrets = kept;
      return removed;
    },
    patchAccount(username, patch) {
      const account = findAccount(username);
      if (!account) return false;
      if (patch.sessionsRevoked) {
        account.sessionGeneration += 1;
        account.sessionsRevokedAt = clock.now();
      }
      if (patch.disabled !== undefined) account.disabled = patch.disabled;
      if (patch.consent !== undefined) account.consent = patch.consent;
      if (patch.consent === 'none') consents.removeAll(account);
      return true;
    },
    findTenant,
    findAccount,
    findAccountByOid: (oid) => [...accounts.values()].find((account) => account.oid === oid),
    findApp: (clientId) => apps.get(clientId.toLowerCase()),
    findResourceApp: (identifier) =>
      [...apps.values()].find(
        ({ clientId, appIdUri }) =>
          identifier === clientId || identifier === appIdUri || identifier === `api://${clientId}`,
      ),
    rolesOf: (principalId, resourceClientId) =>
      assignments
        .filter(
          (assignment) =>
            assignment.principalId === principalId && assignment.resourceClientId === resourceClientId,
        )
        .map(({ role }) => role),
    listTenants: () => [...tenants],
    listAccounts: () => [...accounts.values()],
    accountsAt: (authority) =>
      [...accounts.values()].filter(({ environment }) => authority.environments.includes(environment)),
    listApps: () => [...apps.values()],
  };
}
