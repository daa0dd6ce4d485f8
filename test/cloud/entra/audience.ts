import { personalAccountsTenantId } from '../../../shared/domain/environment.ts';
import { type Authority, authorityOf } from './authorities.ts';
import type { Account, AppRegistration, Directory, Tenant } from './directory.ts';
import { EntraFailure } from './failure.ts';

/** Who may sign in through a path: one tenant, or a class of accounts. */
export type Audience =
  | { kind: 'tenant'; tenant: Tenant }
  | { kind: 'common' | 'organizations' | 'consumers'; tenant?: undefined };

const tenantNamePattern = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z0-9-]+(\.[a-z0-9-]+)+)$/i;

/**
 * What the tenant segment of a path stands for.
 * @throws EntraFailure 900023, 90002, or `crossCloudCode` for a tenant that lives in another cloud
 */
export function resolveAudience(
  directory: Directory,
  authority: Authority,
  tenantName: string,
  crossCloudCode = 90002,
): Audience {
  if (tenantName === 'common' || tenantName === 'organizations') return { kind: tenantName };
  if (tenantName === 'consumers' || tenantName === personalAccountsTenantId) return { kind: 'consumers' };
  if (!tenantNamePattern.test(tenantName)) throw new EntraFailure(900023, { tenant: tenantName });
  const tenant = directory.findTenant(tenantName);
  if (!tenant) throw new EntraFailure(90002, { tenant: tenantName });
  if (!authority.environments.includes(tenant.environment)) {
    throw new EntraFailure(crossCloudCode, { tenant: tenantName });
  }
  return { kind: 'tenant', tenant };
}

/**
 * The app registration, as seen through a path.
 * @throws EntraFailure 700016 where the app is unknown, 50194 where it serves its own tenant alone
 */
export function resolveApp(
  directory: Directory,
  authority: Authority,
  audience: Audience,
  clientId: string,
): AppRegistration {
  const app = directory.findApp(clientId);
  const directoryName = audience.tenant
    ? (audience.tenant.domains[0] ?? audience.tenant.id)
    : 'Microsoft Accounts';
  const unknown = new EntraFailure(700016, { clientId, tenant: directoryName });
  if (!app || authorityOf(app.environment) !== authority) throw unknown;
  if (audience.kind === 'tenant') {
    if (!app.multiTenant && audience.tenant.id !== app.tenantId) throw unknown;
  } else if (!app.multiTenant || (audience.kind === 'consumers' && !app.allowsPersonalAccounts)) {
    throw new EntraFailure(50194, { clientId, app: app.displayName });
  }
  return app;
}

/** Whether an account may use an app through a path. */
export function isEligible(account: Account, audience: Audience, app: AppRegistration): boolean {
  const personal = account.tenantId === personalAccountsTenantId;
  if (!app.multiTenant && account.tenantId !== app.tenantId) return false;
  if (audience.kind === 'tenant') return account.tenantId === audience.tenant.id;
  if (audience.kind === 'consumers') return personal;
  return !personal || (audience.kind === 'common' && app.allowsPersonalAccounts);
}
