import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLevels } from './hostLog.ts';

/** What the local host takes from an application's host.json. */
export interface HostConfiguration {
  /** Without slashes around it; `api` unless host.json says otherwise. */
  routePrefix: string;
  logLevels: LogLevels;
}

/** Reads `host.json`; rejects a file that is missing, no JSON or of another version than 2.0. */
export function readHostConfiguration(appDirectory: string): HostConfiguration {
  const file = join(appDirectory, 'host.json');
  const content = JSON.parse(readFileSync(file, 'utf8')) as {
    version?: string;
    logging?: { logLevel?: Record<string, string> };
    extensions?: { http?: { routePrefix?: string } };
  };
  if (content.version !== '2.0') throw new Error(`${file} is missing its "version": "2.0".`);
  return {
    routePrefix: (content.extensions?.http?.routePrefix ?? 'api').replace(/^\/|\/$/g, ''),
    logLevels: content.logging?.logLevel ?? {},
  };
}
