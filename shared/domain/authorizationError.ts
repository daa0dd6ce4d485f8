import { type ErrorCode, errorTable } from './errors.ts';
import type { TokenFailure } from './tokenFailure.ts';

/** The `error` of a callback (RFC 6749 section 4.1.2.1) with the one part of its description that is kept. */
export interface AuthorizationError {
  readonly error: string;
  readonly aadstsCode?: number;
  readonly suberror?: string;
}

/** Takes the AADSTS number out of an error description; the text itself is dropped. */
export function aadstsCodeIn(description: string | null): number | undefined {
  const digits = /AADSTS(\d{4,8})/.exec(description ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

interface Rule {
  readonly codes: readonly number[];
  readonly errors: readonly string[];
  readonly code: ErrorCode;
  readonly detail: string;
}

/** First match wins. */
const rules: readonly Rule[] = [
  {
    codes: [90094, 90095, 900941],
    errors: [],
    code: 'admin_consent_required',
    detail:
      'Your organisation lets only administrators approve this app. Send the approval link to an administrator.',
  },
  {
    codes: [65004],
    errors: ['access_denied'],
    code: 'consent_declined',
    detail: 'The permissions were declined on the page of Microsoft. Start again and accept them to go on.',
  },
  {
    codes: [65001],
    errors: ['consent_required'],
    code: 'consent_required',
    detail:
      'The app needs a consent that was not given. Start again and accept it, or ask an administrator to.',
  },
  {
    codes: [50020, 50034, 50057, 50105, 90072, 500341],
    errors: [],
    code: 'account_not_allowed',
    detail:
      'This account may not sign in to this app. Use another account, or ask an administrator to assign it.',
  },
  {
    codes: [700016, 50011, 500011, 650057, 65005, 70011, 50194, 7000112, 90002, 900382, 900432, 90038],
    errors: [
      'unauthorized_client',
      'invalid_request',
      'invalid_scope',
      'invalid_resource',
      'unsupported_response_type',
    ],
    code: 'app_misconfigured',
    detail:
      'The app registration does not fit this request. Check client ID, tenant, environment and redirect URI.',
  },
  {
    codes: [],
    errors: ['temporarily_unavailable', 'server_error'],
    code: 'identity_unavailable',
    detail: 'Microsoft has a temporary problem. Start again in a moment.',
  },
];

const otherwise = {
  code: 'sign_in_failed',
  detail: 'Microsoft ended the sign-in without success. Start again.',
} as const;

/** What a callback with an error means and who mends it. */
export function classifyAuthorizationError({ error, aadstsCode }: AuthorizationError): TokenFailure {
  const byCode = rules.find((rule) => aadstsCode !== undefined && rule.codes.includes(aadstsCode));
  const { code, detail } = byCode ?? rules.find((rule) => rule.errors.includes(error)) ?? otherwise;
  return {
    code,
    remedy: errorTable[code].remedy,
    detail: aadstsCode === undefined ? detail : `${detail} (AADSTS${aadstsCode})`,
    ...(aadstsCode === undefined ? {} : { aadstsCode }),
  };
}
