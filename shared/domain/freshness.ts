import type { Grant } from './connection.ts';

/** The most that a caller may ask for as `minValidSeconds`. */
export const longestMinValidSeconds = 3000;
export const defaultMinValidSeconds = 300;
/** A token this young is handed out as it is: no parameter makes the broker call Entra in a loop (AADSTS50196). */
const youngSeconds = 300;
/** No more than this share of a token's life may be asked for, since policies allow tokens of ten minutes. */
const largestShare = 0.8;

export type Freshness = 'fresh' | 'early' | 'expired';

/** The times of an access token, as the grant keeps them. */
export type TokenTimes = Pick<Grant, 'tokenIssuedAt' | 'tokenExpiresAt'>;

/**
 * Judges an access token: `fresh` is handed out as it is; `early` still works but somebody should refresh it;
 * `expired` is worth nothing.
 */
export function freshnessOf(token: TokenTimes, minValidSeconds: number, now: Date): Freshness {
  if (token.tokenIssuedAt === undefined || token.tokenExpiresAt === undefined) return 'expired';
  const leftSeconds = (token.tokenExpiresAt.getTime() - now.getTime()) / 1000;
  if (leftSeconds <= 0) return 'expired';
  const ageSeconds = (now.getTime() - token.tokenIssuedAt.getTime()) / 1000;
  const lifetimeSeconds = (token.tokenExpiresAt.getTime() - token.tokenIssuedAt.getTime()) / 1000;
  const wantedSeconds = Math.min(minValidSeconds, lifetimeSeconds * largestShare);
  return leftSeconds >= wantedSeconds || ageSeconds < youngSeconds ? 'fresh' : 'early';
}
