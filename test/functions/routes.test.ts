import { describe, expect, test } from '@jest/globals';
import { routes } from '../../functions/routes.ts';

/** Whether some path is taken by both templates: parameters take anything but a slash, a catch-all takes the rest. */
function overlaps(left: string, right: string): boolean {
  const [a, b] = [left, right].map((template) => template.split('/').filter((part) => part !== ''));
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  return a.every((part, index) => part === b[index] || part.startsWith('{') || b[index]?.startsWith('{'));
}

const entries = Object.entries(routes);
const catchesAll = ([, { route }]: (typeof entries)[number]) => route.includes('{*');

describe('the route table', () => {
  test('keeps clear of the routes that the host reserves', () => {
    for (const [, { route }] of entries) expect(route).not.toMatch(/^\/?(admin|runtime)/i);
  });

  test('has no two routes that take the same request, since the host would choose by the alphabet', () => {
    const plain = entries.filter((entry) => !catchesAll(entry));
    const pairs = plain.flatMap(([name, route], index) =>
      plain
        .slice(index + 1)
        .filter(([, other]) => other.methods.some((method) => route.methods.includes(method)))
        .filter(([, other]) => overlaps(route.route, other.route))
        .map(([other]) => `${name} and ${other}`),
    );
    expect(pairs).toEqual([]);
  });

  test('sorts the routes that take anything behind all others, the narrower one first', () => {
    const names = entries.map(([name]) => name).sort();
    expect(names.slice(-2)).toEqual(entries.filter(catchesAll).map(([name]) => name));
  });

  test('carries the addresses that app registrations and runners depend on', () => {
    expect(routes.completeConnection?.route).toBe('provisioning_/callback');
    expect(routes.readToken?.route).toBe('api/v1/connections/{connectionId}/token');
    expect(routes.startConnection?.methods).toEqual(['POST']);
  });
});
