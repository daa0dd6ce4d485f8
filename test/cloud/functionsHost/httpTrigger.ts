import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RegisteredFunction } from './functionsRuntime.ts';
import { httpRequestData, readRequestBody } from './httpRequestData.ts';
import { writeEmpty, writeFunctionResponse } from './httpResponseWriter.ts';
import type { Invoke } from './invocation.ts';
import { describe } from './invocation.ts';
import { decodePath } from './percentEncoding.ts';
import type { HttpRoute, RouteTable } from './routeTable.ts';

/** A route of an HTTP function, with what is needed to serve it. */
export interface FunctionRoute extends HttpRoute {
  authLevel: string;
  target: RegisteredFunction;
}

/** Routes of all functions that have an HTTP trigger. */
export function functionRoutes(functions: Iterable<RegisteredFunction>): FunctionRoute[] {
  const routes: FunctionRoute[] = [];
  for (const target of functions) {
    const trigger = Object.values(target.metadata.bindings).find(
      (binding) => binding.type?.toLowerCase() === 'httptrigger',
    );
    if (!trigger) continue;
    routes.push({
      functionName: target.metadata.name,
      route: trigger.route ?? undefined,
      methods: trigger.methods ?? [],
      authLevel: trigger.authLevel ?? 'anonymous',
      target,
    });
  }
  return routes;
}

/** What the front of the host needs to know. */
export interface HttpTriggerOptions {
  table: RouteTable<FunctionRoute>;
  invoke: Invoke;
  /** Whether `/` belongs to the host's own page (`AzureWebJobsDisableHomepage` is not set). */
  homePage: boolean;
  /** Answers `POST /admin/functions/{name}`: whether there is a function that can be started so. */
  startFunction(name: string): boolean;
  logError(message: string): void;
}

/** Serves requests as the Functions host does. */
export function createHttpTrigger(options: HttpTriggerOptions) {
  const serveFunction = async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: string,
  ) => {
    const found = options.table.find(request.method ?? 'GET', path);
    if (!found) return writeEmpty(response, 404);
    if (found.route.authLevel !== 'anonymous') return writeEmpty(response, 401);
    const body = await readRequestBody(request);
    const http = httpRequestData(request, { path, query, parameters: found.parameters }, body);
    const outcome = await options.invoke(found.route.target, { http }).catch(() => undefined);
    if (!outcome) return writeEmpty(response, 500);
    writeFunctionResponse(response, outcome.response.returnValue);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const [rawPath, query] = splitTarget(request.url ?? '/');
    const path = rawPath.startsWith('/') ? decodePath(rawPath) : undefined;
    if (path === undefined) return writeEmpty(response, 400);
    if (options.table.hostError !== undefined) return writeEmpty(response, 503);
    if (options.homePage && path === '/') return writeHomePage(response);
    const admin = /^\/admin(?:\/|$)/i.test(path);
    if (admin) return writeEmpty(response, adminStatus(options, request, path));
    await serveFunction(request, response, path, query);
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await serve(request, response);
    } catch (error) {
      options.logError(describe(error));
      writeEmpty(response, 500);
    }
  };
}

function splitTarget(url: string): [path: string, query: string] {
  const target = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*/i, '') || '/';
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}

function writeHomePage(response: ServerResponse): void {
  response.writeHead(200, { server: 'Kestrel', 'content-type': 'text/html; charset=utf-8' });
  response.end('<!doctype html><title>Your Functions app is up and running</title>');
}

function adminStatus(options: HttpTriggerOptions, request: IncomingMessage, path: string): number {
  const name = /^\/admin\/functions\/([^/]+)\/?$/i.exec(path)?.[1];
  if (name === undefined || request.method !== 'POST') return 404;
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return 415;
  return options.startFunction(name) ? 202 : 404;
}
