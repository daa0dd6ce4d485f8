import { describe, expect, test } from '@jest/globals';
import { bucketOf, hintMoves, listMoves, pendingHint, placeHint } from '../../../shared/domain/indexing.ts';
import { minutesAfterNoon, noon, someConnection } from '../../contracts/samples.ts';

const hint = (minutes: number) => ({ kind: 'grant' as const, id: 'one', dueAt: minutesAfterNoon(minutes) });

describe('hints', () => {
  test('an unchanged instant moves nothing, even when it is past', () => {
    expect(hintMoves(hint(10), hint(10), noon)).toEqual({ add: [], remove: [] });
    expect(hintMoves(hint(-10), hint(-10), noon)).toEqual({ add: [], remove: [] });
    expect(hintMoves(undefined, undefined, noon)).toEqual({ add: [], remove: [] });
  });

  test('another bucket adds there and removes here', () => {
    expect(hintMoves(hint(10), hint(30), noon)).toEqual({ add: [hint(30)], remove: [hint(10)] });
  });

  test('the same bucket is written anew and nothing is removed', () => {
    expect(hintMoves(hint(10), hint(11), noon)).toEqual({ add: [hint(11)], remove: [] });
  });

  test('a first hint is added, a last one removed', () => {
    expect(hintMoves(undefined, hint(10), noon)).toEqual({ add: [hint(10)], remove: [] });
    expect(hintMoves(hint(10), undefined, noon)).toEqual({ add: [], remove: [hint(10)] });
  });

  test('the past goes into the current bucket', () => {
    const now = minutesAfterNoon(63);
    expect(bucketOf(placeHint(hint(10), now).dueAt)).toBe(bucketOf(now));
    expect(placeHint(hint(61), now)).toEqual(hint(61));
    expect(placeHint(hint(90), now)).toEqual(hint(90));
  });

  test('only a connection with an end pends', () => {
    expect(pendingHint(someConnection())).toBeUndefined();
    const connection = someConnection({ pendingUntil: minutesAfterNoon(30) });
    expect(pendingHint(connection)).toEqual({
      kind: 'pending',
      id: connection.id,
      dueAt: minutesAfterNoon(30),
    });
  });
});

describe('lists', () => {
  const access = (...principals: string[]) =>
    principals.map((principalId) => ({ principalId, permission: 'use' as const }));
  const before = someConnection({ owner: 'ada', access: access('bob', 'ada', 'bob') });

  test('a creation adds everybody, owner and access list, each once', () => {
    const add = [{ all: true }, { principalId: 'ada' }, { principalId: 'bob' }];
    expect(listMoves(undefined, before)).toEqual({ add, remove: [] });
    expect(listMoves(before, undefined)).toEqual({ add: [], remove: add });
  });

  test('an edit moves who gains and who loses', () => {
    const after = { ...before, owner: 'bob', access: access('cleo') };
    expect(listMoves(before, after)).toEqual({
      add: [{ principalId: 'cleo' }],
      remove: [{ principalId: 'ada' }],
    });
    expect(listMoves(before, { ...before, name: 'Renamed' })).toEqual({ add: [], remove: [] });
  });
});
