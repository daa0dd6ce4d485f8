import { challenge, type FailureRow, grant, wait } from './failureRow.ts';

const mfa =
  "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{resource}'.";
const enroll =
  "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '{resource}'.";
const blocked =
  'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.';
const adminNeeded =
  '{app} needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.';

/** Failures of a grant, an account's session or a consent. */
export const grantFailures: Readonly<Record<number, FailureRow>> = {
  // The service or the tenant is busy.
  50033: wait('A transient error has occurred. Please try again.'),
  50087: wait('A transient error has occurred during authentication. Please try again.'),
  90006: wait('The service is temporarily unavailable. Please retry later.'),
  90012: { ...wait('The request has timed out.'), status: 504 },
  90024: wait('A transient error has occurred. Please try again.'),
  90033: wait('A transient error has occurred. Please try again.'),
  90090: wait('The provided grant could not be processed because of a transient error. Please try again.'),
  90055: { ...wait('There are too many incoming requests.'), status: 429, retryAfterSeconds: 10 },
  50196: grant(
    'The server terminated an operation because it encountered a client request loop. Please contact your app vendor.',
  ),

  // The grant is gone or needs the person.
  50173: grant(
    "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{issuedAt}' and the TokensValidFrom date (before which tokens are not valid) for this user is '{validFrom}'.",
    'bad_token',
  ),
  70000: grant('Provided grant is invalid or malformed.'),
  70008: grant(
    'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  ),
  700082: grant(
    'The refresh token has expired due to inactivity. The token was issued on {issuedAt} and was inactive for 90.00:00:00.',
  ),
  700084: grant(
    'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on {issuedAt}.',
  ),
  70043: grant(
    'The refresh token has expired or is invalid due to sign-in frequency checks by conditional access. The token was issued on {issuedAt} and the maximum allowed lifetime for this request is 43200.',
    'token_expired',
  ),
  50076: challenge(mfa, 'basic_action'),
  50079: challenge(enroll, 'basic_action'),
  50072: challenge(enroll, 'basic_action'),
  50074: challenge('Strong Authentication is required.', 'basic_action'),
  50078: challenge(
    "Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access '{resource}'.",
    'basic_action',
  ),
  50158: challenge(
    'External security challenge not satisfied. User will be redirected to another page or authentication provider to satisfy additional authentication challenges.',
    'basic_action',
  ),
  50089: grant('Authentication failed due to flow token expired.', 'bad_token'),
  50132: grant('The session is not valid due to password expiration or recent password change.', 'bad_token'),
  50133: grant('Session is invalid due to expiration or recent password change.', 'bad_token'),
  50055: grant('The password is expired.', 'user_password_expired'),
  700020: grant('Interaction is required.', 'basic_action'),
  530036: grant('The refresh token has been revoked by your organization.', 'bad_token'),

  // Conditional Access blocks.
  53000: challenge(
    'Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant.',
    'message_only',
  ),
  53001: challenge(
    'Device is not in required device state: domain_joined. Conditional Access policy requires a domain joined device, and the device is not domain joined.',
    'message_only',
  ),
  53002: challenge('Application used is not an approved application for Conditional Access.', 'message_only'),
  53003: challenge(blocked, 'message_only'),
  53004: challenge(
    'User needs to complete multi-factor authentication registration process before accessing this content.',
    'message_only',
  ),
  53011: challenge('User blocked due to risk on home tenant.', 'message_only'),
  530032: challenge('Blocked by security policy configured by the tenant admin.', 'message_only'),
  530035: challenge('Access has been blocked by security defaults.', 'message_only'),

  // Consent.
  65001: {
    ...grant(
      "The user or administrator has not consented to use the application with ID '{clientId}' named '{app}'. Send an interactive authorization request for this user and resource.",
      'consent_required',
    ),
    callbackError: 'consent_required',
  },
  65004: { ...grant('User declined to consent to access the app.'), callbackError: 'access_denied' },
  90094: { ...grant(adminNeeded, 'consent_required'), callbackError: 'access_denied' },
  90095: { ...grant(adminNeeded, 'consent_required'), callbackError: 'access_denied' },
};
