import { VaultFailure } from './vaultFailure.ts';

/** Requests that a vault takes within a window; the default is what Key Vault allows. */
export interface ThrottleLimits {
  sets: number;
  others: number;
  windowMilliseconds: number;
}

/**
 * Transactions for each vault and region in ten seconds: 300 that create a secret, 4,000 others.
 * @see https://learn.microsoft.com/en-us/azure/key-vault/general/service-limits
 */
export const vaultLimits: ThrottleLimits = { sets: 300, others: 4000, windowMilliseconds: 10_000 };

/** Counts requests by real time and throws 429 with `Retry-After` for those above the limit. */
export function createThrottle(limits: ThrottleLimits): (kind: 'sets' | 'others') => void {
  const windows = { sets: { since: 0, count: 0 }, others: { since: 0, count: 0 } };
  return (kind) => {
    const window = windows[kind];
    const now = performance.now();
    if (now - window.since >= limits.windowMilliseconds || window.count === 0) {
      window.since = now;
      window.count = 0;
    }
    window.count += 1;
    if (window.count <= limits[kind]) return;
    const left = Math.ceil((window.since + limits.windowMilliseconds - now) / 1000);
    const message =
      'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached';
    throw new VaultFailure(429, 'Throttled', message, { headers: { 'retry-after': String(left) } });
  };
}
