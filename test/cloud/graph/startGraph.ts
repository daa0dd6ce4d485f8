import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createLocalJWKSet, errors, type JWK, type JWTPayload, jwtVerify } from 'jose';
import { type Environment, environmentNames, environments } from '../../../shared/domain/environment.ts';
import type { LocalClock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import { type Faults, playFault } from '../faults.ts';
import { listen, sendJson } from '../httpServer.ts';
import { probes } from './probes.ts';

export interface GraphOptions {
  /** 0 takes a free port. */
  port: number;
  clock: LocalClock;
  faults: Faults;
  counters: Counters;
  /** The keys that sign tokens for an environment's Graph. */
  keysOf: (environment: Environment) => JWK[];
}

export interface LocalGraph {
  port: number;
  origin: string;
  /** Real Graph origins to where they are served here. */
  originMap: Record<string, string>;
  close(): Promise<void>;
}

interface GraphExchange {
  environment: Environment;
  path: string;
  request: IncomingMessage;
  response: ServerResponse;
}

/** @see https://learn.microsoft.com/en-us/graph/errors */
function sendGraphError(
  { response, request }: GraphExchange,
  clock: LocalClock,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  const requestId = randomUUID();
  const asked = request.headers['client-request-id'];
  const innerError = {
    date: clock.now().toISOString().slice(0, 19),
    'request-id': requestId,
    'client-request-id': typeof asked === 'string' ? asked : requestId,
  };
  sendJson(
    response,
    status,
    { error: { code, message, innerError } },
    { 'request-id': requestId, ...headers },
  );
}

function explain(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'Lifetime validation failed, the token is expired.';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') {
    return 'Access token validation failure. Invalid audience.';
  }
  return 'CompactToken parsing failed with error code: 80049217';
}

async function authenticate(options: GraphOptions, exchange: GraphExchange): Promise<JWTPayload> {
  const { environment, request } = exchange;
  const [, token = ''] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const keys = createLocalJWKSet({ keys: options.keysOf(environment) });
  const { graphOrigin } = environments[environment];
  const { payload } = await jwtVerify(token, keys, {
    audience: graphOrigin,
    currentDate: options.clock.now(),
    requiredClaims: ['exp', 'oid'],
  });
  return payload;
}

function challengeOf({ environment }: GraphExchange): string {
  const { authorityOrigin } = environments[environment];
  return `Bearer realm="", authorization_uri="${authorityOrigin}/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`;
}

async function answer(options: GraphOptions, exchange: GraphExchange): Promise<void> {
  const { clock } = options;
  const { request, response, path, environment } = exchange;
  if (!request.headers.authorization) {
    sendGraphError(exchange, clock, 401, 'InvalidAuthenticationToken', 'Access token is empty.', {
      'www-authenticate': challengeOf(exchange),
    });
    return;
  }
  let claims: JWTPayload;
  try {
    claims = await authenticate(options, exchange);
  } catch (error) {
    sendGraphError(exchange, clock, 401, 'InvalidAuthenticationToken', explain(error), {
      'www-authenticate': challengeOf(exchange),
    });
    return;
  }
  const probe = request.method === 'GET' ? probes[path] : undefined;
  if (!probe) {
    const message = `Resource not found for the segment '${path.split('/').pop()}'.`;
    sendGraphError(exchange, clock, 404, 'ResourceNotFound', message);
    return;
  }
  const scopes = String(claims.scp ?? '').split(' ');
  if (!probe.anyOf.some((scope) => scopes.includes(scope))) {
    const { code, message } = probe.denial;
    sendGraphError(exchange, clock, 403, code, message);
    return;
  }
  sendJson(response, 200, probe.answer(environments[environment].graphOrigin, claims));
}

/** Serves the probes of Microsoft Graph for all environments, each under a path that is its host name. */
export async function startGraph(options: GraphOptions): Promise<LocalGraph> {
  const byHost = new Map(
    environmentNames.map((name) => [new URL(environments[name].graphOrigin).host, name]),
  );

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    options.counters.countGraph();
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, host = '', ...rest] = url.pathname.split('/');
    const path = `/${rest.join('/')}`;
    const fault = options.faults.take('graph', { operation: path });
    if (fault && !('aadsts' in fault)) return playFault(fault, request, response);
    const environment = byHost.get(host);
    if (!environment) return sendJson(response, 404, { error: { code: 'UnknownHost', message: host } });
    await answer(options, { environment, path, request, response });
  };

  const server = await listen(handle, { port: options.port });
  return {
    port: server.port,
    origin: server.origin,
    originMap: Object.fromEntries(
      [...byHost.keys()].map((host) => [`https://${host}`, `${server.origin}/${host}`]),
    ),
    close: server.close,
  };
}
