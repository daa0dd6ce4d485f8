import { parseArgs } from 'node:util';

/** What `npm start` was asked for. */
export interface CommandLine {
  port: number;
  /** One line of JSON on standard output instead of the summary. */
  json: boolean;
  /** Runs this directory instead of building and running `dist`. */
  appDirectory: string | undefined;
}

export const usage = `Runs the connection broker and a whole Microsoft cloud around it on this machine. Data lives in memory.

  npm start [-- options]

  --port N   the broker's port (7071); the control endpoint takes N + 1. 0 takes free ports for everything.
  --json     prints one line of JSON once ready, and nothing else, on standard output; the refresh timer then
             runs only through the control endpoint. Use it as: npm start --silent -- --json
  --app DIR  runs what is in DIR instead of building and running dist/.
  --help     shows this.
`;

/** Options that cannot be understood; the message names the one. */
export class UsageError extends Error {}

/** Reads the arguments; `help` when that is what they ask for. */
export function readCommandLine(argumentsGiven: readonly string[]): CommandLine | 'help' {
  const values = parse(argumentsGiven);
  if (values.help) return 'help';
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_534) {
    throw new UsageError(`--port takes a number from 0 to 65534, not '${values.port}'.`);
  }
  return { port, json: values.json, appDirectory: values.app };
}

function parse(argumentsGiven: readonly string[]) {
  try {
    return parseArgs({
      args: [...argumentsGiven],
      options: {
        port: { type: 'string', default: '7071' },
        json: { type: 'boolean', default: false },
        app: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
