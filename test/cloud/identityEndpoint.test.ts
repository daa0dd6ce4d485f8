import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { createLocalClock } from './clock.ts';
import {
  createManagedIdentity,
  type LocalManagedIdentity,
  startIdentityEndpoint,
} from './identityEndpoint.ts';

const clock = createLocalClock();
const before = { ...process.env };
let identity: LocalManagedIdentity;
let endpoint: Awaited<ReturnType<typeof startIdentityEndpoint>>;

beforeAll(async () => {
  identity = await createManagedIdentity({ tenantId: '11111111-2222-4333-8444-555555555555' });
  endpoint = await startIdentityEndpoint({ port: 0, clock, identity });
  Object.assign(process.env, endpoint.environmentVariables);
});
afterAll(async () => {
  process.env = before;
  await endpoint.close();
});

const ask = (parameters: Record<string, string>, header = endpoint.environmentVariables.IDENTITY_HEADER) =>
  fetch(
    `${endpoint.environmentVariables.IDENTITY_ENDPOINT}?${new URLSearchParams({
      'api-version': '2019-08-01',
      resource: 'https://storage.azure.com',
      client_id: identity.clientId,
      ...parameters,
    })}`,
    { headers: { 'x-identity-header': header } },
  );

test('the real credential gets a token for storage', async () => {
  const credential = new ManagedIdentityCredential({ clientId: identity.clientId });
  const { token } = await credential.getToken('https://storage.azure.com/.default');
  expect(decodeJwt(token)).toMatchObject({
    aud: 'https://storage.azure.com',
    iss: `https://sts.windows.net/${identity.tenantId}/`,
    oid: identity.principalId,
  });
});

test('the real credential gets an assertion for a federated credential', async () => {
  const credential = new ManagedIdentityCredential({ clientId: identity.clientId });
  const { token } = await credential.getToken('api://AzureADTokenExchangeChina/.default');
  expect(decodeJwt(token)).toMatchObject({
    aud: 'api://AzureADTokenExchangeChina',
    iss: identity.issuer,
    sub: identity.principalId,
  });
});

test('a moved clock moves the expiry that is told, not the token', async () => {
  clock.advance(30 * 86_400);
  const { access_token, expires_on } = await (await ask({})).json();
  const { iat = 0, exp = 0 } = decodeJwt(access_token);
  expect(iat * 1000).toBeLessThan(Date.now());
  expect(Number(expires_on) - exp).toBeGreaterThanOrEqual(30 * 86_400 - 1);
});

test('a wrong header, another identity or a missing resource is refused', async () => {
  expect((await ask({}, 'wrong')).status).toBe(401);
  expect((await ask({ client_id: 'another' })).status).toBe(400);
  expect((await ask({ resource: '' })).status).toBe(400);
});
