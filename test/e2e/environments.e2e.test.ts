import { describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Environment } from '../../shared/domain/environment.ts';
import { createBrowser, type Page } from '../cloud/browser.ts';
import { signInAtEntra } from '../cloud/signInDriver.ts';
import { useCloud } from './support/cloudUnderTest.ts';
import {
  addAccount,
  addApp,
  read,
  requestOf,
  start,
  token,
  tokenLifetimeSeconds,
} from './support/connections.ts';
import { expectProblem } from './support/failurePages.ts';

const it = useCloud();

interface Way {
  readonly environment: Environment;
  readonly authority: string;
  readonly graph: string;
  /** Issuer of Graph's tokens, which are of the first version. */
  readonly tokenIssuer: string;
  readonly tenant: 'common' | 'organizations' | 'domain' | 'guid';
  readonly scopes: string | string[];
  /** Whether the app takes accounts of other tenants. */
  readonly multiTenant: boolean;
}

const ways: readonly Way[] = [
  {
    environment: 'office365',
    authority: 'login.microsoftonline.com',
    graph: 'https://graph.microsoft.com',
    tokenIssuer: 'https://sts.windows.net',
    tenant: 'common',
    scopes: 'common',
    multiTenant: true,
  },
  {
    environment: 'usgov-l4',
    authority: 'login.microsoftonline.us',
    graph: 'https://graph.microsoft.us',
    tokenIssuer: 'https://sts.windows.net',
    tenant: 'domain',
    scopes: ['openid', 'offline_access', 'Mail.Read'],
    multiTenant: false,
  },
  {
    environment: 'usgov-l5',
    authority: 'login.microsoftonline.us',
    graph: 'https://dod-graph.microsoft.us',
    tokenIssuer: 'https://sts.windows.net',
    tenant: 'guid',
    scopes: 'https://dod-graph.microsoft.us/Mail.Read, offline_access',
    multiTenant: false,
  },
  {
    environment: 'china',
    authority: 'login.partner.microsoftonline.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    tokenIssuer: 'https://sts.chinacloudapi.cn',
    tenant: 'organizations',
    scopes: ['.default'],
    multiTenant: true,
  },
];

function tenantOf({ tenant }: Way, tenantId: string): string {
  if (tenant === 'guid') return tenantId;
  if (tenant === 'domain') return it.cloud.directory.findTenant(tenantId)?.domains[0] ?? '';
  return tenant;
}

/** The inbox of the person, read at the Graph that serves this origin. */
const readInbox = (graph: string, accessToken: string) =>
  fetch(`${it.cloud.originMap[graph]}/v1.0/me/mailFolders/inbox`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });

/** The form sent, the page on the way to Microsoft is checked for where it leads. */
function expectWayToMicrosoft(page: Page, way: Way, tenant: string, clientId: string): void {
  const target = new URL(page.refreshTo ?? '');
  expect(target.pathname).toBe(`/${way.authority}/${tenant}/oauth2/v2.0/authorize`);
  const parameters = Object.fromEntries(target.searchParams);
  expect(parameters).toMatchObject({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: `${it.brokerUrl}/provisioning_/callback`,
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
  });
  const scopes = (parameters.scope ?? '').split(' ');
  expect(scopes).toEqual(expect.arrayContaining(['openid', 'profile', 'offline_access']));
  expect(scopes.filter((scope) => scope.includes('/'))).toEqual([
    `${way.graph}/${way.tenant === 'domain' || way.tenant === 'guid' ? 'Mail.Read' : '.default'}`,
  ]);
  it.keepSecret(parameters.state ?? '', parameters.nonce ?? '');
}

describe.each(ways)('in $environment, with tenant "$tenant" and scopes $scopes', (way) => {
  test('a person connects behind a link, and the runner gets a token for the Graph of that cloud', async () => {
    const { environment, graph } = way;
    const app = addApp(it, environment, { multiTenant: way.multiTenant });
    const account = addAccount(it, environment);
    const tenant = tenantOf(way, account.tenantId);
    const { clientSecret, ...stated } = requestOf(it, app, account);
    const body = { ...stated, tenantId: tenant, scopes: way.scopes };
    const { id, connectLink, status } = await start(it, body);
    expect(status).toBe('pending');
    expect(connectLink).toMatch(`${it.brokerUrl}/connect/${id}?key=`);
    it.keepSecret(clientSecret, new URL(connectLink).searchParams.get('key') ?? '');

    const browser = createBrowser();
    const before = [await it.counters(), await read(it, id)];
    const page = await browser.open(connectLink);
    expect(page.status).toBe(200);
    expect(page.text).toContain('The connection acts as the person who signs in');
    expect(page.text).toContain(it.cloud.callers.runner.principalId);
    expect(await read(it, id)).toEqual(before[1]);
    expect((await it.counters()).entra).toEqual((before[0] as { entra: unknown }).entra);

    const sent = await browser.submit(page, { fields: { clientSecret } });
    it.tell(sent.html.replaceAll(/state=[\w-]+|nonce=[\w-]+/g, ''));
    expectWayToMicrosoft(sent, way, tenant, app.clientId);
    const result = await signInAtEntra(browser, await browser.open(sent.refreshTo ?? ''), account.username);
    it.tell(result.html);
    expect([result.status, result.text]).toEqual([200, expect.stringContaining(account.username)]);
    expect(result.text).toContain('Mail.Read');

    const answer = await token(it, id);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      expires_at: expect.stringMatching(/Z$/),
      scope: expect.stringContaining('Mail.Read'),
      graph_base_url: graph,
      connection_id: id,
      account: { oid: account.oid, tid: account.tenantId, username: account.username },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const accessToken: string = answer.body.access_token;
    it.keepSecret(accessToken);
    expect(decodeJwt(accessToken)).toMatchObject({
      aud: graph,
      iss: `${way.tokenIssuer}/${account.tenantId}/`,
      appid: app.clientId,
      oid: account.oid,
    });
    expect((await readInbox(graph, accessToken)).status).toBe(200);
    for (const other of ways.filter((one) => one.graph !== graph)) {
      expect((await readInbox(other.graph, accessToken)).status).toBe(401);
    }
  });

  test('its token is refreshed at the same cloud when it has ended', async () => {
    const app = addApp(it, way.environment, { multiTenant: way.multiTenant });
    const account = addAccount(it, way.environment);
    const tenantId = tenantOf(way, account.tenantId);
    const body = { ...requestOf(it, app, account), tenantId, scopes: way.scopes };
    const { id, connectLink } = await start(it, body);
    const browser = createBrowser();
    const sent = await browser.submit(await browser.open(connectLink));
    await signInAtEntra(browser, await browser.open(sent.refreshTo ?? ''), account.username);
    const first = (await token(it, id)).body.access_token;
    await it.advance(tokenLifetimeSeconds + 60);
    expect((await readInbox(way.graph, first)).status).toBe(401);
    const second = (await token(it, id)).body;
    expect(second.access_token).not.toBe(first);
    expect(second.scope).toContain('Mail.Read');
    expect((await readInbox(way.graph, second.access_token)).status).toBe(200);
    it.keepSecret(first, second.access_token);
  });
});

test('scopes of another cloud are refused with the name of the right one', async () => {
  const body = {
    ...requestOf(it, addApp(it, 'usgov-l4'), addAccount(it, 'usgov-l4')),
    scopes: ['https://graph.microsoft.com/Mail.Read'],
  };
  const answer = await it.call('creator', 'POST', '/connections', { body });
  expectProblem(answer, 400, 'invalid_request');
  expect(answer.body.fields).toEqual([
    { field: 'scopes', message: expect.stringContaining('https://graph.microsoft.us/Mail.Read') },
  ]);
});

test('an app of one cloud is unknown in another, and the person learns of it at Microsoft', async () => {
  const app = addApp(it, 'office365');
  const account = addAccount(it, 'china');
  const { id, connectLink } = await start(it, { ...requestOf(it, app, account), tenantId: account.tenantId });
  const browser = createBrowser();
  const sent = await browser.submit(await browser.open(connectLink));
  const page = await browser.open(sent.refreshTo ?? '');
  expect(page.text).toContain('AADSTS700016');
  expect((await read(it, id)).status).toBe('pending');
});
