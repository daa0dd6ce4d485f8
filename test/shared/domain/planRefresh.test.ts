import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Connection, ConnectionStatus, Grant } from '../../../shared/domain/connection.ts';
import {
  idleWarningAt,
  lastTouchedAt,
  nextRefreshAt,
  planRefresh,
  retryAfterFailure,
} from '../../../shared/domain/planRefresh.ts';
import { noon, someConnection, someGrant } from '../../contracts/samples.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const policy = { keepAliveDays: 180 };
const earlier = (milliseconds: number) => new Date(noon.getTime() - milliseconds);
const later = (milliseconds: number) => new Date(noon.getTime() + milliseconds);

interface Case {
  readonly connection?: Partial<Connection>;
  readonly grant?: Partial<Grant>;
  readonly appRejected?: boolean;
  readonly keepAliveDays?: number;
}

function planned({ connection, grant, appRejected = false, keepAliveDays = 180 }: Case) {
  const row = someConnection({ status: 'connected', createdAt: earlier(400 * day), ...connection });
  return planRefresh(row, someGrant(row.id, grant), { keepAliveDays }, noon, appRejected);
}

const unused = (days: number) => ({ lastUsedAt: earlier(days * day) });

describe('what the timer does with a grant whose time has come', () => {
  test.each<[string, Case, string]>([
    ['used an hour ago', { connection: unused(1 / 24) }, 'refresh'],
    ['never used, but signed in yesterday', { connection: { connectedAt: earlier(day) } }, 'refresh'],
    ['unused for 165 days', { connection: unused(165) }, 'refresh'],
    ['unused for 166 days', { connection: unused(166) }, 'warn'],
    ['warned already', { connection: { ...unused(170), idleWarnedAt: earlier(4 * day) } }, 'refresh'],
    ['unused for 180 days', { connection: { ...unused(180), idleWarnedAt: earlier(14 * day) } }, 'drop'],
    ['unused for 180 days and never warned', { connection: unused(180) }, 'drop'],
    ['waiting after a failure', { connection: unused(0), grant: { retryAt: later(minute) } }, 'postpone'],
    ['done waiting', { connection: unused(0), grant: { retryAt: noon } }, 'refresh'],
    ['an app with a rejected credential', { connection: unused(0), appRejected: true }, 'postpone'],
    ['kept alive for a week only', { connection: unused(3), keepAliveDays: 7 }, 'refresh'],
    ['a short keep-alive warns at half time', { connection: unused(3.5), keepAliveDays: 7 }, 'warn'],
    ['a day of keep-alive, used an hour ago', { connection: unused(1 / 24), keepAliveDays: 1 }, 'refresh'],
  ])('%s', (_, given, action) => {
    expect(planned(given).action).toBe(action);
  });

  test.each<ConnectionStatus>(['pending', 'needs_sign_in', 'needs_admin_consent', 'suspended'])(
    'a connection that is %s is left alone',
    (status) => {
      expect(planned({ connection: { status, ...unused(0) } })).toEqual({
        action: 'drop',
        reason: `the connection is ${status}`,
      });
    },
  );

  test('who waits is looked at again when the wait is over, half an hour later for an app', () => {
    expect(planned({ connection: unused(0), grant: { retryAt: later(hour) } })).toMatchObject({
      dueAt: later(hour),
    });
    expect(planned({ connection: unused(0), appRejected: true })).toMatchObject({ dueAt: later(hour / 2) });
  });

  test('the warning says how many days are left', () => {
    expect(planned({ connection: unused(166) }).reason).toContain('in 14 days');
    expect(planned({ connection: unused(170) }).reason).toContain('in 10 days');
  });

  test('the last use counts, else the sign-in, else the request', () => {
    const [createdAt, connectedAt, lastUsedAt] = [earlier(3 * day), earlier(2 * day), earlier(day)];
    expect(lastTouchedAt(someConnection({ createdAt, connectedAt, lastUsedAt }))).toEqual(lastUsedAt);
    expect(lastTouchedAt(someConnection({ createdAt, connectedAt }))).toEqual(connectedAt);
    expect(lastTouchedAt(someConnection({ createdAt }))).toEqual(createdAt);
  });

  test('the warning is due a fortnight before the end', () => {
    expect(idleWarningAt(someConnection({ lastUsedAt: noon }), policy)).toEqual(later(166 * day));
  });
});

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('when the timer looks next', () => {
  test('a connection in use is renewed a quarter of an hour before its hour ends', () => {
    expect(nextRefreshAt(noon, noon, later(hour), 0.5)).toEqual(later(45 * minute));
  });

  test('a token of ten minutes is renewed when a quarter of its life is left', () => {
    expect(nextRefreshAt(noon, noon, later(10 * minute), 0.5)).toEqual(later(7.5 * minute));
  });

  test('a connection in use is always renewed before its token ends, and not at once', () => {
    const touched = fc.integer({ min: 0, max: day - 1 });
    const lifetime = fc.integer({ min: 5 * minute, max: 2 * day });
    fc.assert(
      fc.property(touched, lifetime, random, (ago, lives, jitter) => {
        const dueAt = nextRefreshAt(earlier(ago), noon, later(lives), jitter).getTime();
        expect(dueAt).toBeLessThan(noon.getTime() + lives);
        expect(dueAt).toBeGreaterThanOrEqual(noon.getTime() + lives / 2);
      }),
    );
  });

  test('an idle connection is renewed after six to seven days, long before its 90 days end', () => {
    fc.assert(
      fc.property(fc.integer({ min: day, max: 400 * day }), random, (ago, jitter) => {
        const days =
          (nextRefreshAt(earlier(ago), noon, later(hour), jitter).getTime() - noon.getTime()) / day;
        expect(days).toBeGreaterThanOrEqual(6);
        expect(days).toBeLessThan(7);
      }),
    );
  });
});

describe('how long a failure makes wait', () => {
  test('the span doubles from two seconds to half an hour', () => {
    const longest = [1, 2, 3, 10, 11, 500].map((failures) => {
      return (retryAfterFailure(failures, undefined, noon, 1).getTime() - noon.getTime()) / 1000;
    });
    expect(longest).toEqual([2, 4, 8, 1024, 1800, 1800]);
  });

  test('the wait is at least what Microsoft asks for, and never longer than half an hour', () => {
    const failures = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(failures, fc.option(fc.nat({ max: 200_000 })), random, (count, asked, jitter) => {
        const waited = retryAfterFailure(count, asked ?? undefined, noon, jitter).getTime() - noon.getTime();
        expect(waited).toBeGreaterThanOrEqual(Math.min(hour / 2, (asked ?? 0) * 1000));
        expect(waited).toBeLessThanOrEqual(hour / 2);
      }),
    );
  });
});
