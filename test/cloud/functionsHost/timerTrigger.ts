import type { RegisteredFunction } from './functionsRuntime.ts';
import type { Invoke } from './invocation.ts';
import { type Ncrontab, parseNcrontab } from './ncrontab.ts';

/** The timer functions of an application. */
export interface TimerTrigger {
  readonly names: readonly string[];
  /** Runs a timer now, after a run of it that is under way; resolves with what its handler returned. */
  run(name: string): Promise<unknown>;
  /** Starts every timer at the times of its schedule, by this process's clock. */
  startSchedule(): void;
}

/** `setTimeout` counts in 32 bits: what is due later is looked at again every hour. */
const longestWaitMilliseconds = 3_600_000;

interface Timer {
  target: RegisteredFunction;
  schedule: Ncrontab;
  /** Whether the host keeps the times of runs; it does not for a timer that runs more often than each minute. */
  monitored: boolean;
  lastRunAt: Date | undefined;
  running: Promise<unknown>;
}

/** Reads the schedules of all functions with a timer trigger; `%NAME%` stands for an app setting. */
export function createTimerTrigger(
  functions: Iterable<RegisteredFunction>,
  invoke: Invoke,
  settings: Readonly<Record<string, string | undefined>>,
): TimerTrigger {
  const timers = new Map<string, Timer>();
  for (const target of functions) {
    const binding = Object.values(target.metadata.bindings).find(
      ({ type }) => type?.toLowerCase() === 'timertrigger',
    );
    if (!binding) continue;
    const expression = (binding.schedule ?? '').replace(/%(\w+)%/g, (_, name) => settings[name] ?? '');
    const schedule = parseNcrontab(expression);
    timers.set(target.metadata.name, {
      target,
      schedule,
      monitored: binding.useMonitor !== false && intervalSeconds(schedule) >= 60,
      lastRunAt: undefined,
      running: Promise.resolve(),
    });
  }

  const runOnce = async (timer: Timer) => {
    const json = JSON.stringify(timerInput(timer));
    timer.lastRunAt = new Date();
    return (await invoke(timer.target, { json })).result;
  };
  const run = (name: string) => {
    const timer = timers.get(name);
    if (!timer) return Promise.reject(new Error(`There is no timer function named '${name}'.`));
    const result = timer.running.then(() => runOnce(timer));
    timer.running = result.catch(() => undefined);
    return result;
  };
  const startOne = (name: string, timer: Timer) => {
    const wait = timer.schedule.next(new Date()).getTime() - Date.now();
    setTimeout(
      async () => {
        // A failure is in the log already, and the next run comes with the schedule.
        if (wait <= longestWaitMilliseconds) await run(name).catch(() => undefined);
        startOne(name, timer);
      },
      Math.min(wait, longestWaitMilliseconds),
    );
  };
  return {
    names: [...timers.keys()],
    run,
    startSchedule: () => {
      for (const [name, timer] of timers) startOne(name, timer);
    },
  };
}

/** What the timer binding hands over; before the first run `Last` is the year 0001. */
function timerInput(timer: Timer): object {
  const last = timer.lastRunAt?.toISOString() ?? '0001-01-01T00:00:00';
  const status = { Last: last, LastUpdated: last, Next: timer.schedule.next(new Date()).toISOString() };
  return {
    Schedule: { AdjustForDST: true },
    ScheduleStatus: timer.monitored ? status : null,
    IsPastDue: false,
  };
}

function intervalSeconds(schedule: Ncrontab): number {
  const first = schedule.next(new Date());
  return (schedule.next(first).getTime() - first.getTime()) / 1000;
}
