import { expect, test } from '@jest/globals';
import { adminConsentHelps, adminConsentTenant } from '../../../shared/domain/adminConsent.ts';
import { type ErrorCode, errorTable } from '../../../shared/domain/errors.ts';

test('the approval link is offered where an administrator’s consent is the way on, and nowhere else', () => {
  const helped = (Object.keys(errorTable) as ErrorCode[]).filter(adminConsentHelps);
  expect(helped.sort()).toEqual(['admin_consent_required', 'consent_required']);
});

test.each([
  ['common', 'organizations'],
  ['organizations', 'organizations'],
  ['contoso.example', 'contoso.example'],
])('the approval page of tenant %s is that of %s', (tenant, address) => {
  expect(adminConsentTenant(tenant)).toBe(address);
});
