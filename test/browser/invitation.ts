import { expect, test } from '@jest/globals';
import { connectAs, factOf, fieldOf, fillIn, textOf, titleOf, usernameOf } from './person.ts';
import type { Stage } from './stage.ts';

export function invitationStories(stage: Stage): void {
  const requested = (name: string) => {
    const { apps, callers } = stage.cloud();
    const { clientId, tenantId } = apps.office365;
    return {
      name,
      connector: 'outlook365',
      environment: 'office365',
      clientId,
      tenantId,
      scopes: ['openid', 'offline_access', 'Mail.Read'],
      access: [{ principalId: callers.runner.principalId, permission: 'use' }],
    };
  };

  test('sees who asks and who will get tokens, signs in, and the account works once it is confirmed', async () => {
    const { callers, apps } = stage.cloud();
    const account = usernameOf(stage.cloud(), 'service-desk');
    const { connectLink } = await stage.request(requested('Service desk'));
    const { page: guest } = await stage.enter();
    await guest.goto(connectLink);

    const invitation = guest.locator('section', { hasText: 'asks you to connect an account' });
    expect(await invitation.innerText()).toContain(callers.creator.principalId);
    expect(await factOf(guest, 'Who will get tokens')).toContain(callers.runner.principalId);
    expect(await factOf(guest, 'Sign in as')).toContain('Any account');
    for (const fixed of ['name', 'clientId', 'tenantId', 'scopes'] as const) {
      expect(await fieldOf(guest, fixed).count()).toBe(0);
    }
    expect(await textOf(guest)).toContain(apps.office365.clientId);
    expect(await guest.getByRole('link', { name: 'Cancel' }).count()).toBe(0);

    await fillIn(guest, { clientSecret: apps.office365.clientSecret });
    await connectAs(guest, account);
    expect(await titleOf(guest)).toBe('Signed in');
    expect(await textOf(guest)).toContain('still has to be confirmed');
    expect(await guest.getByRole('link', { name: 'Open the connection' }).count()).toBe(0);

    const { page: administrator } = await stage.signIn('administrator');
    await administrator.getByRole('link', { name: 'Service desk' }).click();
    expect(await administrator.locator('.badge').first().innerText()).toBe('Waiting for confirmation');
    expect(await factOf(administrator, 'Username')).toBe(account);
    await administrator.getByRole('button', { name: 'Confirm account' }).click();
    await administrator.locator('.badge', { hasText: /^Connected$/ }).waitFor();
    expect(await administrator.getByRole('button', { name: 'Confirm account' }).count()).toBe(0);
  });

  test('mistypes the secret and can use the same link again, until the sign-in has succeeded', async () => {
    const { clientSecret } = stage.cloud().apps.office365;
    const account = usernameOf(stage.cloud(), 'invoices');
    const { connectLink } = await stage.request(requested('Once more'));
    const { page } = await stage.enter();
    await page.goto(connectLink);
    await fillIn(page, { clientSecret: 'a-secret-mistyped' });
    await connectAs(page, account);
    expect(await textOf(page)).toContain('does not accept the client secret');
    expect(await textOf(page)).toContain('Open the link again to start anew: it still works');
    await page.goto(connectLink);
    await fillIn(page, { clientSecret });
    await connectAs(page, account);
    expect(await titleOf(page)).toBe('Signed in');
    await page.goto(connectLink);
    expect(await titleOf(page)).toBe('The link is not valid');
    expect(await textOf(page)).toContain('has been used');
  });

  test('is the one expected, so nothing is left to confirm; anybody else is refused', async () => {
    const { apps, accounts } = stage.cloud();
    const username = usernameOf(stage.cloud(), 'invoices');
    const tid = accounts.find((account) => account.username === username)?.tenantId;
    const { connectLink } = await stage.request({
      ...requested('For one person'),
      clientSecret: apps.office365.clientSecret,
      expectedAccount: { username, tid },
    });
    const { page } = await stage.enter();
    await page.goto(connectLink);
    expect(await factOf(page, 'Sign in as')).toBe(username);
    expect(await fieldOf(page, 'clientSecret').count()).toBe(0);
    await connectAs(page, usernameOf(stage.cloud(), 'service-desk'));
    expect(await titleOf(page)).toBe('Another account signed in than the one expected');
    await page.goto(connectLink);
    await connectAs(page, username);
    expect(await titleOf(page)).toBe('Connected');
  });
}
