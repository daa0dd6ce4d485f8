import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type CommandLine, readCommandLine, UsageError, usage } from './commandLine.ts';

const oldestNode = 22;
const root = join(import.meta.dirname, '..', '..');

function end(status: number, message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(status);
}

function requireNode(): void {
  if (Number(process.versions.node.split('.')[0]) >= oldestNode) return;
  end(
    1,
    `Node ${oldestNode} or newer is needed, this is ${process.versions.node}. Use npm start: npm scripts run on the Node that npm ci has put into node_modules.`,
  );
}

function commandLine(): CommandLine {
  try {
    const read = readCommandLine(process.argv.slice(2));
    if (read !== 'help') return read;
    process.stdout.write(usage);
    process.exit(0);
  } catch (error) {
    if (error instanceof UsageError) end(2, `${error.message}\n\n${usage}`);
    throw error;
  }
}

function build(): void {
  const { status, error } = spawnSync(process.execPath, ['build.ts'], {
    cwd: root,
    // What the build says must not get into the line of JSON.
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (status !== 0) end(1, `The build has failed${error ? `: ${error.message}` : '.'}`);
}

requireNode();
const options = commandLine();
// Not before the version is known to be new enough for the packages.
const { startCloud } = await import('./cloud.ts');
const { summaryText } = await import('./summaryText.ts');

let stopping = false;
let running: Awaited<ReturnType<typeof startCloud>> | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Whoever is impatient, or stops while it starts, need not wait: children end with their parent.
    if (stopping || !running) process.exit(stopping ? 1 : 0);
    stopping = true;
    running.close().then(
      () => process.exit(0),
      (error: unknown) => end(1, String(error)),
    );
  });
}

/** The shell that npm starts scripts with passes no signal on: then npm's end is the sign to stop. */
function stopWithParent(stop: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 200);
  watch.unref();
}

if (process.env.npm_lifecycle_event !== undefined) stopWithParent(() => process.emit('SIGTERM', 'SIGTERM'));

try {
  if (options.appDirectory === undefined) build();
  running = await startCloud({
    port: options.port,
    schedule: !options.json,
    ...(options.appDirectory === undefined ? {} : { appDirectory: options.appDirectory }),
    onProgress: (line) => process.stderr.write(`${line} …\n`),
  });
  const summary = running.summary();
  process.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : summaryText(summary));
} catch (error) {
  end(1, error instanceof Error ? error.message : String(error));
}
