import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Counters } from './counters.ts';
import type { Directory } from './entra/directory.ts';
import { type Faults, faultSchema } from './faults.ts';
import { type LocalServer, listen, readJson, sendJson } from './httpServer.ts';

/** What the control endpoint acts on. */
export interface ControlTargets {
  faults: Faults;
  counters: Counters;
  directory: Directory;
  /** Moves the clock of the broker and of the local services together; answers the new time. */
  advance(seconds: number): Promise<Date>;
  /** Runs the refresh timer and answers what it returned. */
  runTimer(): Promise<unknown>;
  restart(): Promise<void>;
  logLines(): readonly string[];
}

class ControlFailure extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const clockSchema = z.strictObject({ advanceSeconds: z.number().positive() });
const secretSchema = z.strictObject({
  clientSecret: z.string().min(1),
  expiresInSeconds: z.number().optional(),
});
const accountSchema = z.strictObject({
  sessionsRevoked: z.boolean().optional(),
  disabled: z.boolean().optional(),
  consent: z.enum(['none', 'user', 'admin-required']).optional(),
});

type Answer = [status: number, body?: unknown];
interface Route {
  method: string;
  path: RegExp;
  run(targets: ControlTargets, argument: string, body: unknown): Answer | Promise<Answer>;
}

const routes: readonly Route[] = [
  {
    method: 'POST',
    path: /^\/faults$/,
    run: ({ faults }, _, body) => {
      const fault = parse(faultSchema, body);
      if ('aadsts' in fault.answer && fault.service !== 'entra') {
        throw new ControlFailure(400, 'answer.aadsts: only the service "entra" answers so.');
      }
      return [201, { id: faults.add(fault) }];
    },
  },
  {
    method: 'DELETE',
    path: /^\/faults$/,
    run: ({ faults }) => {
      faults.remove();
      return [204];
    },
  },
  {
    method: 'DELETE',
    path: /^\/faults\/([^/]+)$/,
    run: ({ faults }, id) => {
      if (!faults.remove(id)) throw new ControlFailure(404, `There is no fault ${id}.`);
      return [204];
    },
  },
  { method: 'GET', path: /^\/counters$/, run: ({ counters }) => [200, counters.snapshot()] },
  {
    method: 'POST',
    path: /^\/clock$/,
    run: async (targets, _, body) => {
      const { advanceSeconds } = parse(clockSchema, body);
      return [200, { now: (await targets.advance(advanceSeconds)).toISOString() }];
    },
  },
  { method: 'POST', path: /^\/timer$/, run: async (targets) => [200, await targets.runTimer()] },
  {
    method: 'POST',
    path: /^\/apps\/([^/]+)\/secrets$/,
    run: ({ directory }, clientId, body) => {
      const { clientSecret, expiresInSeconds } = parse(secretSchema, body);
      if (!directory.addSecret(clientId, clientSecret, expiresInSeconds)) {
        throw new ControlFailure(404, `There is no app ${clientId}.`);
      }
      return [201, {}];
    },
  },
  {
    method: 'DELETE',
    path: /^\/apps\/([^/]+\/secrets\/[^/]+)$/,
    run: ({ directory }, argument) => {
      const [clientId = '', , lastFour = ''] = argument.split('/');
      if (!directory.removeSecret(clientId, lastFour)) {
        throw new ControlFailure(
          404,
          `There is no app ${clientId} with a secret that ends with ${lastFour}.`,
        );
      }
      return [204];
    },
  },
  {
    method: 'PATCH',
    path: /^\/accounts\/([^/]+)$/,
    run: ({ directory }, username, body) => {
      const patch = parse(accountSchema, body);
      if (!directory.patchAccount(username, patch)) {
        throw new ControlFailure(404, `There is no account ${username}.`);
      }
      return [200, {}];
    },
  },
  {
    method: 'POST',
    path: /^\/restart$/,
    run: async (targets) => {
      await targets.restart();
      return [200, {}];
    },
  },
  {
    method: 'GET',
    path: /^\/log$/,
    run: (targets) => [200, targets.logLines().map((line) => `${line}\n`)],
  },
];

/** Serves the control endpoint; wrong input is a 400 that names the field. */
export function startControl(targets: ControlTargets, options: { port: number }): Promise<LocalServer> {
  return listen(async (request, response) => {
    try {
      await serve(targets, request, response);
    } catch (error) {
      const status = error instanceof ControlFailure ? error.status : 500;
      sendJson(response, status, { error: error instanceof Error ? error.message : String(error) });
    }
  }, options);
}

async function serve(
  targets: ControlTargets,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const path = decodePath(pathname);
  const known = routes.filter((route) => route.path.test(path));
  const route = known.find(({ method }) => method === request.method);
  if (!route) throw new ControlFailure(404, `There is no ${request.method} ${pathname}.`);
  const argument = route.path.exec(path)?.[1] ?? '';
  const [status, body] = await route.run(targets, argument, await bodyOf(request));
  if (route.path.test('/log')) {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    response.end((body as string[]).join(''));
  } else if (status === 204) {
    response.writeHead(204).end();
  } else {
    sendJson(response, status, body ?? null);
  }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new ControlFailure(400, 'The path is not percent-encoded UTF-8.');
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  try {
    return await readJson(request);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ControlFailure(400, 'The body is no JSON.');
    throw error;
  }
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const field = issue.path.join('.');
    if (field === 'answer' && issue.code === 'invalid_union') {
      return 'answer: give { aadsts }, { status, retryAfterSeconds?, body? }, { hangSeconds } or { drop: true }';
    }
    return field === '' ? issue.message : `${field}: ${issue.message}`;
  });
  throw new ControlFailure(400, problems.join('; '));
}
