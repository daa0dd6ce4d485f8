import { environments } from '../../domain/environment.ts';
import { isGuid } from '../../domain/tenant.ts';
import type { AdminConsentRequest } from '../../ports.ts';

/**
 * Where an administrator approves the app, for the tenant or, with `organizations`, for their own. The endpoint
 * does not take `common`.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent
 */
export function buildAdminConsentUrl(request: AdminConsentRequest): string {
  const { authorityOrigin } = environments[request.environment];
  const isOneTenant = isGuid(request.tenant) || request.tenant.includes('.');
  const parameters = new URLSearchParams({
    client_id: request.clientId,
    scope: request.scopes.join(' '),
    redirect_uri: request.redirectUri,
  });
  return `${authorityOrigin}/${isOneTenant ? request.tenant : 'organizations'}/v2.0/adminconsent?${parameters}`;
}
