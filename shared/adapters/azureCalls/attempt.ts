import { setTimeout as sleep } from 'node:timers/promises';
import { answerOf } from './answer.ts';

/**
 * An instant on the process's own monotonic clock, in milliseconds; the broker's Clock may be held by tests.
 */
export type Deadline = number;

export function deadlineIn(milliseconds: number): Deadline {
  return performance.now() + milliseconds;
}

/**
 * Which failures a call may be sent again after. `any`: every passing one, since doing it twice does no harm.
 * `refused`: only where the service certainly did not carry it out.
 */
export type Repeat = 'any' | 'refused';

const mostTries = 3;
/** How long one try of a repeatable call may hang before another connection is tried. */
const tryMilliseconds = 2000;
const firstPauseMilliseconds = 100;

/** Codes of failures before a request was sent. */
const unsentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const brokenCodes = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'REQUEST_SEND_ERROR', 'PARSE_ERROR']);

/**
 * `refused`: not carried out. `uncertain`: nobody knows. `final`: an answer that no repetition will change.
 * @see https://learn.microsoft.com/en-us/rest/api/storageservices/common-rest-api-error-codes
 */
export function troubleOf(error: unknown): 'refused' | 'uncertain' | 'final' {
  const { name, status, code } = answerOf(error);
  if (status === 429 || status === 503) return 'refused';
  if (status !== undefined) return status >= 500 || status === 408 ? 'uncertain' : 'final';
  if (code !== undefined && unsentCodes.has(code)) return 'refused';
  if (code !== undefined && brokenCodes.has(code)) return 'uncertain';
  return name === 'AbortError' || name === 'TimeoutError' ? 'uncertain' : 'final';
}

/**
 * Races the call against time, because not everything below an SDK heeds its abort signal (credentials do
 * not).
 */
async function within<T>(milliseconds: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const reason = new DOMException('No answer in time.', 'TimeoutError');
      reject(reason);
      controller.abort(reason);
    }, milliseconds);
  });
  try {
    return await Promise.race([call(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

function pauseMilliseconds(error: unknown, tries: number): number {
  const { retryAfterSeconds } = answerOf(error);
  if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1000;
  return firstPauseMilliseconds * 4 ** (tries - 1) * (0.5 + Math.random());
}

/**
 * Calls an Azure service at most three times before the deadline, with short pauses or those the service asks
 * for. Throws the last error as it is; a wait that would outlast the deadline is not begun. The SDK's own
 * retries have to be off (`maxRetries: 0`): they repeat a conditional write whose answer got lost, and its
 * second answer is then a conflict with itself.
 */
export async function attempt<T>(
  until: Deadline,
  repeat: Repeat,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const left = Math.max(0, until - performance.now());
    try {
      return await within(repeat === 'any' ? Math.min(left, tryMilliseconds) : left, call);
    } catch (error) {
      const trouble = troubleOf(error);
      const mayRepeat = trouble === 'refused' || (trouble === 'uncertain' && repeat === 'any');
      const pause = pauseMilliseconds(error, tries);
      if (!mayRepeat || tries === mostTries || performance.now() + pause >= until) throw error;
      await sleep(pause);
    }
  }
}
