import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  connectAs,
  descriptionOf,
  factOf,
  fieldOf,
  fillIn,
  pressContinue,
  signInAtMicrosoft,
  textOf,
  titleOf,
  typedIn,
  usernameOf,
} from './person.ts';
import type { Stage } from './stage.ts';

const robots = {
  reports: '5b0c6c1e-93a4-4e0b-8a51-0d6d5c7be001',
  mail: '5b0c6c1e-93a4-4e0b-8a51-0d6d5c7be002',
};

const focused = (page: Page) => page.locator(':focus');

export function wrongInputStories(stage: Stage): void {
  test('is told beside each field what is wrong, keeps what was typed but the secret, and mends it', async () => {
    const { page } = await stage.signIn('operator');
    const { clientId, clientSecret } = stage.cloud().apps.office365;
    await page.goto('/add/outlook365');
    await fillIn(page, {
      name: '',
      clientId: 'my-app',
      clientSecret,
      scopes: 'https://microsoftgraph.chinacloudapi.cn/Mail.Read',
      tenantId: 'not a tenant',
      access: 'reports-robot',
    });
    await page.getByLabel('Environment').selectOption('usgov-l4');
    await page.getByRole('checkbox', { name: 'Send mail' }).check();
    await pressContinue(page);

    const summary = page.getByRole('alert');
    await summary.waitFor();
    expect(await page.title()).toMatch(/^Error: /);
    expect(await focused(page).getAttribute('class')).toBe('error-summary');
    expect(await summary.getByRole('link').count()).toBe(5);
    for (const field of ['name', 'clientId', 'tenantId', 'scopes', 'access'] as const) {
      expect(await fieldOf(page, field).getAttribute('aria-invalid')).toBe('true');
    }
    expect(await descriptionOf(page, 'scopes')).toMatch(/belongs to China/);
    expect(await descriptionOf(page, 'clientId')).not.toMatch(/(Give the application).*\1/);

    expect(await typedIn(page, 'clientId')).toBe('my-app');
    expect(await typedIn(page, 'tenantId')).toBe('not a tenant');
    expect(await typedIn(page, 'scopes')).toBe('https://microsoftgraph.chinacloudapi.cn/Mail.Read');
    expect(await typedIn(page, 'access')).toBe('reports-robot');
    expect(await page.getByLabel('Environment').inputValue()).toBe('usgov-l4');
    expect(await page.getByRole('checkbox', { name: 'Send mail' }).isChecked()).toBe(true);
    expect(await typedIn(page, 'clientSecret')).toBe('');
    expect(await page.content()).not.toContain(clientSecret);

    await summary.getByRole('link', { name: /^Client ID/ }).click();
    expect(await focused(page).getAttribute('name')).toBe('clientId');

    await page.getByLabel('Environment').selectOption('office365');
    await fillIn(page, {
      name: 'Mended',
      clientId,
      clientSecret,
      tenantId: 'common',
      scopes: 'openid offline_access Mail.Read',
      access: robots.reports,
    });
    await connectAs(page, usernameOf(stage.cloud(), 'invoices'));
    expect(await titleOf(page)).toBe('Connected');
    expect(await factOf(page, 'Granted permissions')).toContain('Mail.Send');
  });

  test('forgets the secret, is asked for it, and adds one connection, not two', async () => {
    const { page } = await stage.signIn('operator');
    const { clientId, clientSecret } = stage.cloud().apps['usgov-l4'];
    await page.goto('/add/teams');
    await fillIn(page, { name: 'Nameless', clientId });
    await page.getByLabel('Environment').selectOption('usgov-l4');
    await pressContinue(page);
    expect(await descriptionOf(page, 'clientSecret')).toContain('Give the value of a client secret');
    await fillIn(page, { name: 'Permits', clientSecret });
    await connectAs(page, usernameOf(stage.cloud(), 'permits'));
    expect(await factOf(page, 'Environment')).toBe('US Government L4');
    await page.goto('/');
    expect(await page.getByRole('link', { name: 'Permits' }).count()).toBe(1);
    expect(await page.getByRole('link', { name: 'Nameless' }).count()).toBe(0);
  });

  test('mistypes the secret, learns it after the sign-in, and tries again with all but the secret still there', async () => {
    const { page } = await stage.signIn('operator');
    const { clientId, clientSecret } = stage.cloud().apps.office365;
    const account = usernameOf(stage.cloud(), 'service-desk');
    await page.goto('/add/outlook365');
    await fillIn(page, {
      name: 'Second try',
      clientId,
      clientSecret: 'a-secret-mistyped',
      tenantId: 'contoso.example',
      access: robots.reports,
    });
    await connectAs(page, account);
    expect(await titleOf(page)).toBe("Microsoft rejects the app's credential");
    expect(await textOf(page)).not.toContain('Signing in again does not help');
    expect(await factOf(page, 'Correlation ID')).toMatch(/[0-9a-f-]{36}/);
    expect(await page.content()).not.toContain('a-secret-mistyped');

    await page.getByRole('link', { name: 'Try again' }).click();
    expect(await typedIn(page, 'name')).toBe('Second try');
    expect(await typedIn(page, 'clientId')).toBe(clientId);
    expect(await typedIn(page, 'tenantId')).toBe('contoso.example');
    expect(await typedIn(page, 'scopes')).toContain('Mail.Read');
    expect(await typedIn(page, 'access')).toBe(robots.reports);
    expect(await typedIn(page, 'clientSecret')).toBe('');

    await fillIn(page, {
      name: 'Third time lucky',
      clientSecret,
      access: `${robots.reports}\n${robots.mail}`,
    });
    await connectAs(page, account);
    expect(await titleOf(page)).toBe('Connected');
    expect(await factOf(page, 'Connection')).toBe('Third time lucky');
    await page.getByRole('link', { name: 'Open the connection' }).click();
    expect(await textOf(page)).toContain(robots.mail);
  });

  test('is signed out while typing, is told that the form was not taken, and comes back to it', async () => {
    const { page, context } = await stage.signIn('operator');
    const { clientId, clientSecret } = stage.cloud().apps.office365;
    await page.goto('/add/teams');
    await fillIn(page, { name: 'Typed for too long', clientId, clientSecret });
    await context.clearCookies({ name: '__Host-session' });
    await pressContinue(page);
    await page.getByRole('heading', { name: 'You were signed out' }).waitFor();
    expect(await textOf(page)).toContain('nothing was changed');
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await signInAtMicrosoft(page, usernameOf(stage.cloud(), 'operator'));
    expect(new URL(page.url()).pathname).toBe('/add/teams');
    await page.goto('/');
    expect(await page.getByRole('link', { name: 'Typed for too long' }).count()).toBe(0);
  });

  test('declines at Microsoft, and is told what that means and how to go on', async () => {
    const { page } = await stage.signIn('operator');
    const { clientId, clientSecret } = stage.cloud().apps.office365;
    await page.goto('/add/graph');
    await fillIn(page, {
      name: 'Declined',
      clientId,
      clientSecret,
      scopes: 'openid offline_access Notes.Read',
    });
    await pressContinue(page);
    await page.getByRole('button', { name: usernameOf(stage.cloud(), 'invoices') }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await titleOf(page)).toBe('The permissions were not granted');
    await page.getByRole('link', { name: 'Try again' }).click();
    expect(await typedIn(page, 'scopes')).toContain('Notes.Read');
  });
}
