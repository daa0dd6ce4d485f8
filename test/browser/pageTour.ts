import type { Page } from 'playwright-core';
import { connectAs, fillIn, pressContinue, titleOf, usernameOf } from './person.ts';
import type { Stage } from './stage.ts';

/** Called on each page of the tour, with what it shows. */
export type Visit = (page: Page, name: string) => Promise<void>;

/** Goes once through everything that the broker ever shows to a person. */
export async function tourPages(stage: Stage, visit: Visit): Promise<void> {
  const { cloud } = stage;
  const { directory, accounts, brokerClientId } = cloud();
  const owner = accounts.find(({ username }) => username.startsWith('service-desk@'));
  if (owner === undefined) throw new Error('The account service-desk is not seeded.');
  directory.assignRole({
    principalId: owner.oid,
    resourceClientId: brokerClientId,
    role: 'Connections.Create',
  });
  const { page } = await stage.signIn('service-desk');
  await visit(page, 'the empty list');
  await tourForms(stage, page, visit);
  await tourOwnConnection(stage, page, visit);
  await tourFailures(stage, page, visit);
  await tourInvitation(stage, visit);
  await tourBrokenConnection(stage, page, visit);
  await tourEnds(stage, page, visit);
}

async function tourForms(stage: Stage, page: Page, visit: Visit): Promise<void> {
  await page.goto('/add');
  await visit(page, 'the connectors');
  for (const connector of ['outlook365', 'onedrive-sharepoint', 'teams', 'graph']) {
    await page.goto(`/add/${connector}`);
    await visit(page, `the form for ${connector}`);
  }
  await page.goto('/add/outlook365');
  await fillIn(page, {
    name: '',
    clientId: 'my-app',
    scopes: 'https://microsoftgraph.chinacloudapi.cn/Calendars.ReadWrite.Shared',
    tenantId: 'nobody',
    access: `${'0123456789'.repeat(15)}\n${'0123456789'.repeat(15)}`,
  });
  await pressContinue(page);
  await page.getByRole('alert').waitFor();
  await visit(page, 'the form with everything wrong');

  const { clientId } = stage.cloud().apps.office365;
  await page.goto('/add/outlook365');
  await fillIn(page, { name: 'W'.repeat(100), clientId, clientSecret: 'a-secret-mistyped' });
  // An answer without content leaves the browser where it is, on a page that otherwise is gone at once.
  await page.route('**/authorize?*', (route) => route.fulfill({ status: 204 }));
  await pressContinue(page);
  await page.getByRole('heading', { name: 'On to Microsoft' }).waitFor();
  await visit(page, 'the page before Microsoft');
  await page.unroute('**/authorize?*');
}

async function tourOwnConnection(stage: Stage, page: Page, visit: Visit): Promise<void> {
  const { apps, callers } = stage.cloud();
  const { clientId, clientSecret } = apps.office365;
  const account = usernameOf(stage.cloud(), 'invoices');
  await page.goto('/add/outlook365');
  await fillIn(page, {
    name: 'Invoices',
    clientId,
    clientSecret: 'a-secret-mistyped',
    access: callers.runner.principalId,
  });
  await connectAs(page, account);
  await visit(page, 'a rejected secret');
  await page.getByRole('link', { name: 'Try again' }).click();
  await visit(page, 'the form once more');
  await fillIn(page, { clientSecret });
  await connectAs(page, account);
  await visit(page, 'the result');
  // The address has the state and the code; whoever reloads the page sends them once more.
  await page.reload();
  await page.getByRole('heading', { name: 'handled already' }).waitFor();
  await visit(page, 'a sign-in that succeeded and comes again');
  await page.goto('/');
  await visit(page, 'the list');
  await page.getByRole('link', { name: 'W'.repeat(100) }).click();
  await visit(page, 'a connection that waits for its sign-in');
  await page.getByRole('link', { name: 'Delete connection' }).click();
  await visit(page, 'the question before deleting');
  await page.getByRole('button', { name: 'Delete connection' }).click();
  await page.getByRole('heading', { name: 'Connection deleted' }).waitFor();
  await visit(page, 'what remains after deleting');
  await page.goto('/');
  await page.getByRole('link', { name: 'Invoices' }).click();
  await visit(page, 'a connection that works');
}

async function tourFailures(stage: Stage, page: Page, visit: Visit): Promise<void> {
  const { directory, apps } = stage.cloud();
  const { clientId, clientSecret } = apps.office365;
  const account = usernameOf(stage.cloud(), 'administrator');
  directory.patchAccount(account, { consent: 'admin-required' });
  await page.goto('/add/onedrive-sharepoint');
  await fillIn(page, { clientId, clientSecret });
  await pressContinue(page);
  await page.getByRole('button', { name: account }).click();
  await page.getByRole('link', { name: 'Return to the application' }).click();
  await titleOf(page);
  await visit(page, 'an administrator has to approve');
  directory.patchAccount(account, { consent: 'none' });
  await page.goto('/provisioning_/callback?code=x&state=y');
  await visit(page, 'a sign-in that was not started here');
  await page.goto('/no/such/page');
  await visit(page, 'no such page');
}

async function tourInvitation(stage: Stage, visit: Visit): Promise<void> {
  const { apps, callers } = stage.cloud();
  const { clientId, clientSecret, tenantId } = apps.office365;
  const { connectLink } = await stage.request({
    name: 'For the tour',
    connector: 'outlook365',
    environment: 'office365',
    tenantId,
    scopes: ['openid', 'offline_access', 'Mail.Read'],
    access: [{ principalId: callers.runner.principalId, permission: 'use' }],
  });
  const { page: guest } = await stage.enter();
  await guest.goto(connectLink);
  await visit(guest, 'an invitation');
  await pressContinue(guest);
  await guest.getByRole('alert').waitFor();
  await visit(guest, 'an invitation with a field left empty');
  await fillIn(guest, { clientId, clientSecret });
  await connectAs(guest, usernameOf(stage.cloud(), 'invoices'));
  await visit(guest, 'the result that needs a confirmation');
  await guest.goto(connectLink);
  await visit(guest, 'a link that has been used');
  const { page: administrator } = await stage.signIn('administrator');
  await visit(administrator, 'the list of an administrator');
  await administrator.getByRole('link', { name: 'For the tour' }).click();
  await visit(administrator, 'an account to confirm');
}

async function tourBrokenConnection(stage: Stage, page: Page, visit: Visit): Promise<void> {
  const { cloud } = stage;
  await page.goto('/');
  await page.getByRole('link', { name: 'Invoices' }).click();
  const id = new URL(page.url()).pathname.split('/').at(-1);
  cloud().directory.patchAccount(usernameOf(cloud(), 'invoices'), { sessionsRevoked: true });
  await cloud().advance(2 * 3600);
  const { brokerUrl, callers } = cloud();
  await fetch(`${brokerUrl}/api/v1/connections/${id}/token`, {
    headers: { authorization: `Bearer ${callers.runner.accessToken}` },
  });
  await page.reload();
  await page.locator('.badge', { hasText: 'Needs sign-in' }).waitFor();
  await visit(page, 'a connection that is broken');
}

async function tourEnds(stage: Stage, page: Page, visit: Visit): Promise<void> {
  const { page: roleless } = await stage.signIn('invoices');
  await visit(roleless, 'the list without a role');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await visit(page, 'signed out');
}
