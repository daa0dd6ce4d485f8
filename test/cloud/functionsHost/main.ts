import { parseArgs } from 'node:util';
import { type FunctionsHost, startFunctionsHost } from './host.ts';
import { describe } from './invocation.ts';
import type { HostCommand, HostReport } from './messages.ts';
import { installShiftedDate } from './shiftedDate.ts';

const { values: options } = parseArgs({
  options: {
    app: { type: 'string' },
    port: { type: 'string', default: '0' },
    'no-schedule': { type: 'boolean', default: false },
    'clock-offset-ms': { type: 'string', default: '0' },
  },
});
if (options.app === undefined) throw new Error('--app names the directory of the application.');

const clock = installShiftedDate(Number(options['clock-offset-ms']));
const report = (message: HostReport) => process.send?.(message);
let host: FunctionsHost | undefined;

/** Ends this process as the Node worker ends: open requests fail, and whoever started it starts it anew. */
function die(error: unknown): void {
  host?.log.write('error', 'Worker', 'host', `Worker process ended: ${describe(error)}`);
  host?.log.flush();
  void Promise.resolve(host?.failOpenRequests()).finally(() => process.exit(1));
}

async function runTimer(id: number, name: string): Promise<void> {
  try {
    const value = await host?.timers.run(name);
    report({ type: 'timerRan', id, value: JSON.parse(JSON.stringify(value ?? null)) });
  } catch (error) {
    report({ type: 'timerFailed', id, reason: error instanceof Error ? error.message : String(error) });
  }
}

process.on('unhandledRejection', die);
process.on('uncaughtException', die);
process.on('message', (command: HostCommand) => {
  if (command.type === 'runTimer') {
    void runTimer(command.id, command.name);
  } else {
    clock.advance(command.seconds);
    report({ type: 'advanced' });
  }
});
if (process.channel) {
  // Ctrl-C reaches the whole group; the parent ends this process in its turn.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(0));
}

try {
  host = await startFunctionsHost({
    appDirectory: options.app,
    port: Number(options.port),
    schedule: !options['no-schedule'],
    output: (text) => process.stdout.write(text),
  });
  report({ type: 'ready', port: host.port, functions: host.functionNames });
} catch (error) {
  report({ type: 'failed', reason: describe(error) });
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = 1;
  process.disconnect?.();
}
