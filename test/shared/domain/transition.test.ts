import { describe, expect, test } from '@jest/globals';
import { connectionStatuses, legalTransitions } from '../../../shared/domain/connection.ts';
import { BrokerError, type ErrorCode, errorTable } from '../../../shared/domain/errors.ts';
import { eventOf, failureRecord, moveTo, statusAfterFailure } from '../../../shared/domain/transition.ts';
import { minutesAfterNoon, noon, someConnection } from '../../contracts/samples.ts';

const deed = { actor: 'ada', cause: 'A test.', at: minutesAfterNoon(1) };
const pairs = connectionStatuses.flatMap((from) => connectionStatuses.map((to) => ({ from, to })));
const isLegal = ({ from, to }: (typeof pairs)[number]) => legalTransitions[from].includes(to);

describe('moves between statuses', () => {
  test.each(pairs.filter(isLegal))('from $from to $to leaves one event', ({ from, to }) => {
    const moved = moveTo(someConnection({ status: from }), to, deed);
    expect(moved.connection).toMatchObject({ status: to, updatedAt: deed.at });
    expect(moved.events).toEqual([
      { id: expect.any(String), type: 'connection.status_changed', ...deed, from, to },
    ]);
  });

  test.each(pairs.filter((pair) => pair.from !== pair.to && !isLegal(pair)))(
    'from $from to $to is a mistake of the broker',
    ({ from, to }) => {
      expect(() => moveTo(someConnection({ status: from }), to, deed)).toThrow(
        new BrokerError('internal', `A connection cannot go from ${from} to ${to}.`),
      );
    },
  );

  test.each(connectionStatuses)('staying %s is no transition and leaves no event', (status) => {
    expect(moveTo(someConnection({ status }), status, deed).events).toEqual([]);
  });

  test('nothing leads back to pending', () => {
    expect(Object.values(legalTransitions).flat()).not.toContain('pending');
  });

  test('two events never share an id', () => {
    const ids = Array.from({ length: 100 }, () => eventOf('connection.updated', deed).id);
    expect(new Set(ids).size).toBe(100);
  });
});

describe('what a failed refresh does to a connection', () => {
  const moving: Partial<Record<ErrorCode, string>> = {
    grant_invalid: 'needs_sign_in',
    consent_required: 'needs_sign_in',
    consent_declined: 'needs_sign_in',
    admin_consent_required: 'needs_admin_consent',
  };

  test.each(Object.keys(errorTable) as ErrorCode[])('%s', (code) => {
    expect(statusAfterFailure(code)).toBe(moving[code]);
  });

  test('the record keeps code, remedy, words, number and time, and nothing else', () => {
    const failure = { code: 'grant_invalid', remedy: 'user', detail: 'Over.', aadstsCode: 50173 } as const;
    expect(failureRecord({ ...failure, retryAfterSeconds: 5 }, noon)).toEqual({ ...failure, at: noon });
  });
});
