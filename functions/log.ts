import type { AsyncLocalStorage } from 'node:async_hooks';
import type { InvocationContext } from '@azure/functions';
import type { LogEvent } from '../shared/domain/logEvents.ts';
import type { Log } from '../shared/ports.ts';

type Level = 'info' | 'warn' | 'error';

/** Writes one JSON line each to the log of the invocation at hand, so that it carries its id; else to the console. */
export function createInvocationLog(invocations: AsyncLocalStorage<InvocationContext>): Log {
  const write = (level: Level, event: LogEvent, fields: Readonly<Record<string, unknown>> = {}) => {
    const context = invocations.getStore();
    const correlationId = context?.invocationId;
    const line = JSON.stringify({
      event,
      ...fields,
      ...(correlationId === undefined ? {} : { correlationId }),
    });
    (context ?? console)[level](line);
  };
  return {
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
  };
}
