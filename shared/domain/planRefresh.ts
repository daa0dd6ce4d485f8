import type { Connection, Grant } from './connection.ts';

/** How connections are kept alive. */
export interface RefreshPolicy {
  /** Days without use after which a connection is no longer kept alive. */
  readonly keepAliveDays: number;
}

export type RefreshPlan =
  | { readonly action: 'refresh' | 'warn'; readonly reason: string }
  | { readonly action: 'postpone'; readonly reason: string; readonly dueAt: Date }
  | { readonly action: 'drop'; readonly reason: string };

const hour = 3_600_000;
const day = 24 * hour;
/** Used within this time: its token is renewed before it ends, so that no runner waits. */
const activeMilliseconds = day;
/** Idle grants live for 90 days; once a week keeps them alive and finds a revocation early. */
const idleRefreshMilliseconds = 6 * day;
const idleJitterMilliseconds = day;
/** The warning comes so many days before the end, or at half time where connections are kept for a shorter time. */
const idleWarningDays = 14;
/** Three ticks of the timer before the end, or a quarter of the life of a short-lived token. */
const renewBeforeMilliseconds = 900_000;
const renewBeforeShare = 0.25;
/** How often the timer looks whether a rejected credential has been replaced. */
export const rejectedAppMilliseconds = hour / 2;

const firstBackoffMilliseconds = 2_000;
const longestBackoffMilliseconds = hour / 2;

/** When the person behind it last did something with the connection. */
export function lastTouchedAt(connection: Connection): Date {
  return connection.lastUsedAt ?? connection.connectedAt ?? connection.createdAt;
}

/** When the warning falls due that a connection will no longer be kept alive, if nobody uses it until then. */
export function idleWarningAt(connection: Connection, { keepAliveDays }: RefreshPolicy): Date {
  const warningDays = keepAliveDays - Math.min(idleWarningDays, keepAliveDays / 2);
  return new Date(lastTouchedAt(connection).getTime() + warningDays * day);
}

/** Decides what the timer does with a grant whose time has come. Pure: connection, grant and clock in, plan out. */
export function planRefresh(
  connection: Connection,
  grant: Grant,
  policy: RefreshPolicy,
  now: Date,
  appRejected: boolean,
): RefreshPlan {
  if (connection.status !== 'connected')
    return { action: 'drop', reason: `the connection is ${connection.status}` };
  const unusedMilliseconds = now.getTime() - lastTouchedAt(connection).getTime();
  if (unusedMilliseconds >= policy.keepAliveDays * day) {
    return { action: 'drop', reason: `unused for ${policy.keepAliveDays} days` };
  }
  if (grant.retryAt !== undefined && grant.retryAt > now) {
    return { action: 'postpone', reason: 'waiting after a failure', dueAt: grant.retryAt };
  }
  if (appRejected) {
    return {
      action: 'postpone',
      reason: "the app's credential is rejected",
      dueAt: new Date(now.getTime() + rejectedAppMilliseconds),
    };
  }
  if (connection.idleWarnedAt === undefined && idleWarningAt(connection, policy) <= now) {
    const daysLeft = Math.ceil((policy.keepAliveDays * day - unusedMilliseconds) / day);
    return { action: 'warn', reason: `unused, and no longer kept alive in ${daysLeft} days` };
  }
  return {
    action: 'refresh',
    reason: unusedMilliseconds < activeMilliseconds ? 'used lately' : 'kept alive',
  };
}

/**
 * When the timer should look at a grant whose token was issued just now.
 * @param random a number from 0 up to 1, so that idle connections spread over a day
 */
export function nextRefreshAt(touchedAt: Date, issuedAt: Date, expiresAt: Date, random: number): Date {
  if (issuedAt.getTime() - touchedAt.getTime() >= activeMilliseconds) {
    return new Date(
      issuedAt.getTime() + idleRefreshMilliseconds + Math.floor(random * idleJitterMilliseconds),
    );
  }
  const lifetime = expiresAt.getTime() - issuedAt.getTime();
  return new Date(expiresAt.getTime() - Math.min(renewBeforeMilliseconds, lifetime * renewBeforeShare));
}

/**
 * When to try again after a transient failure: full jitter over a doubling span, and never before the time that
 * Entra gave, but half an hour at the longest.
 * @param failures how many failed in a row, this one counted
 * @see https://learn.microsoft.com/en-us/azure/architecture/best-practices/transient-faults
 */
export function retryAfterFailure(
  failures: number,
  retryAfterSeconds: number | undefined,
  now: Date,
  random: number,
) {
  const span = Math.min(
    longestBackoffMilliseconds,
    firstBackoffMilliseconds * 2 ** Math.min(failures - 1, 20),
  );
  const wait = Math.max(Math.ceil(random * span), (retryAfterSeconds ?? 0) * 1000);
  return new Date(now.getTime() + Math.min(wait, longestBackoffMilliseconds));
}

/** Whole seconds from now until then, at least one. */
export function secondsUntil(then: Date, now: Date): number {
  return Math.max(1, Math.ceil((then.getTime() - now.getTime()) / 1000));
}
