import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  connectAs,
  descriptionOf,
  factOf,
  fillIn,
  pressContinue,
  signInAtMicrosoft,
  textOf,
  titleOf,
  typedIn,
  usernameOf,
} from './person.ts';
import type { Stage } from './stage.ts';

const openForm = async (page: Page, connector: string): Promise<void> => {
  await page.getByRole('link', { name: 'Add connection' }).click();
  await page.getByRole('link', { name: connector }).click();
  await page.getByRole('heading', { name: `Connect ${connector}` }).waitFor();
};

const deleteByPage = async (page: Page): Promise<void> => {
  await page.getByRole('link', { name: 'Delete connection' }).click();
  await page.getByRole('heading', { name: 'Delete this connection?' }).waitFor();
  await page.getByRole('button', { name: 'Delete connection' }).click();
  await page.getByRole('heading', { name: 'Connection deleted' }).waitFor();
};

export function addingStories(stage: Stage): void {
  test('comes to an empty list, which says what a connection is and how to add one', async () => {
    const { page } = await stage.signIn('operator');
    expect(await titleOf(page)).toBe('Connections');
    expect(await textOf(page)).toMatch(/No connections yet[\s\S]*app registration/);
    expect(await page.getByRole('link', { name: 'Add connection' }).isVisible()).toBe(true);
    expect(await page.locator('.viewer').innerText()).toContain(usernameOf(stage.cloud(), 'operator'));
  });

  test('finds the authentication screen filled in as far as it can be', async () => {
    const { page } = await stage.signIn('operator');
    await openForm(page, 'Outlook 365');
    const environment = page.getByLabel('Environment');
    expect(await environment.locator('option').allInnerTexts()).toEqual([
      'Office 365',
      'US Government L4',
      'US Government L5',
      'China',
    ]);
    expect(await environment.inputValue()).toBe('office365');
    expect(await typedIn(page, 'tenantId')).toBe('common');
    expect(await typedIn(page, 'scopes')).toMatch(/^openid .*offline_access .*Mail\.Read$/);
    expect(await typedIn(page, 'clientSecret')).toBe('');
    expect(await descriptionOf(page, 'scopes')).toContain('openid offline_access Mail.Read');
    expect(await textOf(page)).toContain('The connection acts as the person who signs in.');
  });

  test('copies the redirect URI with one press, and is told so', async () => {
    const { page, context } = await stage.signIn('operator');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await openForm(page, 'Teams');
    const expected = `${stage.cloud().brokerUrl}/provisioning_/callback`;
    expect(await page.getByLabel('Redirect URI', { exact: true }).inputValue()).toBe(expected);
    await page.getByRole('button', { name: 'Copy Redirect URI' }).click();
    await page.getByRole('status').filter({ hasText: 'Copied to the clipboard.' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(expected);
  });

  test.each([
    ['Outlook 365', undefined, ['Mail.Read', 'Mail.Send'], 'Send mail'],
    ['OneDrive & SharePoint', undefined, ['User.Read.All', 'Files.Read'], undefined],
    ['Teams', undefined, ['User.Read'], undefined],
    ['Microsoft Graph', 'openid offline_access Contacts.Read', ['Contacts.Read'], undefined],
  ])(
    'connects %s, finds it in the list, and deletes it again',
    async (connector, scopes, granted, preset) => {
      const { page } = await stage.signIn('operator');
      const { clientId, clientSecret } = stage.cloud().apps.office365;
      const account = usernameOf(stage.cloud(), 'invoices');
      const name = `${connector} for invoices`;
      await openForm(page, connector);
      await fillIn(page, { name, clientId, clientSecret, ...(scopes === undefined ? {} : { scopes }) });
      if (preset !== undefined) await page.getByRole('checkbox', { name: preset }).check();
      await connectAs(page, account);

      expect(await titleOf(page)).toBe('Connected');
      expect(await factOf(page, 'Account')).toBe(account);
      const permissions = await factOf(page, 'Granted permissions');
      for (const scope of granted) expect(permissions).toContain(scope);
      expect(await textOf(page)).toContain('Nobody but you can fetch tokens yet.');
      expect(await factOf(page, 'Connection ID')).toMatch(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/);

      await page.getByRole('link', { name: 'Open the connection' }).click();
      await page.getByRole('link', { name: 'All connections' }).click();
      const row = page.getByRole('row').filter({ hasText: name });
      expect(await row.innerText()).toMatch(
        /Yours[\s\S]*invoices@[\s\S]*Office 365[\s\S]*Connected[\s\S]*Never/,
      );

      await row.getByRole('link', { name }).click();
      expect(await titleOf(page)).toBe(name);
      await deleteByPage(page);
      expect(await textOf(page)).toContain('remains at Entra');
      await page.getByRole('link', { name: 'Back to the connections' }).click();
      expect(await page.getByRole('link', { name }).count()).toBe(0);
    },
  );

  test('thinks better of deleting, and keeps the connection', async () => {
    const { page } = await stage.signIn('operator');
    const { clientId, clientSecret } = stage.cloud().apps.office365;
    await openForm(page, 'Teams');
    await fillIn(page, { name: 'Kept', clientId, clientSecret });
    await connectAs(page, usernameOf(stage.cloud(), 'operator'));
    await page.getByRole('link', { name: 'Open the connection' }).click();
    await page.getByRole('link', { name: 'Delete connection' }).click();
    await page.getByRole('link', { name: 'Keep it' }).click();
    expect(await titleOf(page)).toBe('Kept');
    expect(await page.locator('.badge').first().innerText()).toBe('Connected');
  });

  test('needs no script for any of it', async () => {
    const { page } = await stage.signIn('operator', { javaScriptEnabled: false });
    const { clientId, clientSecret } = stage.cloud().apps.office365;
    await openForm(page, 'Outlook 365');
    expect(await page.getByRole('button', { name: 'Copy Redirect URI' }).isVisible()).toBe(false);
    await fillIn(page, { name: 'Without script', clientId: 'mistyped', clientSecret });
    await pressContinue(page);
    expect(await descriptionOf(page, 'clientId')).toContain('application (client) ID');
    await fillIn(page, { clientId, clientSecret });
    await connectAs(page, usernameOf(stage.cloud(), 'invoices'));
    expect(await titleOf(page)).toBe('Connected');
    await page.getByRole('link', { name: 'Open the connection' }).click();
    expect(await titleOf(page)).toBe('Without script');
    await deleteByPage(page);
  });

  test('adds two at the same time in two tabs, and both come to be', async () => {
    const { page: first, context } = await stage.signIn('operator');
    const { clientId, clientSecret } = stage.cloud().apps.office365;
    const second = await context.newPage();
    await second.goto('/');
    for (const [page, name] of [
      [first, 'First tab'],
      [second, 'Second tab'],
    ] as const) {
      await openForm(page, 'Outlook 365');
      await fillIn(page, { name, clientId, clientSecret });
      await pressContinue(page);
      await page.getByRole('heading', { name: 'Pick an account' }).waitFor();
    }
    await signInAtMicrosoft(second, usernameOf(stage.cloud(), 'invoices'));
    await signInAtMicrosoft(first, usernameOf(stage.cloud(), 'service-desk'));
    expect([await titleOf(first), await titleOf(second)]).toEqual(['Connected', 'Connected']);
    expect(await factOf(first, 'Connection')).toBe('First tab');
    expect(await factOf(first, 'Account')).toBe(usernameOf(stage.cloud(), 'service-desk'));
    expect(await factOf(second, 'Connection')).toBe('Second tab');
    expect(await factOf(second, 'Account')).toBe(usernameOf(stage.cloud(), 'invoices'));
  });

  test('signs out, and the list asks to sign in again', async () => {
    const { page } = await stage.signIn('operator');
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await titleOf(page)).toBe('Signed out');
    await page.goto('/');
    await page.getByRole('heading', { name: 'Pick an account' }).waitFor();
  });

  test('who lacks the role is told which one, instead of being offered what would fail', async () => {
    const { page } = await stage.signIn('invoices');
    expect(await page.getByRole('link', { name: 'Add connection' }).count()).toBe(0);
    expect(await textOf(page)).toContain('Connections.Create');
  });
}
