/** The clock of the local cloud: real time plus an offset that tests move forward. */
export interface LocalClock {
  now(): Date;
  /** Milliseconds by which this clock is ahead of real time. */
  offsetMilliseconds(): number;
  advance(seconds: number): void;
}

export function createLocalClock(): LocalClock {
  let offset = 0;
  return {
    now: () => new Date(Date.now() + offset),
    offsetMilliseconds: () => offset,
    advance: (seconds) => {
      offset += seconds * 1000;
    },
  };
}
