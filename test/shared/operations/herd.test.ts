import { describe, expect, test } from '@jest/globals';
import type { TokenResponse } from '../../../shared/operations/readToken.ts';
import { owner, runner } from '../../support/callers.ts';
import { createHarness, hour, minute } from '../../support/harness.ts';

const distinct = (answers: readonly TokenResponse[]) =>
  new Set(answers.map((answer) => answer.access_token)).size;

describe('a herd of runners', () => {
  test('500 at once on an expired token make one refresh, one lease and one note of the use', async () => {
    const { broker, connect, clock, identity, store } = createHarness();
    const { id } = await connect();
    await clock.advance(2 * hour);
    const writes = store.writes;
    const ask = () => broker.readToken(runner, { connectionId: id, minValidSeconds: 300 });
    const answers = await Promise.all(Array.from({ length: 500 }, ask));
    expect(distinct(answers)).toBe(1);
    expect(identity.calls.refresh).toBe(1);
    expect(store.writes - writes).toBe(3);
  });

  test('also when they ask for different times that the token has to last', async () => {
    const { broker, connect, clock, identity } = createHarness();
    const { id } = await connect();
    await clock.advance(2 * hour);
    const asks = Array.from({ length: 500 }, (_, index) =>
      broker.readToken(runner, { connectionId: id, minValidSeconds: (index % 10) * 300 }),
    );
    await clock.advance(minute);
    expect(distinct(await Promise.all(asks))).toBe(1);
    expect(identity.calls.refresh).toBe(1);
  });

  test('500 over five processes make one refresh; the losers wait for its result', async () => {
    const { anotherBroker, connect, clock, identity } = createHarness();
    const { id } = await connect();
    await clock.advance(2 * hour);
    const brokers = Array.from({ length: 5 }, () => anotherBroker());
    const asks = Array.from({ length: 500 }, (_, index) =>
      brokers[index % 5]?.readToken(runner, { connectionId: id, minValidSeconds: 300 }),
    );
    await clock.advance(minute);
    const answers = await Promise.all(asks);
    expect(distinct(answers.filter((answer) => answer !== undefined))).toBe(1);
    expect(identity.calls.refresh).toBe(1);
  });

  test('while one refreshes early, the others of this and another process get the token that is still valid', async () => {
    const { anotherBroker, broker, connect, clock, identity } = createHarness();
    const { id } = await connect();
    await clock.advance(58 * minute);
    let answerOfEntra = (): void => undefined;
    identity.afterEach = () =>
      new Promise((resolve) => {
        answerOfEntra = resolve;
      });
    const request = { connectionId: id, minValidSeconds: 300 };
    const early = broker.readToken(owner, request);
    await clock.advance(1);
    const others = anotherBroker();
    const ask = (index: number) => (index % 2 === 0 ? broker : others).readToken(runner, request);
    const meanwhile = await Promise.all(Array.from({ length: 100 }, (_, index) => ask(index)));
    expect(distinct(meanwhile)).toBe(1);
    expect(meanwhile[0]?.expires_in).toBe(119);
    answerOfEntra();
    const renewed = await early;
    expect(renewed.expires_in).toBe(3599);
    expect(renewed.access_token).not.toBe(meanwhile[0]?.access_token);
    expect(identity.calls.refresh).toBe(1);
  });
});
