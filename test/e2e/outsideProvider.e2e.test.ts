import { afterAll, afterEach, expect, test } from '@jest/globals';
import { environments } from '../../shared/domain/environment.ts';
import { createBrowser, type Page } from '../cloud/browser.ts';
import { freePort } from '../cloud/freePort.ts';
import { useCloud } from './support/cloudUnderTest.ts';
import { read, start, token } from './support/connections.ts';
import { expectFailurePage } from './support/failurePages.ts';
import { type OutsideProvider, startOutsideProvider } from './support/outsideProvider.ts';

/** The environment whose Entra is an independent, certified OpenID provider in this file. */
const { authorityOrigin, authorityAliases, graphOrigin } = environments.china;
const scope = `${graphOrigin}/Mail.Read`;

const port = await freePort();
const provider: OutsideProvider = await startOutsideProvider({
  authority: authorityOrigin,
  scope,
  redirectUri: `http://localhost:${port}/provisioning_/callback`,
});
const authority = `${provider.origin}/${new URL(authorityOrigin).host}`;
const originMap = Object.fromEntries(
  [authorityOrigin, ...authorityAliases].map((origin) => [origin, authority]),
);
const it = useCloud({ port, controlPort: await freePort(), originMap });

afterEach(() => it.keepSecret(...provider.secrets));
afterAll(() => provider.close());

async function connectAt(outside: OutsideProvider, more: Record<string, unknown> = {}) {
  const { clientId, clientSecret, account } = outside;
  const { id, connectLink } = await start(it, {
    name: 'Connected at another provider',
    connector: 'outlook365',
    environment: 'china',
    tenantId: account.tid,
    clientId,
    clientSecret,
    scopes: ['Mail.Read'],
    expectedAccount: { oid: account.oid, tid: account.tid },
    access: [{ principalId: it.cloud.callers.runner.principalId, permission: 'use' }],
    ...more,
  });
  const browser = createBrowser();
  const sent = await browser.submit(await browser.open(connectLink));
  expect(sent.refreshTo).toMatch(`${authority}/${account.tid}/oauth2/v2.0/authorize?`);
  const page: Page = await browser.open(sent.refreshTo ?? '');
  it.tell(page.html);
  return { id, page, browser };
}

const ofRoute = (route: string) => provider.requests.filter((request) => request.route === route);

test('a provider of somebody else’s making agrees with the sign-in: PKCE, nonce, state, issuer, redemption', async () => {
  const { id, page } = await connectAt(provider);
  expect([page.status, page.text]).toEqual([200, expect.stringContaining(provider.account.username)]);
  expect(new URL(page.url).searchParams.get('iss')).toBe(`${authorityOrigin}/${provider.account.tid}/v2.0`);
  expect(await read(it, id)).toMatchObject({
    status: 'connected',
    account: provider.account,
    grantedScopes: expect.arrayContaining(['Mail.Read']),
  });
  expect(ofRoute('authorization').at(0)).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect(ofRoute('token').at(0)).toMatchObject({
    grant_type: 'authorization_code',
    client_id: provider.clientId,
    code_verifier: expect.stringMatching(/^[\w.~-]{43,128}$/),
    redirect_uri: `${it.brokerUrl}/provisioning_/callback`,
  });
  expect((await token(it, id)).body).toMatchObject({
    graph_base_url: graphOrigin,
    expires_in: expect.any(Number),
  });
});

test('and with the refresh: the runner gets a new token with the refresh token of the sign-in', async () => {
  const { id } = await connectAt(provider);
  const first = (await token(it, id)).body.access_token;
  await it.advance(3601);
  const answer = await token(it, id);
  expect(answer.status).toBe(200);
  expect(answer.body.access_token).not.toBe(first);
  expect(answer.body.scope).toContain('Mail.Read');
  const refresh = ofRoute('token').at(-1);
  expect(refresh).toMatchObject({ grant_type: 'refresh_token', client_id: provider.clientId });
  expect(refresh?.scope?.split(' ')).toEqual(expect.arrayContaining(['openid', 'offline_access', scope]));
});

test('and refuses what is wrong: another secret is told as the app’s fault', async () => {
  const { id, page } = await connectAt(provider, { clientSecret: 'not-the-secret-of-this-app' });
  expectFailurePage(it, page, 502, /client secret/);
  expect((await read(it, id)).status).toBe('pending');
});
