import { randomBytes, randomUUID } from 'node:crypto';
import type { Environment } from '../../../shared/domain/environment.ts';
import { type Browser, createBrowser, type Page } from '../../cloud/browser.ts';
import type { SeededAccount, SeededApp } from '../../cloud/seed.ts';
import { followConnectLink } from '../../cloud/signInDriver.ts';
import type { CloudUnderTest } from './cloudUnderTest.ts';

/** Lifetime of the access tokens of accounts that tests add, in seconds. */
export const tokenLifetimeSeconds = 3600;

/** Registers a multitenant app of one test's own. */
export function addApp(
  { cloud }: CloudUnderTest,
  environment: Environment = 'office365',
  more: { multiTenant?: boolean; allowsPersonalAccounts?: boolean } = {},
): SeededApp {
  const { tenantId } = cloud.apps[environment];
  const clientSecret = newSecret();
  const { clientId } = cloud.directory.addApp({
    clientId: randomUUID(),
    displayName: 'App of a test',
    environment,
    tenantId,
    multiTenant: true,
    redirectUris: [`${cloud.brokerUrl}/provisioning_/callback`],
    secrets: [{ value: clientSecret }],
    configuredScopes: ['Mail.Read', 'User.Read'],
    ...more,
  });
  return { clientId, clientSecret, tenantId };
}

/** A person of one test's own, in the organisation of the environment or the tenant given. */
export function addAccount(
  { cloud }: CloudUnderTest,
  environment: Environment = 'office365',
  more: { tenantId?: string; consent?: 'user' | 'admin-required' } = {},
): SeededAccount {
  const account = cloud.directory.addAccount({
    username: `person-${randomUUID().slice(0, 8)}@test.example`,
    tenantId: cloud.apps[environment].tenantId,
    accessTokenLifetimeSeconds: tokenLifetimeSeconds,
    ...more,
  });
  const { username, tenantId, oid } = account;
  return { username, environment, tenantId, oid };
}

/** The value of a client secret, as Entra makes them: 40 characters. */
export function newSecret(): string {
  return randomBytes(30).toString('base64url');
}

/** The body of a start request with everything stated, for a runner to use. */
export function requestOf(test: CloudUnderTest, app: SeededApp, account: SeededAccount) {
  return {
    name: 'Mailbox of a test',
    connector: 'outlook365',
    environment: account.environment as string,
    tenantId: account.tenantId,
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    scopes: ['openid', 'offline_access', 'Mail.Read'] as string | string[],
    expectedAccount: { username: account.username, tid: account.tenantId },
    access: [{ principalId: test.cloud.callers.runner.principalId, permission: 'use' }],
  };
}

export type StartBody = Record<string, unknown> & { clientSecret?: string };

export interface Started {
  readonly id: string;
  readonly status: string;
  readonly connectLink: string;
  readonly connectLinkExpiresAt: string;
}

/** Creates a pending connection over the API; rejects with the answer otherwise. */
export async function start(test: CloudUnderTest, body: StartBody): Promise<Started> {
  const answer = await test.call('creator', 'POST', '/connections', { body });
  if (answer.status !== 201) throw new Error(`Starting answered ${answer.status}: ${answer.text}`);
  const started = answer.body as Started;
  test.keepSecret(body.clientSecret, new URL(started.connectLink).searchParams.get('key'));
  return started;
}

/** Opens a connect link, types into its form, and signs in; keeps the page for the search for secrets. */
export async function follow(
  test: CloudUnderTest,
  connectLink: string,
  username: string,
  more: { fields?: Record<string, string>; decision?: 'accept' | 'cancel'; browser?: Browser } = {},
): Promise<Page> {
  const { browser = createBrowser(), ...options } = more;
  const page = await followConnectLink(browser, { connectLink, username, ...options });
  // A form that is shown again carries the key of the link on.
  test.tell(page.html.replace(/name="key" value="[^"]*"/, ''));
  return page;
}

export interface Connected {
  readonly id: string;
  readonly app: SeededApp;
  readonly account: SeededAccount;
}

/** A connection that works, on an app and for a person of its own unless given. */
export async function connect(
  test: CloudUnderTest,
  { app = addApp(test), account = addAccount(test), ...more }: Partial<Connected> & { body?: StartBody } = {},
): Promise<Connected> {
  const { id, connectLink } = await start(test, { ...requestOf(test, app, account), ...more.body });
  const page = await follow(test, connectLink, account.username);
  const { status } = await read(test, id);
  if (status !== 'connected') throw new Error(`The connection is ${status}: ${page.text}`);
  return { id, app, account };
}

/** The connection as its manager sees it. */
export async function read(test: CloudUnderTest, id: string) {
  const { body } = await test.call('manager', 'GET', `/connections/${id}`);
  return body;
}

/** Events of a connection by type, newest first. */
export async function eventTypes(test: CloudUnderTest, id: string): Promise<string[]> {
  const { body } = await test.call('manager', 'GET', `/connections/${id}/events`);
  return body.items.map((event: { type: string; to?: string }) =>
    event.to === undefined ? event.type : `${event.type} ${event.to}`,
  );
}

/** Asks for a token as the runner. */
export async function token(test: CloudUnderTest, id: string, query = '') {
  const answer = await test.call('runner', 'GET', `/connections/${id}/token${query}`);
  test.keepSecret(answer.body?.access_token);
  return answer;
}
