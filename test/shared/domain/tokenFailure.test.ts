import { expect, test } from '@jest/globals';
import type { ErrorCode } from '../../../shared/domain/errors.ts';
import {
  aadstsCodesIn,
  classifyTokenFailure,
  type RawTokenFailure,
} from '../../../shared/domain/tokenFailure.ts';

const answered = (error: string | undefined, ...errorCodes: number[]): RawTokenFailure => ({
  kind: 'answered',
  status: 400,
  ...(error === undefined ? {} : { error }),
  errorCodes,
});

const byNumber: Readonly<Partial<Record<ErrorCode, readonly number[]>>> = {
  identity_unavailable: [50033, 50087, 90006, 90012, 90024, 90033, 90090],
  throttled: [50196, 90055],
  grant_invalid: [
    50173, 70000, 70008, 700082, 700084, 70043, 50076, 50079, 50074, 50078, 50072, 50158, 50089, 50132, 50133,
    50055, 700020, 530036, 53000, 53001, 53002, 53003, 53004, 53011, 530032, 530035, 50020, 50034, 90072,
    50105, 50057, 500341,
  ],
  consent_required: [65001],
  consent_declined: [65004],
  admin_consent_required: [90094, 90095],
  sign_in_failed: [54005, 501481, 700005],
};
test.each(
  Object.entries(byNumber).flatMap(([code, numbers]) => numbers.map((number) => [number, code] as const)),
)('invalid_grant with AADSTS%d is %s', (number, code) => {
  const failure = classifyTokenFailure(answered('invalid_grant', number));
  expect(failure).toMatchObject({ code, aadstsCode: number });
  expect(failure.detail).toContain(`AADSTS${number}`);
});

test.each([7000215, 7000222, 70002, 700027, 7000218, 700211, 700213, 7002137, 7002138])(
  'invalid_client with AADSTS%d is the credential of the app',
  (number) => {
    expect(classifyTokenFailure(answered('invalid_client', number)).code).toBe('app_credential_rejected');
  },
);

test.each<[string | undefined, number[], ErrorCode]>([
  // A federated credential that does not match arrives as invalid_request.
  ['invalid_request', [70021], 'app_credential_rejected'],
  // Old answers carry the number of credentials beside that of the grant.
  ['invalid_grant', [70002, 70008], 'grant_invalid'],
  // A malformed refresh token and a malformed request share a number.
  ['invalid_grant', [9002313], 'grant_invalid'],
  ['invalid_request', [9002313], 'app_misconfigured'],
  ['invalid_client', [7000112], 'app_misconfigured'],
  ['unauthorized_client', [700016], 'app_misconfigured'],
  ['invalid_resource', [500011], 'app_misconfigured'],
  ['invalid_request', [90002], 'app_misconfigured'],
  ['invalid_request', [900382], 'app_misconfigured'],
  ['invalid_scope', [70011], 'app_misconfigured'],
  ['invalid_grant', [], 'grant_invalid'],
  ['invalid_grant', [99999999], 'grant_invalid'],
  ['interaction_required', [], 'grant_invalid'],
  ['consent_required', [], 'consent_required'],
  ['access_denied', [], 'consent_declined'],
  ['invalid_client', [], 'app_credential_rejected'],
  ['unauthorized_client', [], 'app_misconfigured'],
  ['invalid_request', [], 'app_misconfigured'],
  ['temporarily_unavailable', [], 'identity_unavailable'],
  ['something_new', [], 'identity_unavailable'],
  [undefined, [], 'identity_unavailable'],
  ['nonce_mismatch', [], 'id_token_invalid'],
  ['id_token_unusable', [], 'id_token_invalid'],
])('%s with %j is %s', (error, numbers, code) => {
  expect(classifyTokenFailure(answered(error, ...numbers)).code).toBe(code);
});

test('suberror consent_required asks for consent', () => {
  const raw = { ...answered('invalid_grant'), suberror: 'consent_required' };
  expect(classifyTokenFailure(raw).code).toBe('consent_required');
});

test.each([429, 500, 502, 503])('status %d harms neither app nor grant, whatever the body says', (status) => {
  for (const error of ['invalid_grant', 'invalid_client', undefined]) {
    const failure = classifyTokenFailure({ ...answered(error, 7000215), status, retryAfterSeconds: 9 });
    expect(failure).toMatchObject({ remedy: 'wait', retryAfterSeconds: 9 });
  }
});

test.each(['timeout', 'network'] as const)('%s is to wait for', (kind) => {
  expect(classifyTokenFailure({ kind, errorCodes: [] })).toMatchObject({
    code: 'identity_unavailable',
    remedy: 'wait',
  });
});

test('of a description the numbers are taken, nothing else', () => {
  const text = 'AADSTS70002: Error for ada@contoso.example. AADSTS70008: Expired. AADSTS70002 again.';
  expect(aadstsCodesIn(text)).toEqual([70002, 70008]);
  expect(aadstsCodesIn('nothing')).toEqual([]);
});
