import { expect, test } from '@jest/globals';
import { adminConsentHelps } from '../../../shared/domain/adminConsent.ts';
import { type ErrorCode, errorTable } from '../../../shared/domain/errors.ts';

test('the approval link is offered where an administrator’s consent is the way on, and nowhere else', () => {
  const helped = (Object.keys(errorTable) as ErrorCode[]).filter(adminConsentHelps);
  expect(helped.sort()).toEqual(['admin_consent_required', 'consent_required']);
});
