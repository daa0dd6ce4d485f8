import { randomUUID } from 'node:crypto';
import { createBrowser } from './browser.ts';
import type { SeededAccount, SeededApp } from './seed.ts';
import { followConnectLink } from './signInDriver.ts';

export interface SeedConnectionOptions {
  brokerUrl: string;
  creatorToken: string;
  /** Principal that may fetch tokens. */
  userPrincipalId: string;
  account: SeededAccount;
  app: SeededApp;
}

/**
 * Makes a connection the way people do: a pipeline creates it over the API, a person opens the connect link
 * and signs in. Resolves with its id once it is connected; rejects with what the broker said otherwise.
 */
export async function seedConnection(options: SeedConnectionOptions): Promise<string> {
  const { account, app } = options;
  const id = randomUUID();
  const address = `${options.brokerUrl}/api/v1/connections/${id}`;
  const authorization = `Bearer ${options.creatorToken}`;
  const started = await fetch(address, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'Mailbox for invoices',
      connector: 'outlook365',
      environment: account.environment,
      tenantId: app.tenantId,
      clientId: app.clientId,
      clientSecret: app.clientSecret,
      scopes: ['openid', 'offline_access', 'Mail.Read'],
      expectedAccount: { username: account.username, tid: account.tenantId },
      access: [{ principalId: options.userPrincipalId, permission: 'use' }],
    }),
  });
  const answer = await started.text();
  if (started.status !== 201) throw new Error(`Starting a connection answered ${started.status}: ${answer}`);
  const { connectLink } = JSON.parse(answer) as { connectLink: string };

  const page = await followConnectLink(createBrowser(), { connectLink, username: account.username });
  const read = await fetch(address, { headers: { authorization } });
  const { status } = (await read.json()) as { status?: string };
  if (status === 'connected') return id;
  throw new Error(`The connection is ${status ?? read.status} after the sign-in: ${page.text}`);
}
