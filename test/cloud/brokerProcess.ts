import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { childEnvironment } from './childEnvironment.ts';
import type { LocalClock } from './clock.ts';
import type { HostCommand, HostReport } from './functionsHost/messages.ts';
import { createLogLines } from './logLines.ts';

export interface BrokerProcessOptions {
  /** Directory with host.json and package.json, as it is deployed. */
  appDirectory: string;
  /** 0 takes a free port, the same one for every restart. */
  port: number;
  /** App settings. */
  environment: Readonly<Record<string, string>>;
  clock: LocalClock;
  /** Whether timer functions run by their schedules. */
  schedule: boolean;
}

/** A broker in a Functions host of its own process. */
export interface BrokerProcess {
  readonly port: number;
  readonly origin: string;
  /** Names of the functions that the application has registered. */
  functionNames(): readonly string[];
  /** What the process has logged, over all restarts; the last 50,000 lines at least. */
  logLines(): readonly string[];
  /** Kills the process without warning and starts it anew, at the clock's present time. */
  restart(): Promise<void>;
  /** Tells the process that the clock has moved. */
  advance(seconds: number): Promise<void>;
  /** Runs a timer function and resolves with what it returned. */
  runTimer(name: string): Promise<unknown>;
  stop(): Promise<void>;
}

interface Running {
  child: ChildProcess;
  port: number;
  functions: readonly string[];
}

const mainFile = join(import.meta.dirname, 'functionsHost', 'main.ts');
/** A process that ends by itself sooner than this is not started again. */
const shortestLifeMilliseconds = 1000;

/** Starts a broker; rejects with the host's reason when it cannot start. */
export async function startBrokerProcess(options: BrokerProcessOptions): Promise<BrokerProcess> {
  const log = createLogLines(50_000);
  let port = options.port;
  let stopped = false;
  let current: Promise<Running>;

  const launch = async (): Promise<Running> => {
    const child = forkHost(options, port);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => log.add(chunk));
    }
    const running = await whenReady(child);
    const readyAt = performance.now();
    child.once('exit', () => {
      if (stopped || isReplaced(child)) return;
      if (performance.now() - readyAt < shortestLifeMilliseconds) {
        log.add('The host process ended as soon as it had started; it is not started again.\n');
        return;
      }
      void replace();
    });
    return running;
  };
  const replaced = new WeakSet<ChildProcess>();
  const isReplaced = (child: ChildProcess) => replaced.has(child);
  const replace = () => {
    current = launch();
    current.catch((error: unknown) => log.add(`${String(error)}\n`));
    return current;
  };

  current = launch();
  const first = await current;
  port = first.port;
  let lastId = 0;
  return {
    port,
    origin: `http://localhost:${port}`,
    functionNames: () => first.functions,
    logLines: () => log.lines(),
    async restart() {
      const running = await current.catch(() => undefined);
      if (running) {
        replaced.add(running.child);
        await kill(running.child);
      }
      await replace();
    },
    async advance(seconds) {
      const { child } = await current;
      await ask(child, { type: 'advance', seconds }, (report) => report.type === 'advanced');
    },
    async runTimer(name) {
      const { child } = await current;
      lastId += 1;
      const id = lastId;
      const answers = (report: HostReport) => 'id' in report && report.id === id;
      const report = await ask(child, { type: 'runTimer', id, name }, answers);
      if (report.type === 'timerRan') return report.value;
      throw new Error(report.type === 'timerFailed' ? report.reason : `No answer from the timer ${name}.`);
    },
    async stop() {
      stopped = true;
      const running = await current.catch(() => undefined);
      if (running) await kill(running.child);
    },
  };
}

function forkHost(options: BrokerProcessOptions, port: number): ChildProcess {
  const offset = Math.round(options.clock.offsetMilliseconds());
  const flags = ['--app', options.appDirectory, '--port', String(port), '--clock-offset-ms', String(offset)];
  if (!options.schedule) flags.push('--no-schedule');
  return fork(mainFile, flags, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: childEnvironment(options.environment),
    execArgv: [],
  });
}

async function whenReady(child: ChildProcess): Promise<Running> {
  const ready = (report: HostReport) => report.type === 'ready' || report.type === 'failed';
  const report = await ask(child, undefined, ready);
  if (report.type === 'ready') return { child, port: report.port, functions: report.functions };
  await kill(child);
  throw new Error(report.type === 'failed' ? report.reason : 'The host process did not get ready.');
}

/** Sends a command, if there is one, and resolves with the report that answers it. */
function ask(
  child: ChildProcess,
  command: HostCommand | undefined,
  answers: (report: HostReport) => boolean,
): Promise<HostReport> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      child.off('message', onMessage);
      child.off('exit', onExit);
      settle();
    };
    const onMessage = (message: unknown) => {
      const report = message as HostReport;
      if (answers(report)) finish(() => resolve(report));
    };
    const onExit = () => finish(() => reject(new Error('The host process ended.')));
    child.on('message', onMessage);
    child.on('exit', onExit);
    if (command) child.send(command, (error) => error && finish(() => reject(error)));
  });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
