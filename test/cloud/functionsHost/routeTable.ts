import { compileRoute, type RouteMatcher, type RouteParameters } from './routeTemplate.ts';

/** What an HTTP function says of the requests it wants. */
export interface HttpRoute {
  functionName: string;
  /** Absent: the function's name. */
  route?: string | undefined;
  methods: readonly string[];
}

export interface RouteTable<R extends HttpRoute> {
  /** The first function, by name, whose route and methods fit a decoded path. */
  find(method: string, path: string): { route: R; parameters: RouteParameters } | undefined;
  /** One line for each function that the host refuses to serve. */
  readonly problems: readonly string[];
  /** Set when a mistake in one route keeps the host from serving any: every request is 503. */
  readonly hostError?: string;
}

const reserved = /^(?:admin|runtime)/i;

/**
 * Orders routes as the host does, alphabetically by function name and not by how specific they are.
 * @see https://learn.microsoft.com/en-us/azure/azure-functions/functions-bindings-http-webhook-trigger
 */
export function createRouteTable<R extends HttpRoute>(routes: readonly R[], prefix: string): RouteTable<R> {
  const problems: string[] = [];
  const compiled: { route: R; methods: Set<string>; match: RouteMatcher }[] = [];
  const byName = [...routes].sort((one, other) => compareNames(one.functionName, other.functionName));
  for (const route of byName) {
    const template = route.route ?? route.functionName;
    if (prefix !== '' && template.startsWith('/')) {
      return broken(`The route template '${prefix}/${template}' of '${route.functionName}' is invalid.`);
    }
    if (reserved.test(template.replace(/^\//, ''))) {
      problems.push(
        `The '${route.functionName}' function is in error: The specified route conflicts with one or more built in routes.`,
      );
      continue;
    }
    compiled.push({
      route,
      methods: new Set(route.methods.map((method) => method.toUpperCase())),
      match: compileRoute(prefix === '' ? template : `${prefix}/${template}`),
    });
  }
  return {
    problems,
    find(method, path) {
      for (const entry of compiled) {
        if (entry.methods.size > 0 && !entry.methods.has(method)) continue;
        const parameters = entry.match(path);
        if (parameters) return { route: entry.route, parameters };
      }
      return undefined;
    },
  };
}

function broken<R extends HttpRoute>(hostError: string): RouteTable<R> {
  return { problems: [hostError], hostError, find: () => undefined };
}

function compareNames(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
