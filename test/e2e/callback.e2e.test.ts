import { describe, expect, test } from '@jest/globals';
import { personalAccountsTenantId } from '../../shared/domain/environment.ts';
import { createBrowser } from '../cloud/browser.ts';
import {
  bringBack,
  type ComingBack,
  changed,
  type Returning,
  signInUpToCallback,
} from './support/callbacks.ts';
import { useCloud } from './support/cloudUnderTest.ts';
import {
  addAccount,
  addApp,
  eventTypes,
  follow,
  newSecret,
  read,
  requestOf,
  start,
  token,
} from './support/connections.ts';
import { expectFailurePage } from './support/failurePages.ts';

const it = useCloud();

const comingBack = (more?: Record<string, unknown>, fields?: Record<string, string>) =>
  bringBack(it, more, fields);

/** Nothing of the connection moved and nobody asked Entra. */
async function expectUntouched(id: string, act: () => Promise<unknown>): Promise<void> {
  const before = [await read(it, id), await eventTypes(it, id), (await it.counters()).entra];
  await act();
  expect([await read(it, id), await eventTypes(it, id), (await it.counters()).entra]).toEqual(before);
}

async function expectStillWorks({ id, browser, callback }: { id: string } & Returning): Promise<void> {
  const page = await browser.open(callback.href);
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('Mail.Read')]);
  expect((await read(it, id)).status).toBe('connected');
  expect((await token(it, id)).status).toBe(200);
}

describe('a callback that is not the answer to a sign-in of this browser changes nothing', () => {
  test.each<[what: string, changes: Record<string, string | null>]>([
    ['without a state', { state: null }],
    ['with an empty state', { state: '' }],
    ['with a state that nobody gave out', { state: 'A'.repeat(43) }],
    ['with an endless state', { state: 'a'.repeat(4000) }],
    ['with an error and no state', { state: null, code: null, error: 'access_denied' }],
    ['with an error and a foreign state', { state: 'B'.repeat(43), error: 'server_error' }],
  ])('%s', async (_, changes) => {
    const person = await comingBack();
    await expectUntouched(person.id, async () => {
      const page = await person.browser.open(changed(person.callback, changes));
      expectFailurePage(it, page, 400, /not started here/);
    });
    await expectStillWorks(person);
  });

  test('in a browser without the cookie of the flow, be it with a code or with an error', async () => {
    const person = await comingBack();
    await expectUntouched(person.id, async () => {
      const page = await createBrowser().open(person.callback.href);
      expectFailurePage(it, page, 400, /another browser/);
      const error = changed(person.callback, { code: null, error: 'access_denied' });
      expectFailurePage(it, await createBrowser().open(error), 400, /another browser/);
    });
    await expectStillWorks(person);
  });

  test('in the browser of another sign-in, and with forged cookies', async () => {
    const [person, other] = [await comingBack(), await comingBack()];
    const [name = '', value = ''] = [...person.browser.cookies('localhost')][0] ?? [];
    expect(name).toMatch(/^__Host-flow-/);
    it.keepSecret(value);
    const others = [...other.browser.cookies('localhost')].map((pair) => pair.join('=')).join('; ');
    await expectUntouched(person.id, async () => {
      expectFailurePage(it, await other.browser.open(person.callback.href), 400, /another browser/);
      const foreign = [...other.browser.cookies('localhost').values()][0];
      for (const forged of [`${name}=`, `${name}=${'x'.repeat(43)}`, `${name}=${foreign}`, others, '=;;=']) {
        const answer = await it.send(person.callback.href, { headers: { cookie: forged } });
        expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('another browser')]);
      }
    });
    await expectStillWorks(person);
  });

  test('with a parameter that stands there twice', async () => {
    const person = await comingBack();
    const state = person.callback.searchParams.get('state');
    await expectUntouched(person.id, async () => {
      const page = await person.browser.open(`${person.callback.href}&state=${state}`);
      expectFailurePage(it, page, 400, /more than once/, /state/);
      const twoCodes = await person.browser.open(`${person.callback.href}&code=other`);
      expectFailurePage(it, twoCodes, 400, /more than once/, /code/);
    });
    await expectStillWorks(person);
  });

  test('that names another issuer than Entra of this cloud (RFC 9207)', async () => {
    const person = await comingBack();
    const { tenantId } = person.account;
    await expectUntouched(person.id, async () => {
      for (const iss of [
        `https://login.microsoftonline.us/${tenantId}/v2.0`,
        `https://login.microsoftonline.com.evil.example/${tenantId}/v2.0`,
        'https://login.microsoftonline.com',
        '',
      ]) {
        const page = await person.browser.open(changed(person.callback, { iss }));
        expectFailurePage(it, page, 400, /another identity provider/);
      }
    });
    const right = changed(person.callback, { iss: `https://login.microsoftonline.com/${tenantId}/v2.0` });
    await expectStillWorks({ ...person, callback: new URL(right) });
  });

  test('more than ten minutes after the person left for Microsoft', async () => {
    const person = await comingBack();
    await it.advance(601);
    await expectUntouched(person.id, async () => {
      expectFailurePage(it, await person.browser.open(person.callback.href), 400, /took too long/);
    });
    await follow(it, person.connectLink, person.account.username);
    expect((await read(it, person.id)).status).toBe('connected');
  });

  test('after a newer sign-in was started behind the same link', async () => {
    const person = await comingBack();
    const newer = await signInUpToCallback(person.connectLink, person.account.username);
    await expectUntouched(person.id, async () => {
      expectFailurePage(it, await person.browser.open(person.callback.href), 409, /newer sign-in/);
    });
    await expectStillWorks({ ...person, ...newer });
  });
});

test('a callback that meets tables which do not answer is good once they do, also after a restart', async () => {
  const person = await comingBack();
  const remove = await it.fault({ service: 'tables', answer: { status: 503 } });
  const page = await person.browser.open(person.callback.href);
  await remove();
  expectFailurePage(it, page, 503, /storage/, /it passes/);
  await it.control('POST', '/restart');
  await expectStillWorks(person);
});

test('two sign-ins in two tabs of one browser both succeed', async () => {
  const browser = createBrowser();
  const people = await Promise.all(
    [1, 2].map(async () => {
      const account = addAccount(it);
      const started = await start(it, requestOf(it, addApp(it), account));
      const { callback } = await signInUpToCallback(started.connectLink, account.username, { browser });
      return { ...started, callback };
    }),
  );
  for (const person of people.reverse()) await expectStillWorks({ ...person, browser });
});

describe('a callback that came already', () => {
  test('after success says so and changes nothing', async () => {
    const person = await comingBack();
    await expectStillWorks(person);
    await expectUntouched(person.id, async () => {
      for (const changes of [{}, { code: null, error: 'access_denied' }]) {
        const page = await person.browser.open(changed(person.callback, changes));
        expect([page.status, page.text]).toEqual([409, expect.stringMatching(/already.*It succeeded at/)]);
        expect(page.html).not.toMatch(new RegExp(`Who can mend it|${person.id}`));
      }
    });
    expect((await token(it, person.id)).status).toBe(200);
  });

  test('after failure tells the same failure, though the secret is right by now', async () => {
    const wrong = newSecret();
    const person = await comingBack({ clientSecret: undefined }, { clientSecret: wrong });
    it.keepSecret(wrong);
    const failed = await person.browser.open(person.callback.href);
    expectFailurePage(it, failed, 502, /rejects the app/, /client secret/);
    await it.control('POST', `/apps/${person.app.clientId}/secrets`, { clientSecret: wrong });
    await expectUntouched(person.id, async () => {
      const page = await person.browser.open(person.callback.href);
      expectFailurePage(it, page, 409, /already/, /It failed at/, /Whoever entered.*Open the link again/);
    });
  });

  test('twice at the same moment redeems the code once', async () => {
    const person = await comingBack();
    const before = await it.tokenRequests('authorization_code');
    const pages = await Promise.all([1, 2, 3].map(() => person.browser.open(person.callback.href)));
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(await it.tokenRequests('authorization_code')).toBe(before + 1);
    expect((await read(it, person.id)).grantGeneration).toBe(1);
  });
});

describe('a sign-in that fails at Microsoft leaves the connection pending and its link open', () => {
  async function expectLinkOpen(person: Pick<ComingBack, 'id' | 'connectLink' | 'account'>): Promise<void> {
    expect(await read(it, person.id)).toMatchObject({ status: 'pending' });
    expect((await eventTypes(it, person.id))[0]).toBe('connection.sign_in_failed');
    await follow(it, person.connectLink, person.account.username);
    expect((await read(it, person.id)).status).toBe('connected');
  }

  test('neither code nor error', async () => {
    const person = await comingBack();
    const page = await person.browser.open(changed(person.callback, { code: null }));
    expectFailurePage(it, page, 409, /neither a code nor an error/);
    await expectLinkOpen(person);
  });

  test('a code that Entra did not give out', async () => {
    const person = await comingBack();
    const page = await person.browser.open(changed(person.callback, { code: '1.Anothing' }));
    expectFailurePage(it, page, 409, /AADSTS9002313/);
    expect(page.html).not.toContain('1.Anothing');
    await expectLinkOpen(person);
  });

  test.each<[what: string, answer: Parameters<typeof it.fault>[0]['answer']]>([
    ['Entra is overloaded', { status: 503 }],
    ['Entra answers without tokens', { status: 200, body: {} }],
    ['the connection drops', { drop: true }],
  ])('the code is not redeemed because %s', async (_, answer) => {
    const person = await comingBack();
    const match = { grantType: 'authorization_code', clientId: person.app.clientId };
    const remove = await it.fault({ service: 'entra', match, answer });
    const page = await person.browser.open(person.callback.href);
    await remove();
    expectFailurePage(it, page, 503, /try again|Start again/i, /it passes/);
    await expectLinkOpen(person);
  });

  test('the vault takes no secret at that moment', async () => {
    const person = await comingBack();
    const match = { operation: 'set' };
    const remove = await it.fault({ service: 'keyVault', match, answer: { status: 503 } });
    const page = await person.browser.open(person.callback.href);
    await remove();
    expectFailurePage(it, page, 503, /key vault/, /it passes/);
    await expectLinkOpen(person);
  });

  test('the person declines the permissions', async () => {
    const [app, account] = [addApp(it), addAccount(it)];
    const started = await start(it, requestOf(it, app, account));
    const page = await follow(it, started.connectLink, account.username, { decision: 'cancel' });
    expectFailurePage(it, page, 409, /declined|not granted/, /AADSTS65004/, /accept the permissions/);
    await expectLinkOpen({ ...started, account });
  });

  test('only an administrator can approve: the page has the link for one, never through "common"', async () => {
    const app = addApp(it);
    const account = addAccount(it, 'office365', { consent: 'admin-required' });
    const stated = { ...requestOf(it, app, account), tenantId: 'common' };
    const started = await start(it, stated);
    const browser = createBrowser();
    const blocked = await follow(it, started.connectLink, account.username, { browser });
    expect(blocked.text).toContain('Need admin approval');
    const back = /href="([^"]+\/provisioning_\/callback[^"]+)"/.exec(blocked.html)?.[1] ?? '';
    const page = await browser.open(back.replaceAll('&amp;', '&'));
    expectFailurePage(it, page, 409, /administrator/i, /approve/);
    const link = /href="([^"]+adminconsent[^"]+)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const url = new URL(link);
    expect(url.pathname).toMatch(/\/organizations\/v2\.0\/adminconsent$/);
    expect(page.html).not.toContain('/common/');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: app.clientId,
      redirect_uri: `${it.brokerUrl}/provisioning_/callback`,
      scope: expect.stringContaining('https://graph.microsoft.com/Mail.Read'),
    });
    expect((await read(it, started.id)).status).toBe('pending');
  });

  test('what Microsoft writes about the person is not passed on', async () => {
    const person = await comingBack();
    const description = 'AADSTS50105: jane.doe@contoso.example is not assigned, <b>ask</b> 555-0100.';
    const page = await person.browser.open(
      changed(person.callback, { code: null, error: 'access_denied', error_description: description }),
    );
    expectFailurePage(it, page, 409, /AADSTS50105/, /assigned/);
    expect(page.html).not.toMatch(/jane\.doe|555-0100|<b>ask/);
    const { text: log } = await it.control('GET', '/log');
    expect(log).not.toMatch(/jane\.doe|555-0100/);
    const { text: events } = await it.call('manager', 'GET', `/connections/${person.id}/events`);
    expect(events).not.toMatch(/jane\.doe|555-0100/);
  });
});

test('a personal account is refused, and the connection stays pending', async () => {
  const app = addApp(it, 'office365', { allowsPersonalAccounts: true });
  const account = addAccount(it, 'office365', { tenantId: personalAccountsTenantId });
  const { expectedAccount: _, ...stated } = requestOf(it, app, account);
  const { id, connectLink } = await start(it, { ...stated, tenantId: 'common' });
  const page = await follow(it, connectLink, account.username);
  expectFailurePage(it, page, 403, /Personal Microsoft accounts are not allowed/);
  expect(await read(it, id)).not.toHaveProperty('account');
});
