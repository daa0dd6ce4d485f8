import { afterAll, beforeAll } from '@jest/globals';
import { type CloudOptions, type LocalCloud, startCloud } from '../../cloud/cloud.ts';
import type { CounterSnapshot } from '../../cloud/counters.ts';
import type { Fault } from '../../cloud/faults.ts';
import type { CallerName } from '../../cloud/seed.ts';
import { expectNoSecretsTold } from './secrets.ts';

/** An answer of the API, read whole. */
export type Answer = Awaited<ReturnType<typeof readAnswer>>;

export interface CallOptions {
  /** JSON body. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Another broker process than the first. */
  origin?: string;
}

/** What a test file drives: the broker over HTTP, and the control endpoint of the cloud around it. */
export interface CloudUnderTest {
  /** The running cloud; tests use it to add people and apps, nothing else. */
  readonly cloud: LocalCloud;
  readonly brokerUrl: string;
  /** Calls `/api/v1{path}` as one of the seeded callers, or with no token at all. */
  call(caller: CallerName | 'nobody', method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Sends a request to the broker as it is; redirects are not followed. */
  send(path: string, init?: RequestInit): Promise<Answer>;
  /** Moves the clock of everything. */
  advance(seconds: number): Promise<void>;
  /** Runs the refresh timer and answers what it did. */
  runTimer(): Promise<Record<string, number>>;
  counters(): Promise<CounterSnapshot>;
  /** Successful and failed token requests of one grant type so far. */
  tokenRequests(grantType: string): Promise<number>;
  /** Adds a fault; the function that comes back removes it. */
  fault(fault: Fault): Promise<() => Promise<void>>;
  /** A call of the control endpoint that has to succeed. */
  control(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Everything the broker has told anybody who is not meant to get a secret, for the search at the end. */
  readonly told: readonly string[];
  /** Adds a page that a browser got. */
  tell(text: string): void;
  /** Secrets that tests have come to know. */
  readonly secrets: readonly string[];
  keepSecret(...secrets: readonly (string | null | undefined)[]): void;
}

/** One cloud for all tests of a file; when they are done, nothing it told or kept may show a secret. */
export function useCloud(options: Partial<CloudOptions> = {}): CloudUnderTest {
  let running: LocalCloud | undefined;
  const told: string[] = [];
  const secrets: string[] = [];
  beforeAll(async () => {
    running = await startCloud({ port: 0, seedConnection: false, ...options });
  }, 60_000);
  afterAll(async () => {
    try {
      if (running !== undefined) await expectNoSecretsTold(underTest);
    } finally {
      await running?.close();
    }
  }, 30_000);

  const cloud = () => {
    if (running === undefined) throw new Error('The cloud runs while tests do.');
    return running;
  };
  const send: CloudUnderTest['send'] = async (path, init = {}) => {
    const address = path.startsWith('http') ? path : `${cloud().brokerUrl}${path}`;
    const answer = await readAnswer(await fetch(address, { redirect: 'manual', ...init }));
    const mayTell = answer.status < 400 && (init.method !== 'GET' || /\/token(\?|$)/.test(path));
    if (!mayTell) told.push(answer.text);
    return answer;
  };
  const control: CloudUnderTest['control'] = async (method, path, body) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const answer = await readAnswer(await fetch(`${cloud().controlUrl}${path}`, init));
    if (answer.status > 299) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer;
  };
  const counters = async (): Promise<CounterSnapshot> => (await control('GET', '/counters')).body;

  const underTest: CloudUnderTest = {
    get cloud() {
      return cloud();
    },
    get brokerUrl() {
      return cloud().brokerUrl;
    },
    send,
    call(caller, method, path, { body, headers = {}, origin = '' } = {}) {
      const authorization =
        caller === 'nobody' ? {} : { authorization: `Bearer ${cloud().callers[caller].accessToken}` };
      const content = body === undefined ? {} : { 'content-type': 'application/json' };
      return send(`${origin}/api/v1${path}`, {
        method,
        headers: { ...authorization, ...content, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    },
    async advance(seconds) {
      await control('POST', '/clock', { advanceSeconds: seconds });
    },
    runTimer: async () => (await control('POST', '/timer')).body,
    counters,
    tokenRequests: async (grantType) => (await counters()).entra.token[grantType] ?? 0,
    async fault(fault) {
      const { id } = (await control('POST', '/faults', fault)).body;
      return async () => {
        // A fault with a number of times removes itself.
        await fetch(`${cloud().controlUrl}/faults/${id}`, { method: 'DELETE' });
      };
    },
    control,
    told,
    tell: (text) => void told.push(text),
    secrets,
    keepSecret: (...added) => void secrets.push(...added.filter((text) => typeof text === 'string')),
  };
  return underTest;
}

async function readAnswer(response: Response) {
  const text = await response.text();
  const { status, headers } = response;
  const isJson = /[/+]json/.test(headers.get('content-type') ?? '') && text !== '';
  const body = isJson ? JSON.parse(text) : undefined;
  return { status, headers, text, body };
}
