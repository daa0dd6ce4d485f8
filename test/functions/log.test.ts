import { AsyncLocalStorage } from 'node:async_hooks';
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { InvocationContext } from '@azure/functions';
import { describe, expect, test } from '@jest/globals';
import { createInvocationLog } from '../../functions/log.ts';
import type { LogEvent } from '../../shared/domain/logEvents.ts';

const invocations = new AsyncLocalStorage<InvocationContext>();
const log = createInvocationLog(invocations);

/** An invocation with that id, and what it logs. */
function invocation(invocationId: string) {
  const lines: [level: string, line: string][] = [];
  const logHandler = (level: string, ...args: unknown[]) => void lines.push([level, args.join(' ')]);
  return { context: new InvocationContext({ invocationId, logHandler }), lines };
}

/** What `work` writes to the console, by stream. */
function consoleOutput(work: () => void) {
  const written = { out: '', error: '' };
  const into = (stream: keyof typeof written) =>
    new Writable({
      write(chunk, _encoding, done) {
        written[stream] += String(chunk);
        done();
      },
    });
  const own = globalThis.console;
  globalThis.console = new Console(into('out'), into('error'));
  try {
    work();
  } finally {
    globalThis.console = own;
  }
  return written;
}

describe('within an invocation', () => {
  test('each event is one line of JSON with its fields and the correlation id', () => {
    const { context, lines } = invocation('id-1');
    invocations.run(context, () => log.info('token_handed_out', { connectionId: 'c', callerKind: 'user' }));
    expect(lines).toEqual([
      [
        'information',
        '{"event":"token_handed_out","connectionId":"c","callerKind":"user","correlationId":"id-1"}',
      ],
    ]);
  });

  test.each([
    ['info', 'information'],
    ['warn', 'warning'],
    ['error', 'error'],
  ] as const)('%s is written as %s', (method, level) => {
    const { context, lines } = invocation('id-1');
    invocations.run(context, () => log[method]('request_failed'));
    expect(lines.map(([written]) => written)).toEqual([level]);
  });

  test('a value with line breaks cannot begin a line of its own', () => {
    const { context, lines } = invocation('id-1');
    invocations.run(context, () => log.warn('request_failed', { code: 'a\n{"event":"forged"}\r\n' }));
    expect(lines[0]?.[1]).not.toMatch(/[\r\n]/);
  });

  test('the correlation id is that of the invocation, whatever a field is called', () => {
    const { context, lines } = invocation('id-1');
    const forged: object = { correlationId: 'forged' };
    invocations.run(context, () => log.warn('request_failed', forged));
    expect(JSON.parse(lines[0]?.[1] ?? '')).toEqual({ event: 'request_failed', correlationId: 'id-1' });
  });

  test('two at a time each keep their own, also after waiting', async () => {
    const [first, second] = [invocation('id-1'), invocation('id-2')];
    const work = (name: LogEvent) => async () => {
      await Promise.resolve();
      log.info(name);
    };
    await Promise.all([
      invocations.run(first.context, work('request_failed')),
      invocations.run(second.context, work('refresh_failed')),
    ]);
    expect(first.lines).toEqual([['information', '{"event":"request_failed","correlationId":"id-1"}']]);
    expect(second.lines).toEqual([['information', '{"event":"refresh_failed","correlationId":"id-2"}']]);
  });
});

describe('outside of any invocation', () => {
  test('the line goes to the console, without a correlation id', () => {
    expect(consoleOutput(() => log.info('refresh_run_finished', { examined: 3 }))).toEqual({
      out: '{"event":"refresh_run_finished","examined":3}\n',
      error: '',
    });
  });

  test('warnings and errors go to the error output', () => {
    const { out, error } = consoleOutput(() => {
      log.warn('request_failed');
      log.error('refresh_failed');
    });
    expect([out, error]).toEqual(['', '{"event":"request_failed"}\n{"event":"refresh_failed"}\n']);
  });
});
