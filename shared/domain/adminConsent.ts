import type { ErrorCode } from './errors.ts';

/** Codes after which the approval of an administrator is the way on, so that its link is shown. */
export function adminConsentHelps(code: ErrorCode): boolean {
  return code === 'admin_consent_required' || code === 'consent_required';
}

/** The tenant of an admin consent address: the endpoint takes no `common`. */
export function adminConsentTenant(tenant: string): string {
  return tenant === 'common' ? 'organizations' : tenant;
}
