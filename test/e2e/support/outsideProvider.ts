import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import { listen } from '../../cloud/httpServer.ts';

/** The one person whom the provider knows. */
export interface OutsideAccount {
  readonly oid: string;
  readonly tid: string;
  readonly username: string;
}

/** What the certified provider saw of the broker, and who may use it. */
export interface OutsideProvider {
  readonly origin: string;
  readonly account: OutsideAccount;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Parameters of each authorize and token request, in order. */
  readonly requests: readonly Readonly<Record<string, string>>[];
  /** Tokens, codes and the like that must not be told to anybody. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

/**
 * An OpenID provider of somebody else's making in the place of Entra: it serves Entra's paths and claims, and adds
 * what Entra adds (`client_info`, the consent that `offline_access` needs); all checks of the protocol are its own.
 */
export async function startOutsideProvider(options: {
  authority: string;
  scope: string;
  redirectUri: string;
}): Promise<OutsideProvider> {
  const account = { oid: randomUUID(), tid: randomUUID(), username: 'outsider@test.example' };
  const client = { clientId: randomUUID(), clientSecret: randomBytes(30).toString('base64url') };
  const requests: Record<string, string>[] = [];
  const secrets: string[] = [client.clientSecret];
  const provider = await createProvider(options, account, client);

  provider.use(async (ctx, next) => {
    await next();
    if (ctx.oidc?.params !== undefined && ['authorization', 'token'].includes(ctx.oidc.route)) {
      requests.push({ route: ctx.oidc.route, ...ctx.oidc.params });
      const { code, refresh_token, code_verifier } = ctx.oidc.params;
      secrets.push(...[code, refresh_token, code_verifier].filter((one) => typeof one === 'string'));
    }
    if (ctx.oidc?.route !== 'token' || ctx.body?.id_token === undefined) return;
    const info = { uid: account.oid, utid: account.tid };
    ctx.body.client_info = Buffer.from(JSON.stringify(info)).toString('base64url');
    for (const name of ['access_token', 'id_token', 'refresh_token']) secrets.push(ctx.body[name] ?? '');
  });

  const callback = provider.callback();
  const server = await listen(
    async (request, response) => {
      if (request.url?.startsWith('/interaction/')) return finish(provider, account, request, response);
      request.url = providerPath(request.url ?? '/');
      await callback(request, response);
    },
    { port: 0 },
  );
  return { origin: server.origin, account, ...client, requests, secrets, close: server.close };
}

async function createProvider(
  { authority, scope, redirectUri }: { authority: string; scope: string; redirectUri: string },
  account: OutsideAccount,
  client: { clientId: string; clientSecret: string },
): Promise<Provider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: randomUUID() };
  return new Provider(`${authority}/${account.tid}/v2.0`, {
    adapter: createMemoryAdapter(),
    jwks: { keys: [key] },
    cookies: { keys: [randomBytes(20).toString('hex')] },
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    scopes: ['openid', 'profile', 'offline_access', scope],
    claims: { openid: ['sub', 'oid', 'tid', 'preferred_username', 'ver'] },
    conformIdTokenClaims: false,
    findAccount: (_ctx: unknown, accountId: string) => ({
      accountId,
      claims: () => ({
        sub: accountId,
        oid: account.oid,
        tid: account.tid,
        preferred_username: account.username,
        ver: '2.0',
      }),
    }),
    pkce: { required: () => true },
    // As at Entra, where the former refresh token stays valid.
    rotateRefreshToken: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    ttl: {
      AccessToken: 3600,
      IdToken: 3600,
      AuthorizationCode: 60,
      RefreshToken: 86_400,
      Interaction: 600,
      Grant: 86_400,
      Session: 600,
    },
  });
}

/** From Entra's path to the provider's; consent is asked for always, as Entra does for `offline_access`. */
function providerPath(path: string): string {
  const url = new URL(path, 'http://localhost');
  const [, , , ...rest] = url.pathname.split('/');
  const endpoint = rest.join('/');
  if (endpoint === 'oauth2/v2.0/token') return '/token';
  if (endpoint !== 'oauth2/v2.0/authorize') return path;
  url.searchParams.set('prompt', 'consent');
  return `/auth${url.search}`;
}

/** The person signs in and consents to everything, without a page. */
async function finish(
  provider: Provider,
  { oid }: OutsideAccount,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: oid, clientId: String(params.client_id) });
  grant.addOIDCScope(String(params.scope));
  const grantId = await grant.save();
  const outcome = { login: { accountId: oid }, consent: { grantId } };
  await provider.interactionFinished(request, response, outcome, { mergeWithLastSubmission: false });
}
