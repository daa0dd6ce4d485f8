import type { ErrorCode } from './errors.ts';

/** Codes after which the approval of an administrator is the way on, so that its link is shown. */
export function adminConsentHelps(code: ErrorCode): boolean {
  return code === 'admin_consent_required' || code === 'consent_required';
}
