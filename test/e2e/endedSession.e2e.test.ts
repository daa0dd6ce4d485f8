import { describe, expect, test } from '@jest/globals';
import { createBrowser } from '../cloud/browser.ts';
import { signInAtEntra } from '../cloud/signInDriver.ts';
import { useCloud } from './support/cloudUnderTest.ts';
import { connect, read, token } from './support/connections.ts';

const it = useCloud();

describe('a form that is sent after the session has ended', () => {
  test.each([
    ['/add/teams', '/add/teams'],
    ['/signout', '/'],
  ])('to %s changes nothing, says so, and leads back by a link', async (path, back) => {
    const body = new URLSearchParams({ name: 'Lost' });
    const answer = await it.send(path, { method: 'POST', body });
    expect([answer.status, answer.text]).toEqual([401, expect.stringContaining('nothing was changed')]);
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.text).toContain(`href="/signin?${new URLSearchParams({ returnTo: back })}"`);
  });

  test('to delete a connection leaves it as it is', async () => {
    const { id } = await connect(it);
    const before = await read(it, id);
    const path = `/connections/${id}/delete`;
    const answer = await it.send(path, { method: 'POST', body: new URLSearchParams({ csrf: 'x' }) });
    expect([answer.status, answer.text]).toEqual([401, expect.stringContaining('nothing was changed')]);
    expect(answer.text).toContain(`href="/signin?${new URLSearchParams({ returnTo: path })}"`);
    expect(await read(it, id)).toEqual(before);
    expect((await token(it, id)).status).toBe(200);
  });

  test('the link leads through the sign-in to the page that the form was on', async () => {
    const { username = '' } =
      it.cloud.accounts.find((account) => account.username.startsWith('operator@')) ?? {};
    const browser = createBrowser();
    const keepSession = () => it.keepSecret(browser.cookies('localhost').get('__Host-session') ?? '');
    const form = await signInAtEntra(browser, await browser.open(`${it.brokerUrl}/add/teams`), username);
    keepSession();
    await it.advance(8 * 3600 + 1);
    const chosen = form.forms.filter(({ action }) => action === '/add/teams');
    const refused = await browser.submit({ ...form, forms: chosen }, { fields: { name: 'Lost' } });
    it.tell(refused.html);
    expect([refused.status, refused.text]).toEqual([401, expect.stringContaining('You were signed out')]);
    const href = /href="(\/signin[^"]+)"/.exec(refused.html)?.[1] ?? '';
    const picker = await browser.open(`${it.brokerUrl}${href}`);
    const page = await signInAtEntra(browser, picker, username);
    expect([page.status, page.url]).toEqual([200, `${it.brokerUrl}/add/teams`]);
    keepSession();
  });
});
