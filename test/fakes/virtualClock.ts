import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../shared/ports.ts';

export interface VirtualClock extends Clock {
  /**
   * Moves time forward, waking sleepers in the order of their instants, each with its followers before the
   * next.
   */
  advance(milliseconds: number): Promise<void>;
}

/** A clock that stands still until it is moved. */
export function createVirtualClock(start = new Date('2027-03-01T12:00:00.000Z')): VirtualClock {
  let now = start.getTime();
  let sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  function nextUntil(end: number) {
    const [next] = sleepers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
    sleepers = sleepers.filter((sleeper) => sleeper !== next);
    return next;
  }

  return {
    now: () => new Date(now),
    sleep: (milliseconds) =>
      new Promise((wake) => {
        sleepers.push({ at: now + Math.max(0, milliseconds), wake });
      }),
    async advance(milliseconds) {
      const end = now + milliseconds;
      await turn();
      for (let next = nextUntil(end); next !== undefined; next = nextUntil(end)) {
        now = next.at;
        next.wake();
        await turn();
      }
      now = end;
      await turn();
    },
  };
}
