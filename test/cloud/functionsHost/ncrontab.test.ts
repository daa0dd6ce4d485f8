import { expect, test } from '@jest/globals';
import { parseNcrontab } from './ncrontab.ts';

test.each([
  ['0 */5 * * * *', '2026-01-01T00:03:20Z', '2026-01-01T00:05:00Z'],
  ['0 */5 * * * *', '2026-01-01T00:05:00Z', '2026-01-01T00:10:00Z'],
  ['*/5 * * * *', '2026-01-01T00:56:00Z', '2026-01-01T01:00:00Z'],
  ['30 0 0 * * *', '2026-12-31T00:00:30Z', '2027-01-01T00:00:30Z'],
  ['0 30 9 * * MON-FRI', '2026-01-02T10:00:00Z', '2026-01-05T09:30:00Z'],
  ['0 0 9-17/4 * JAN,MAR *', '2026-01-31T17:00:00Z', '2026-03-01T09:00:00Z'],
  ['0 0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['* * * * * *', '2026-01-01T00:00:00.900Z', '2026-01-01T00:00:01Z'],
  ['10-20/5 2/20 * * * *', '2026-01-01T00:02:15Z', '2026-01-01T00:02:20Z'],
])('%s after %s is %s', (expression, after, expected) => {
  expect(parseNcrontab(expression).next(new Date(after))).toEqual(new Date(expected));
});

test.each(['', '* * *', '60 * * * * *', '0 */0 * * * *', '0 5-3 * * * *', '0 x * * * *', '0 0 0 31 2 *'])(
  "'%s' is refused",
  (expression) => {
    expect(() => parseNcrontab(expression)).toThrow();
  },
);
