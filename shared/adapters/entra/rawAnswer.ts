import type { RawTokenFailure } from '../../domain/tokenFailure.ts';
import { aadstsCodesIn } from '../../domain/tokenFailure.ts';

/** Error words and ids are short; anything else in their place is not kept. */
const word = /^[\w.-]{1,64}$/;
const mostErrorCodes = 5;
const longestRetryAfterSeconds = 86_400;

/** The facts of an HTTP answer of the token endpoint that may be kept: no token, no description. */
export type AnswerFacts = Omit<RawTokenFailure, 'kind'> & {
  readonly status: number;
  /** Lifetime of the access token in seconds (RFC 6749 section 5.1), where it was stated and positive. */
  readonly expiresInSeconds?: number;
  /** Whether the answer claims to hold an access token: only then is something wrong with the rest worth telling. */
  readonly hasAccessToken: boolean;
};

/** `Retry-After` in seconds, from seconds or from an HTTP date (RFC 9110 section 10.2.3); at most a day. */
export function readRetryAfter(header: string | null, now: Date): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) : (Date.parse(header) - now.getTime()) / 1000;
  if (Number.isNaN(seconds)) return undefined;
  return Math.min(Math.max(Math.ceil(seconds), 0), longestRetryAfterSeconds);
}

const asWord = (value: unknown) => (typeof value === 'string' && word.test(value) ? value : undefined);

function asPositiveNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : undefined;
}

function readErrorCodes(body: Readonly<Record<string, unknown>>): number[] {
  const listed = Array.isArray(body.error_codes) ? body.error_codes : [];
  const codes = listed.map(asPositiveNumber).filter((code) => code !== undefined);
  if (codes.length > 0) return codes.slice(0, mostErrorCodes);
  return typeof body.error_description === 'string' ? aadstsCodesIn(body.error_description) : [];
}

/** Entries without those that are undefined, for types whose members may be absent but not undefined. */
function present<T extends object>(entries: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as T;
}

/** Takes the facts from an answer. `correlationId` is the one that was sent, for an answer that has none. */
export function readFacts(
  response: { readonly status: number; readonly headers: Headers },
  body: Readonly<Record<string, unknown>>,
  now: Date,
  correlationId: string,
): AnswerFacts {
  return present<AnswerFacts>({
    status: response.status,
    error: asWord(body.error),
    suberror: asWord(body.suberror),
    errorCodes: readErrorCodes(body),
    retryAfterSeconds: readRetryAfter(response.headers.get('retry-after'), now),
    entraCorrelationId: asWord(body.correlation_id) ?? correlationId,
    expiresInSeconds: asPositiveNumber(body.expires_in),
    hasAccessToken: typeof body.access_token === 'string' && body.access_token !== '',
  });
}
