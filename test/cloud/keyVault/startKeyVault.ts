import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalClock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import { type Faults, playFault } from '../faults.ts';
import { type LocalServer, listen, readJson, sendJson } from '../httpServer.ts';
import { createSecretStore, type SecretStore } from './secretStore.ts';
import { createThrottle, type ThrottleLimits, vaultLimits } from './throttle.ts';
import { badParameter, VaultFailure } from './vaultFailure.ts';
import { type VaultOperation, type VaultRequest, vaultOperations } from './vaultOperations.ts';
import { checkVaultToken } from './vaultToken.ts';

export interface KeyVaultOptions {
  /** 0 takes a free port. */
  port: number;
  tls: { cert: string; key: string };
  clock: LocalClock;
  faults: Faults;
  counters: Counters;
  /** Tenant that the challenge names. */
  tenantId?: string;
  limits?: ThrottleLimits;
}

/**
 * Serves one vault, in memory, over the REST interface of Key Vault secrets. A request is counted, and
 * faults are looked up, once it carries a valid token.
 * @see https://learn.microsoft.com/en-us/rest/api/keyvault/secrets/operation-groups
 */
export function startKeyVault(options: KeyVaultOptions): Promise<LocalServer> {
  const store = createSecretStore(options.clock);
  const throttle = createThrottle(options.limits ?? vaultLimits);
  const tenantId = options.tenantId ?? '00000000-0000-0000-0000-000000000000';

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    checkVaultToken(request.headers.authorization, tenantId);
    const origin = `https://${request.headers.host ?? 'localhost'}`;
    const url = new URL(request.url ?? '/', origin);
    const [operation, name, version] = findOperation(request.method ?? 'GET', url.pathname);
    options.counters.countVault(operation.name);
    const fault = options.faults.take('keyVault', { operation: operation.name });
    if (fault && !('aadsts' in fault)) return playFault(fault, request, response);
    if (!url.searchParams.has('api-version')) throw badParameter('The request is missing api-version.');
    throttle(operation.name === 'set' ? 'sets' : 'others');
    const body = (await readBody(request)) as VaultRequest['body'];
    answer(response, operation, store, { origin, url, name, version, body });
  };

  return listen(
    async (request, response) => {
      response.setHeader('x-ms-keyvault-region', 'local');
      response.setHeader('x-ms-keyvault-service-version', '1.9.0.0');
      response.setHeader('x-ms-request-id', randomUUID());
      const clientRequestId = request.headers['x-ms-client-request-id'];
      if (clientRequestId !== undefined) response.setHeader('x-ms-client-request-id', clientRequestId);
      try {
        await serve(request, response);
      } catch (error) {
        if (!(error instanceof VaultFailure)) throw error;
        sendJson(response, error.status, error.body(), error.headers);
      }
    },
    { port: options.port, tls: options.tls },
  );
}

function answer(
  response: ServerResponse,
  operation: VaultOperation,
  store: SecretStore,
  request: VaultRequest,
): void {
  const result = operation.run(store, request);
  if (result) sendJson(response, 200, result);
  else response.writeHead(204).end();
}

function findOperation(method: string, path: string): [VaultOperation, name: string, version: string] {
  for (const operation of vaultOperations) {
    const match = operation.method === method ? operation.path.exec(path) : null;
    if (match) return [operation, decodeURIComponent(match[1] ?? ''), decodeURIComponent(match[2] ?? '')];
  }
  throw new VaultFailure(404, 'NotFound', `There is no operation ${method} ${path}.`);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  try {
    return (await readJson(request)) ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) throw badParameter('The request body is no JSON.');
    throw error;
  }
}
