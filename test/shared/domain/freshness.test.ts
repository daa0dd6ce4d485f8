import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { freshnessOf, longestMinValidSeconds } from '../../../shared/domain/freshness.ts';

const noon = new Date('2027-03-01T12:00:00.000Z');
const secondsFrom = (start: Date, seconds: number) => new Date(start.getTime() + seconds * 1000);

/** A token issued at noon, judged so many seconds later. */
function judged(lifetimeSeconds: number, ageSeconds: number, minValidSeconds: number) {
  const times = { tokenIssuedAt: noon, tokenExpiresAt: secondsFrom(noon, lifetimeSeconds) };
  return freshnessOf(times, minValidSeconds, secondsFrom(noon, ageSeconds));
}

describe('how fresh a token is', () => {
  test.each<[string, number, number, number, string]>([
    ['a token that has just been issued', 3600, 0, 300, 'fresh'],
    ['enough left for what is asked', 3600, 3300, 300, 'fresh'],
    ['a second too little left', 3600, 3301, 300, 'early'],
    ['a second before its end', 3600, 3599, 0, 'fresh'],
    ['its very end', 3600, 3600, 0, 'expired'],
    ['long after its end', 3600, 9999, 300, 'expired'],
    ['much asked of a young token: it is returned as it is', 600, 299, 3000, 'fresh'],
    ['much asked of a token of five minutes', 3600, 300, 3000, 'fresh'],
    ['much asked of a token of twelve minutes', 3600, 721, 3000, 'early'],
    ['a token of ten minutes that has five left', 600, 300, 300, 'fresh'],
    ['four fifths of its life is the most that can be asked for', 600, 300, 3000, 'early'],
    ['a day-long token', 86_400, 83_000, 3000, 'fresh'],
  ])('%s', (_, lifetime, age, minValid, verdict) => {
    expect(judged(lifetime, age, minValid)).toBe(verdict);
  });

  test('a grant without a token has none', () => {
    expect(freshnessOf({}, 0, noon)).toBe('expired');
    expect(freshnessOf({ tokenExpiresAt: secondsFrom(noon, 3600) }, 0, noon)).toBe('expired');
  });
});

const lifetime = fc.integer({ min: 60, max: 90_000 });
const age = fc.integer({ min: 0, max: 100_000 });
const minValid = fc.integer({ min: 0, max: longestMinValidSeconds });

describe('whatever is asked', () => {
  test('no token past its end is handed out, and none before it counts as ended', () => {
    fc.assert(
      fc.property(lifetime, age, minValid, (lives, aged, wanted) => {
        expect(judged(lives, aged, wanted) === 'expired').toBe(aged >= lives);
      }),
    );
  });

  test('nobody makes the broker ask Microsoft again within five minutes of a token', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 301, max: 90_000 }),
        fc.nat({ max: 299 }),
        minValid,
        (lives, aged, wanted) => {
          expect(judged(lives, aged, wanted)).toBe('fresh');
        },
      ),
    );
  });

  test('who asks for more never gets a staler token', () => {
    fc.assert(
      fc.property(lifetime, age, minValid, minValid, (lives, aged, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        if (judged(lives, aged, more) === 'fresh') expect(judged(lives, aged, less)).toBe('fresh');
      }),
    );
  });
});
