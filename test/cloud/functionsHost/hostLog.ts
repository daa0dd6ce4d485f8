import type { RpcLogLevel } from '@azure/functions-core';

const levels: readonly RpcLogLevel[] = [
  'trace',
  'debug',
  'information',
  'warning',
  'error',
  'critical',
  'none',
];
const shortNames: Partial<Record<RpcLogLevel, string>> = { information: 'info' };

/** The log of one host process: a line an entry, at or above the level that host.json asks for. */
export interface HostLog {
  /** `source` is a function's name and its invocation id, or `host`; `category` is matched with host.json. */
  write(level: RpcLogLevel, category: string, source: string, message: string): void;
  /** Writes what is still held back; needed before the process ends. */
  flush(): void;
}

/** Levels by category prefix, as in `logging.logLevel` of host.json; `default` serves for the rest. */
export type LogLevels = Readonly<Record<string, string>>;

/**
 * Lines have the form `2026-01-31T12:00:00.000Z [info] readToken <invocation id> message`; a line break in
 * a message is written as `\n`. They are written together at the end of each turn of the event loop.
 */
export function createHostLog(logLevels: LogLevels, output: (text: string) => void): HostLog {
  const thresholds = new Map<string, number>();
  const prefixes = Object.keys(logLevels).sort((one, other) => other.length - one.length);
  const thresholdOf = (category: string) => {
    let threshold = thresholds.get(category);
    if (threshold === undefined) {
      const prefix = prefixes.find((name) => category === name || category.startsWith(`${name}.`));
      const name = logLevels[prefix ?? 'default'] ?? 'Information';
      threshold = levels.indexOf(name.toLowerCase() as RpcLogLevel);
      thresholds.set(category, threshold);
    }
    return threshold;
  };
  let held = '';
  const flush = () => {
    const text = held;
    held = '';
    if (text !== '') output(text);
  };
  return {
    flush,
    write(level, category, source, message) {
      if (levels.indexOf(level) < thresholdOf(category)) return;
      if (held === '') setImmediate(flush);
      const oneLine = message.replaceAll('\r', '').replaceAll('\n', '\\n');
      held += `${new Date().toISOString()} [${shortNames[level] ?? level}] ${source} ${oneLine}\n`;
    },
  };
}
