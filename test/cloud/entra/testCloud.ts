import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { ConfidentialClientApplication, type Configuration, type NetworkResponse } from '@azure/msal-node';
import { type Environment, environments } from '../../../shared/domain/environment.ts';
import { createLocalClock } from '../clock.ts';
import { createCounters } from '../counters.ts';
import { createFaults } from '../faults.ts';
import { startGraph } from '../graph/startGraph.ts';
import { createManagedIdentity } from '../identityEndpoint.ts';
import { createDirectory } from './directory.ts';
import { startEntra } from './startEntra.ts';

/** The one registered redirect URI of the test apps. */
export const redirectUri = 'http://localhost:7071/provisioning_/callback';

const domains: Record<Environment, string> = {
  office365: 'contoso.example',
  'usgov-l4': 'agency.example',
  'usgov-l5': 'base.example',
  china: 'lianhe.example',
};

/** The fully qualified scope of reading mail in an environment. */
export const mailScope = (environment: Environment) => `${environments[environment].graphOrigin}/Mail.Read`;

const usernameIn = (environment: Environment) => `alex.wilber@${domains[environment]}`;

/** A PKCE pair (RFC 7636). */
export function createPkce() {
  const codeVerifier = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  return { codeVerifier, codeChallenge, codeChallengeMethod: 'S256' };
}

/** A small cloud for tests: one tenant, two accounts and one multi-tenant app in each environment. */
export async function startTestCloud() {
  const clock = createLocalClock();
  const faults = createFaults();
  const counters = createCounters();
  const directory = createDirectory({ clock });
  const apps = {} as Record<Environment, { clientId: string; clientSecret: string; tenantId: string }>;
  for (const [environment, domain] of Object.entries(domains) as [Environment, string][]) {
    const tenant = directory.addTenant({ id: randomUUID(), domains: [domain], environment });
    directory.addAccount({ username: `alex.wilber@${domain}`, tenantId: tenant.id });
    directory.addAccount({ username: `megan.bowen@${domain}`, tenantId: tenant.id });
    const clientSecret = randomBytes(20).toString('base64url');
    const app = directory.addApp({
      clientId: randomUUID(),
      displayName: `Robots of ${domain}`,
      environment,
      tenantId: tenant.id,
      multiTenant: true,
      redirectUris: [redirectUri],
      secrets: [{ value: clientSecret }],
      configuredScopes: ['Mail.Read', 'User.Read'],
    });
    apps[environment] = { clientId: app.clientId, clientSecret, tenantId: tenant.id };
  }
  const managedIdentity = await createManagedIdentity({ tenantId: apps.office365.tenantId });
  const entra = await startEntra({
    port: 0,
    clock,
    faults,
    counters,
    directory,
    managedIdentity,
    random: () => 0.5,
  });
  const graph = await startGraph({ port: 0, clock, faults, counters, keysOf: entra.keysOf });
  const originMap: Record<string, string> = { ...entra.originMap, ...graph.originMap };

  /** A real address to where it is served here. */
  const local = (url: string) => {
    const { origin } = new URL(url);
    return `${originMap[origin] ?? origin}${url.slice(origin.length)}`;
  };

  const send = async <T>(
    url: string,
    method: string,
    options?: { headers?: Record<string, string>; body?: string },
  ): Promise<NetworkResponse<T>> => {
    const init: RequestInit = { method, headers: options?.headers ?? {} };
    if (options?.body !== undefined) init.body = options.body;
    const response = await fetch(local(url), init);
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: (await response.json()) as T,
    };
  };

  /** The real MSAL with the real hosts, over a network that leads here. */
  const createMsal = (
    environment: Environment,
    credential: Partial<Configuration['auth']> = {},
    tenantName = 'common',
  ) => {
    const { clientId, clientSecret } = apps[environment];
    const authority = `${environments[environment].authorityOrigin}/${tenantName}`;
    const auth = credential.clientAssertion ? { clientId } : { clientId, clientSecret };
    return new ConfidentialClientApplication({
      auth: { ...auth, authority, ...credential },
      system: {
        networkClient: {
          sendGetRequestAsync: (url, options) => send(url, 'GET', options),
          sendPostRequestAsync: (url, options) => send(url, 'POST', options),
        },
      },
    });
  };

  /** Posts the form of a page, with the button of that value. */
  const submit = (page: string, name: string, value: string) => {
    const action = /action="([^"]+)"/.exec(page)?.[1];
    const flow = /name="flow" value="([^"]+)"/.exec(page)?.[1];
    if (!action || !flow) throw new Error(`This page has no form: ${page}`);
    const body = new URLSearchParams({ flow, [name]: value });
    return fetch(new URL(action, entra.origin), { method: 'POST', body, redirect: 'manual' });
  };

  /** Signs in through the pages; answers what leads to the redirect URI, or the page it ended on. */
  const signIn = async (authorizeUrl: string, username: string, decision = 'accept') => {
    const picker = await fetch(local(authorizeUrl), { redirect: 'manual' });
    if (picker.status !== 200) return picker;
    const next = await submit(await picker.text(), 'username', username);
    const page = await next.clone().text();
    return page.includes('name="decision"') ? submit(page, 'decision', decision) : next;
  };

  const callbackOf = (response: Response) => new URL(response.headers.get('location') ?? '').searchParams;

  const postToken = async (
    environment: Environment,
    fields: Record<string, string>,
    tenantName = 'common',
  ) => {
    const { clientId, clientSecret } = apps[environment];
    const response = await fetch(
      local(`${environments[environment].authorityOrigin}/${tenantName}/oauth2/v2.0/token`),
      {
        method: 'POST',
        body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...fields }),
      },
    );
    return { status: response.status, headers: response.headers, body: await response.json() };
  };

  const authorizeUrl = (
    environment: Environment,
    parameters: Record<string, string> = {},
    tenantName = 'common',
  ) =>
    `${environments[environment].authorityOrigin}/${tenantName}/oauth2/v2.0/authorize?${new URLSearchParams({
      client_id: apps[environment].clientId,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: `openid profile offline_access ${mailScope(environment)}`,
      state: 'some-state',
      ...parameters,
    })}`;

  /** Signs in and redeems the code, without MSAL. */
  const connect = async (environment: Environment, parameters: Record<string, string> = {}) => {
    const response = await signIn(authorizeUrl(environment, parameters), usernameIn(environment));
    const code = callbackOf(response).get('code') ?? '';
    const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
    return { fields, ...(await postToken(environment, fields)) };
  };

  return {
    clock,
    faults,
    counters,
    directory,
    apps,
    managedIdentity,
    entra,
    graph,
    local,
    createMsal,
    submit,
    signIn,
    callbackOf,
    postToken,
    authorizeUrl,
    connect,
    usernameIn,
    close: () => Promise.all([entra.close(), graph.close()]),
  };
}
