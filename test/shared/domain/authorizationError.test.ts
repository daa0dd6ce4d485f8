import { describe, expect, test } from '@jest/globals';
import { asSignInFailure, classifyAuthorizationError } from '../../../shared/domain/authorizationError.ts';
import type { ErrorCode } from '../../../shared/domain/errors.ts';

describe('a sign-in that Microsoft ended with an error', () => {
  test.each<[string, string | undefined, ErrorCode, string]>([
    ['access_denied', 'AADSTS65004: User declined to consent.', 'consent_declined', 'user'],
    ['access_denied', undefined, 'consent_declined', 'user'],
    ['access_denied', 'AADSTS90094: The grant requires admin permission.', 'admin_consent_required', 'admin'],
    ['consent_required', 'AADSTS65001: no consent', 'consent_required', 'user'],
    ['unauthorized_client', 'AADSTS700016: no such app', 'app_misconfigured', 'operator'],
    ['temporarily_unavailable', undefined, 'identity_unavailable', 'wait'],
    ['server_error', undefined, 'identity_unavailable', 'wait'],
    ['interaction_required', undefined, 'sign_in_failed', 'user'],
    ['login_required', 'AADSTS50058: no session', 'sign_in_failed', 'user'],
  ])('%s (%s) is %s', (error, description, code, remedy) => {
    expect(classifyAuthorizationError(error, description)).toMatchObject({ code, remedy });
  });

  test('of the description nothing but the number is kept', () => {
    const told = classifyAuthorizationError(
      'access_denied',
      'AADSTS65004: ada@contoso.example said no <script>',
    );
    expect(told.aadstsCode).toBe(65004);
    expect(JSON.stringify(told)).not.toMatch(/ada@|script/);
  });

  test('there is no grant yet that could be gone', () => {
    const gone = { code: 'grant_invalid', remedy: 'user', detail: 'Over.' } as const;
    expect(asSignInFailure(gone)).toEqual({ ...gone, code: 'sign_in_failed' });
    const other = { code: 'throttled', remedy: 'wait', detail: 'Slow.' } as const;
    expect(asSignInFailure(other)).toBe(other);
  });
});
