import type { HttpResponseInit } from '@azure/functions';
import { BrokerError } from '../../../shared/domain/errors.ts';
import type { Log } from '../../../shared/ports.ts';

/** The headers of an answer, by lower-case name. */
export function headersOf(answer: HttpResponseInit): Headers {
  return new Headers(answer.headers);
}

/** The JSON body of an answer. */
export function bodyOf(answer: HttpResponseInit): Record<string, unknown> {
  return JSON.parse(textOf(answer));
}

/** The body of an answer as it is sent. */
export function textOf(answer: HttpResponseInit): string {
  if (typeof answer.body !== 'string') throw new Error('The answer has no text.');
  return answer.body;
}

/** The BrokerError that `work` ends with, thrown at once or later. */
export async function refusalOf(work: () => unknown): Promise<BrokerError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof BrokerError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

export interface LogLine {
  readonly level: keyof Log;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps its lines. */
export function recordingLog(): { readonly log: Log; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write =
    (level: keyof Log) =>
    (event: string, fields: LogLine['fields'] = {}) =>
      void lines.push({ level, event, fields });
  return { log: { info: write('info'), warn: write('warn'), error: write('error') }, lines };
}
