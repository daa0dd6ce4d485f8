import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JWK } from 'jose';
import type { LocalClock } from './clock.ts';
import { createSigningKey } from './entra/signingKey.ts';
import { listen, sendJson } from './httpServer.ts';

const tokenLifetimeSeconds = 86_400;
const tokenExchangeResource = 'api://AzureADTokenExchange';

/** A user-assigned managed identity and the key that signs its tokens. */
export interface LocalManagedIdentity {
  clientId: string;
  /** Object id of its service principal: `oid` and `sub` of its tokens. */
  principalId: string;
  tenantId: string;
  /** Issuer of its federated assertions; goes into the app's federated credential. */
  issuer: string;
  publicJwk: JWK;
  /** A token for a resource, in real time: Azurite and Entra check it against the clock on the wall. */
  issueToken(resource: string): Promise<string>;
}

/** A managed identity of a tenant, with a fresh key. */
export async function createManagedIdentity(options: {
  tenantId: string;
  clientId?: string | undefined;
  principalId?: string | undefined;
  /** Of the cloud that the identity lives in. */
  authorityOrigin?: string | undefined;
}): Promise<LocalManagedIdentity> {
  const { tenantId, authorityOrigin = 'https://login.microsoftonline.com' } = options;
  const clientId = options.clientId ?? randomUUID();
  const principalId = options.principalId ?? randomUUID();
  const issuer = `${authorityOrigin}/${tenantId}/v2.0`;
  const key = await createSigningKey();
  return {
    clientId,
    principalId,
    tenantId,
    issuer,
    publicJwk: key.publicJwk,
    issueToken(resource) {
      const now = Math.floor(Date.now() / 1000);
      const forExchange = resource.startsWith(tokenExchangeResource);
      return key.sign({
        aud: resource,
        iss: forExchange ? issuer : `https://sts.windows.net/${tenantId}/`,
        iat: now - 300,
        nbf: now - 300,
        exp: now + tokenLifetimeSeconds,
        ...(forExchange ? { azp: clientId, ver: '2.0' } : { appid: clientId, ver: '1.0' }),
        idtyp: 'app',
        oid: principalId,
        sub: principalId,
        tid: tenantId,
        uti: randomUUID(),
      });
    },
  };
}

export interface LocalIdentityEndpoint {
  port: number;
  /** `IDENTITY_ENDPOINT` and `IDENTITY_HEADER` for a process that has this identity. */
  environmentVariables: { IDENTITY_ENDPOINT: string; IDENTITY_HEADER: string };
  close(): Promise<void>;
}

/**
 * The managed identity endpoint of App Service.
 * @see https://learn.microsoft.com/en-us/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export async function startIdentityEndpoint(options: {
  port: number;
  clock: LocalClock;
  identity: LocalManagedIdentity;
  /** What `x-identity-header` must carry; random unless given. */
  headerSecret?: string | undefined;
}): Promise<LocalIdentityEndpoint> {
  const { identity, clock } = options;
  const headerSecret = options.headerSecret ?? randomUUID();

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const refuse = (statusCode: number, message: string) =>
      sendJson(response, statusCode, { statusCode, message, correlationId: randomUUID() });
    if (request.method !== 'GET' || url.pathname !== '/msi/token') return refuse(404, 'Not found.');
    if (request.headers['x-identity-header'] !== headerSecret) {
      return refuse(401, 'The X-IDENTITY-HEADER header is missing or wrong.');
    }
    if (url.searchParams.get('api-version') !== '2019-08-01') {
      return refuse(400, "The 'api-version' parameter is missing or is not supported.");
    }
    const resource = url.searchParams.get('resource');
    if (!resource) return refuse(400, "The 'resource' parameter is missing.");
    if (url.searchParams.get('client_id') !== identity.clientId) {
      const ids = 'ClientId/ResourceId/PrincipalId';
      return refuse(400, `No User Assigned or Delegated Managed Identity found for specified ${ids}.`);
    }
    const expiresAt = clock.now().getTime() / 1000 + tokenLifetimeSeconds;
    sendJson(response, 200, {
      access_token: await identity.issueToken(resource),
      expires_on: String(Math.floor(expiresAt)),
      resource,
      token_type: 'Bearer',
      client_id: identity.clientId,
    });
  };

  const server = await listen(handle, { port: options.port });
  return {
    port: server.port,
    environmentVariables: {
      IDENTITY_ENDPOINT: `${server.origin}/msi/token`,
      IDENTITY_HEADER: headerSecret,
    },
    close: server.close,
  };
}
