import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JWK } from 'jose';
import type { Environment } from '../../../shared/domain/environment.ts';
import type { LocalClock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import type { Faults } from '../faults.ts';
import { listen, sendJson } from '../httpServer.ts';
import { handleAdminConsent, handleAdminDecision } from './adminConsent.ts';
import { authorities, authorityOf, findAuthority } from './authorities.ts';
import { handleAuthorize } from './authorizeEndpoint.ts';
import type { AssertionIssuer, EntraContext, EntraExchange } from './context.ts';
import type { Directory } from './directory.ts';
import { handleConfiguration, handleInstanceDiscovery, handleKeys } from './discovery.ts';
import { createExpiringMap } from './expiringMap.ts';
import { issuerOf, type MintedToken, mintToken } from './issueTokens.ts';
import { handleConsent, handleLogin } from './signIn.ts';
import { createSigningKey } from './signingKey.ts';
import { handleToken } from './tokenEndpoint.ts';

const signInLifetimeSeconds = 20 * 60;
const codeLifetimeSeconds = 10 * 60;
const refreshTokenLifetimeSeconds = 90 * 86_400;

export interface EntraOptions {
  /** 0 takes a free port. */
  port: number;
  clock: LocalClock;
  faults: Faults;
  counters: Counters;
  directory: Directory;
  /** Whose assertions federated credentials may name; other issuers' signatures cannot be verified here. */
  managedIdentity?: AssertionIssuer | undefined;
  /** Between 0 and 1; decides between 60 and 90 minutes of an access token. */
  random?: (() => number) | undefined;
}

export interface LocalEntra {
  port: number;
  origin: string;
  /** Real origins of all authorities and their aliases, to where they are served here. */
  originMap: Record<string, string>;
  /** Public keys of the authority that serves an environment. */
  keysOf(environment: Environment): JWK[];
  /** Issuer of version 2 tokens of a tenant, with the real host of its cloud. */
  issuerOf(tenantId: string): string;
  /** An access token for a caller of an API, valid for a year unless told. */
  mintToken(token: MintedToken): Promise<string>;
  close(): Promise<void>;
}

type Handler = (context: EntraContext, exchange: EntraExchange) => void | Promise<void>;

const routes: Readonly<Record<string, Handler>> = {
  'GET oauth2/v2.0/authorize': handleAuthorize,
  'POST login': handleLogin,
  'POST Consent/Set': handleConsent,
  'POST oauth2/v2.0/token': handleToken,
  'GET v2.0/adminconsent': handleAdminConsent,
  'POST AdminConsent/Set': handleAdminDecision,
  'GET v2.0/.well-known/openid-configuration': handleConfiguration,
  'GET discovery/v2.0/keys': handleKeys,
  'GET discovery/instance': handleInstanceDiscovery,
};

async function createContext(options: EntraOptions): Promise<EntraContext> {
  const { clock } = options;
  const keys = new Map(
    await Promise.all(authorities.map(async ({ host }) => [host, await createSigningKey()] as const)),
  );
  return {
    clock,
    faults: options.faults,
    counters: options.counters,
    directory: options.directory,
    random: options.random ?? Math.random,
    assertionIssuers: options.managedIdentity ? [options.managedIdentity] : [],
    keyOf(authority) {
      const key = keys.get(authority.host);
      if (!key) throw new Error(`There is no key of ${authority.host}.`);
      return key;
    },
    flows: createExpiringMap({ clock, lifetimeSeconds: signInLifetimeSeconds }),
    adminFlows: createExpiringMap({ clock, lifetimeSeconds: signInLifetimeSeconds }),
    codes: createExpiringMap({ clock, lifetimeSeconds: codeLifetimeSeconds, prefix: '1.A', keyBytes: 400 }),
    refreshTokens: createExpiringMap({
      clock,
      lifetimeSeconds: refreshTokenLifetimeSeconds,
      prefix: '1.A',
      keyBytes: 750,
    }),
  };
}

function createHandler(context: EntraContext) {
  return async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, host = '', tenantName = '', ...rest] = url.pathname.split('/');
    const authority = findAuthority(host);
    const handler = routes[`${request.method} ${rest.join('/')}`];
    if (!authority || !handler) {
      sendJson(response, 404, { error: 'not_found', error_description: `${request.method} ${url.pathname}` });
      return;
    }
    await handler(context, { authority, tenantName: tenantName.toLowerCase(), url, request, response });
  };
}

function createOriginMap(origin: string): Record<string, string> {
  const real = authorities.flatMap((authority) => [authority.origin, ...authority.aliases]);
  return Object.fromEntries(real.map((known) => [known, `${origin}/${new URL(known).host}`]));
}

/** Serves the authorities of all clouds over http on 127.0.0.1, each under a path that is its host name. */
export async function startEntra(options: EntraOptions): Promise<LocalEntra> {
  const context = await createContext(options);
  const server = await listen(createHandler(context), { port: options.port });
  return {
    port: server.port,
    origin: server.origin,
    originMap: createOriginMap(server.origin),
    keysOf: (environment) => [context.keyOf(authorityOf(environment)).publicJwk],
    issuerOf(tenantId) {
      const tenant = options.directory.findTenant(tenantId);
      if (!tenant) throw new Error(`There is no tenant ${tenantId}.`);
      return issuerOf(authorityOf(tenant.environment), tenant.id);
    },
    mintToken: (token) => mintToken(context, token),
    close: server.close,
  };
}
