import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc, { type Scheduler } from 'fast-check';
import { Fleet, type Trouble } from '../../support/fleet.ts';
import type { Moment } from '../../support/gated.ts';

type Action =
  | { readonly do: 'ask'; readonly instance: number; readonly minValidSeconds: number }
  | { readonly do: 'tick' | 'crash'; readonly instance: number }
  | { readonly do: 'reconnect'; readonly instance: number; readonly revoke: boolean }
  | { readonly do: 'revoke' }
  | { readonly do: 'hiccup'; readonly retryAfterSeconds: number | undefined }
  | { readonly do: 'go on'; readonly calls: number }
  | { readonly do: 'wait'; readonly seconds: number };

interface Scenario {
  readonly instances: number;
  readonly rowTrustSeconds: number;
  readonly refreshTokenRewriteDays: number;
  readonly troubles: readonly Trouble[];
  readonly actions: readonly Action[];
}

const mostInstances = 4;
const moments: readonly Moment[] = [
  'after readGrant',
  'before commit',
  'after commit',
  'before get',
  'after get',
  'before refresh',
  'after refresh',
  'before set',
  'after set',
  'before disable',
];

const instance = fc.nat({ max: mostInstances - 1 });
const trouble: fc.Arbitrary<Trouble> = fc.record({
  instance,
  moment: fc.constantFrom(...moments),
  nth: fc.integer({ min: 1, max: 4 }),
  kind: fc.constantFrom('crash', 'stall', 'stall', 'fail'),
});

const ask = fc.record({
  do: fc.constant('ask' as const),
  instance,
  minValidSeconds: fc.constantFrom(300, 3000),
});
const goOn = fc.record({ do: fc.constant('go on' as const), calls: fc.integer({ min: 1, max: 12 }) });
const wait = fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, 5, 31, 1200, 3601) });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: ask },
  { weight: 6, arbitrary: goOn },
  { weight: 4, arbitrary: wait },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tick' as const), instance }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), instance }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('reconnect' as const), instance, revoke: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'revoke' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('hiccup' as const),
      retryAfterSeconds: fc.constantFrom(undefined, 20),
    }),
  },
);

const scenario: fc.Arbitrary<Scenario> = fc.record({
  instances: fc.integer({ min: 2, max: mostInstances }),
  rowTrustSeconds: fc.constantFrom(0, 30),
  refreshTokenRewriteDays: fc.constantFrom(0, 7),
  troubles: fc.array(trouble, { maxLength: 5 }),
  actions: fc.array(action, { minLength: 6, maxLength: 24 }),
});

/** Lets one call that waits take its turn, and everything that follows from it in its own process. */
async function step(fleet: Fleet, scheduler: Scheduler): Promise<void> {
  await scheduler.waitOne();
  await turn();
  await fleet.check();
}

async function perform(fleet: Fleet, scheduler: Scheduler, action: Action): Promise<void> {
  switch (action.do) {
    case 'ask':
      return fleet.ask(action.instance, action.minValidSeconds);
    case 'tick':
      return fleet.tick(action.instance);
    case 'crash':
      return fleet.crash(action.instance);
    case 'reconnect':
      return fleet.reconnect(action.instance, action.revoke);
    case 'revoke':
      return fleet.revoke();
    case 'hiccup':
      return fleet.hiccup(action.retryAfterSeconds);
    case 'wait':
      return fleet.harness.clock.advance(action.seconds * 1000);
    case 'go on':
      for (let call = 0; call < action.calls && scheduler.count() > 0; call += 1)
        await step(fleet, scheduler);
  }
}

/** Whoever still waits has to be answered within a few leases' time. */
async function drain(fleet: Fleet, scheduler: Scheduler): Promise<void> {
  for (let round = 0; round < 60; round += 1) {
    await turn();
    while (scheduler.count() > 0) await step(fleet, scheduler);
    if (fleet.open === 0) return;
    await fleet.harness.clock.advance(5000);
  }
  throw new Error(`${fleet.open} calls were never answered.`);
}

async function play(
  scheduler: Scheduler,
  { instances, troubles, actions, ...settings }: Scenario,
): Promise<void> {
  const turns = { wait: (label: string) => scheduler.schedule(Promise.resolve(), label) };
  const inFleet = troubles.filter(({ instance }) => instance < instances);
  const fleet = new Fleet(turns, inFleet, settings);
  await fleet.begin(instances);
  await fleet.harness.clock.advance(3_601_000);
  for (const one of actions) {
    await perform(fleet, scheduler, one);
    await turn();
    await fleet.check();
  }
  await drain(fleet, scheduler);
  await fleet.checkThatLifeGoesOn(() => drain(fleet, scheduler));
  await fleet.checkHistory();
}

describe('several processes over one connection', () => {
  test('whatever stalls, crashes and signs in again, the newest sign-in counts and everyone is answered', async () => {
    const property = fc.asyncProperty(fc.scheduler(), scenario, play);
    await fc.assert(property, { numRuns: Number(process.env.FENCE_RUNS ?? 500), endOnFailure: false });
    expect.assertions(0);
  }, 120_000);
});
