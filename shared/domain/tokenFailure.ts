import { type ErrorCode, errorTable, type Remedy } from './errors.ts';

/**
 * What a token request came to when it gave no usable tokens: the parts of the raw answer that may be kept
 * and logged. Descriptions are left out on purpose; they can carry names and addresses.
 */
export interface RawTokenFailure {
  /** `answered`: an HTTP answer arrived whole. `timeout` and `network`: none did. */
  readonly kind: 'answered' | 'timeout' | 'network';
  readonly status?: number;
  /** OAuth error code (RFC 6749 section 5.2) of the answer, or one of `clientSideErrors`. */
  readonly error?: string;
  readonly suberror?: string;
  /** AADSTS numbers, in the order of the answer. */
  readonly errorCodes: readonly number[];
  readonly retryAfterSeconds?: number;
  readonly entraCorrelationId?: string;
}

/** What the broker itself finds wrong with an answer that has tokens; stands in `error`, no server sends these. */
export const clientSideErrors = {
  /** The id token carries another nonce than the one sent (OpenID Connect Core section 3.1.3.7). */
  nonceMismatch: 'nonce_mismatch',
  /** There is no id token, it cannot be read, or it lacks `oid` or `tid`. */
  idTokenUnusable: 'id_token_unusable',
} as const;

/** A failed token request, told apart: whose fault it is and who mends it. */
export interface TokenFailure {
  readonly code: ErrorCode;
  readonly remedy: Remedy;
  readonly detail: string;
  readonly aadstsCode?: number;
  readonly entraCorrelationId?: string;
  readonly retryAfterSeconds?: number;
}

/** A rule applies where any of its numbers is in the answer, or, where no rule's is, any of its words. */
interface Rule {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly aadsts?: readonly number[];
  readonly errors?: readonly string[];
  readonly suberrors?: readonly string[];
}

const asksToSignIn = 'The person has to sign in to this connection again.';
const unharmed = 'The connection is unharmed';

const throttled: Rule = {
  code: 'throttled',
  aadsts: [50196, 90055],
  detail: `Microsoft asks to slow down. ${unharmed}; try again after the time given.`,
};

const temporary: Rule = {
  code: 'identity_unavailable',
  aadsts: [50033, 50087, 90006, 90012, 90024, 90033, 90090],
  errors: ['temporarily_unavailable', 'server_error'],
  detail: `Microsoft has a temporary problem. ${unharmed}; try again shortly.`,
};

/**
 * First match wins. Numbers refine the words and come first; the words alone lead to a safe answer, since the
 * numbers change over time. A fault of the app never turns into one of the grant, nor the other way round.
 */
const rules: readonly Rule[] = [
  throttled,
  temporary,
  {
    code: 'id_token_invalid',
    errors: Object.values(clientSideErrors),
    detail: 'Microsoft answered with an id token that does not fit this sign-in. Start the sign-in again.',
  },
  {
    code: 'app_credential_rejected',
    aadsts: [7000215, 7000222, 700027, 7000218],
    detail:
      "Microsoft rejects the app's client credential: it is wrong or has expired. " +
      'Whoever runs the app registration has to create a new client secret; people need not sign in again.',
  },
  {
    code: 'app_credential_rejected',
    aadsts: [70021, 700211, 700213, 7002137, 7002138],
    detail:
      "Microsoft rejects the app's federated credential: issuer, subject or audience do not match. " +
      'Whoever runs the app registration has to correct it; people need not sign in again.',
  },
  {
    code: 'app_misconfigured',
    aadsts: [700016, 90002, 900382, 900432, 90038],
    detail:
      'Microsoft does not know this app in this tenant or cloud. Whoever runs the app registration has to check ' +
      'client ID, tenant and environment.',
  },
  {
    code: 'app_misconfigured',
    aadsts: [50011, 500011, 700025, 650057, 65005, 70011, 50194, 7000112, 70001],
    detail:
      'The app registration or the tenant is not set up for this request. Whoever runs the app registration has to ' +
      'check redirect URI (platform "Web"), API permissions, supported account types and whether the app is disabled.',
  },
  {
    code: 'admin_consent_required',
    aadsts: [90094, 90095],
    detail: 'An administrator of the tenant has to approve the app before anyone can sign in to it.',
  },
  {
    code: 'consent_declined',
    aadsts: [65004],
    errors: ['access_denied'],
    detail: 'The permissions were not granted. Start the sign-in again and accept them.',
  },
  {
    code: 'consent_required',
    aadsts: [65001],
    errors: ['consent_required'],
    suberrors: ['consent_required'],
    detail: `The permissions have not been consented to, or the consent was taken back. ${asksToSignIn}`,
  },
  {
    code: 'sign_in_failed',
    aadsts: [54005, 501481, 700005],
    detail: 'The authorization code was used already or belongs to another sign-in. Start the sign-in again.',
  },
  {
    code: 'grant_invalid',
    aadsts: [700084],
    detail:
      'The sign-in lasted 24 hours only, because the redirect URI of the app is registered as "Single-page application". ' +
      `Whoever runs the app registration has to move it to "Web". ${asksToSignIn}`,
  },
  {
    code: 'grant_invalid',
    aadsts: [53000, 53001, 53002, 53003, 53004, 53011, 530032, 530035],
    detail:
      `A policy of the organisation (Conditional Access) blocks the sign-in. ${asksToSignIn} Where that is blocked too, ` +
      "an administrator has to look at the policy: Microsoft judges it by the broker's own network address.",
  },
  {
    code: 'grant_invalid',
    aadsts: [50076, 50079, 50074, 50078, 50072, 50158, 530036],
    detail: `The organisation asks for a further step of the sign-in, multifactor authentication for example. ${asksToSignIn}`,
  },
  {
    code: 'grant_invalid',
    aadsts: [50173, 50132, 50133, 50055, 50089, 70043, 700020],
    detail: `The sign-in was revoked, by a password change, an administrator or a policy. ${asksToSignIn}`,
  },
  {
    code: 'grant_invalid',
    aadsts: [700082],
    detail: `The sign-in expired because it was not used for too long. ${asksToSignIn}`,
  },
  {
    code: 'grant_invalid',
    aadsts: [50057, 500341],
    detail:
      'The account was disabled or deleted. An administrator has to restore it, or another person has to sign in.',
  },
  {
    code: 'grant_invalid',
    aadsts: [50105],
    detail: `The person is not assigned to the app. An administrator has to assign them; then: ${asksToSignIn}`,
  },
  {
    code: 'grant_invalid',
    aadsts: [50020, 50034, 90072],
    detail:
      'The account does not exist in this tenant. The person has to sign in with an account of the tenant.',
  },
  {
    code: 'grant_invalid',
    errors: ['invalid_grant', 'interaction_required', 'login_required'],
    detail: `The sign-in behind this connection no longer counts. ${asksToSignIn}`,
  },
  {
    code: 'app_credential_rejected',
    errors: ['invalid_client'],
    detail:
      "Microsoft rejects the app's client credential. Whoever runs the app registration has to check it and to create " +
      'a new one; people need not sign in again.',
  },
  {
    code: 'app_misconfigured',
    errors: [
      'unauthorized_client',
      'invalid_request',
      'invalid_scope',
      'invalid_resource',
      'unsupported_grant_type',
    ],
    detail:
      'The app registration or the tenant is not set up for this request. Whoever runs the app registration has to ' +
      `check client ID, tenant, environment and permissions. ${unharmed}.`,
  },
];

const timedOut: Rule = {
  code: 'identity_unavailable',
  detail: `Microsoft did not answer in time. ${unharmed}; try again shortly.`,
};
const broken: Rule = {
  code: 'identity_unavailable',
  detail: `The connection to Microsoft broke. ${unharmed}; try again shortly.`,
};
const unusable: Rule = {
  code: 'identity_unavailable',
  detail: `Microsoft sent an answer that is of no use here. ${unharmed}; try again shortly.`,
};

function namesNumber(rule: Rule, raw: RawTokenFailure): boolean {
  return raw.errorCodes.some((code) => rule.aadsts?.includes(code));
}

function namesWord(rule: Rule, raw: RawTokenFailure): boolean {
  return (
    (raw.error !== undefined && rule.errors?.includes(raw.error) === true) ||
    (raw.suberror !== undefined && rule.suberrors?.includes(raw.suberror) === true)
  );
}

function ruleFor(raw: RawTokenFailure): Rule {
  if (raw.kind === 'timeout') return timedOut;
  if (raw.kind === 'network') return broken;
  if (raw.status === 429) return throttled;
  // An overloaded or broken server says nothing about app or grant, whatever its body claims.
  if (raw.status !== undefined && raw.status >= 500) return temporary;
  return (
    rules.find((rule) => namesNumber(rule, raw)) ?? rules.find((rule) => namesWord(rule, raw)) ?? unusable
  );
}

/**
 * From the raw token answer, or the `error` of an authorize callback, to a failure.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
 */
export function classifyTokenFailure(raw: RawTokenFailure): TokenFailure {
  const rule = ruleFor(raw);
  const aadstsCode = raw.errorCodes.find((code) => rule.aadsts?.includes(code)) ?? raw.errorCodes[0];
  return {
    code: rule.code,
    remedy: errorTable[rule.code].remedy,
    detail: aadstsCode === undefined ? rule.detail : `${rule.detail} (AADSTS${aadstsCode})`,
    ...(aadstsCode === undefined ? {} : { aadstsCode }),
    ...(raw.entraCorrelationId === undefined ? {} : { entraCorrelationId: raw.entraCorrelationId }),
    ...(raw.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: raw.retryAfterSeconds }),
  };
}

/** The AADSTS numbers that an `error_description` mentions, each once and at most five; nothing else of it. */
export function aadstsCodesIn(description: string): number[] {
  const codes = [...description.matchAll(/\bAADSTS(\d{4,9})\b/g)].map((match) => Number(match[1]));
  return [...new Set(codes)].slice(0, 5);
}
