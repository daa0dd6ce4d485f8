import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import type { Clock } from '../../ports.ts';
import { mapOrigin, type OriginMap } from './originMap.ts';
import { type AnswerFacts, readFacts } from './rawAnswer.ts';

/** Entra's answers are a few kilobytes; more than this is not read. */
const largestBodyBytes = 1_048_576;

/** MSAL's window to the network for one operation, which remembers what MSAL drops. */
export interface CapturingNetwork extends INetworkModule {
  /** Facts of the last answer whose headers arrived. */
  readonly facts: AnswerFacts | undefined;
  /** False where the last request ended before its answer was complete. */
  readonly complete: boolean;
}

export interface NetworkSettings {
  readonly originMap: OriginMap | undefined;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Aborts requests under way, reading of the body included. */
  readonly signal: AbortSignal;
  readonly correlationId: string;
}

/** The body as text, or undefined where it is larger than 1 MiB. */
async function readLimited(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > largestBodyBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The JSON object in the text, or an empty one: then MSAL finds no tokens, which is what is to be told. */
function parseObject(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}

/**
 * A network module for one operation of MSAL: it ends with the signal, follows no redirect (a client secret is in
 * the body), and keeps status, error codes and Retry-After, which MSAL does not pass on.
 * @see https://learn.microsoft.com/en-us/entra/msal/javascript/node/configuration
 */
export function createNetwork(settings: NetworkSettings): CapturingNetwork {
  let facts: AnswerFacts | undefined;
  let complete = false;

  const send = async <T>(method: 'GET' | 'POST', url: string, options: NetworkRequestOptions = {}) => {
    facts = undefined;
    complete = false;
    const response = await settings.fetch(mapOrigin(url, settings.originMap), {
      method,
      redirect: 'manual',
      signal: settings.signal,
      ...(options.headers === undefined ? {} : { headers: options.headers }),
      ...(options.body === undefined ? {} : { body: options.body }),
    });
    facts = readFacts(response, {}, settings.clock.now(), settings.correlationId);
    const body = parseObject(await readLimited(response));
    facts = readFacts(response, body, settings.clock.now(), settings.correlationId);
    complete = true;
    return { headers: Object.fromEntries(response.headers), body: body as T, status: response.status };
  };

  return {
    get facts() {
      return facts;
    },
    get complete() {
      return complete;
    },
    sendGetRequestAsync: <T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> =>
      send<T>('GET', url, options),
    sendPostRequestAsync: <T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> =>
      send<T>('POST', url, options),
  };
}
