import { beforeAll, describe, expect, test } from '@jest/globals';
import { beginAuthorization } from '../../functions/beginAuthorization.ts';
import { connectEntry, connectFormSetting } from '../../functions/connectForm.ts';
import { loadAssets } from '../../functions/pages/assets.ts';
import { SignInRequired } from '../../functions/session.ts';
import { minutesAfterNoon, noon, someConnection } from '../contracts/samples.ts';
import { refusalOf, textOf } from './support/answers.ts';
import { brokerWith, offlineBroker, session } from './support/brokers.ts';
import { baseUrl, context, formRequest, requestTo } from './support/requests.ts';

beforeAll(() => loadAssets('functions/pages/assets'));

const tid = '5c8a2f04-93b1-4f5e-8d6e-6f3a1b0c7d21';
const pending = someConnection({
  owner: 'service-7',
  ownerName: 'The invoice service',
  access: [{ principalId: 'runner', permission: 'use' }],
  link: { hash: 'hash', expiresAt: minutesAfterNoon(30) },
});

describe('how a browser comes to the connect page', () => {
  test('with the key of a link, whether signed in or not', async () => {
    for (const broker of [offlineBroker(), brokerWith(session)])
      expect(await connectEntry(broker, requestTo('/'), 'the-key')).toEqual({ key: 'the-key' });
  });

  test.each([null, ''])('with its session, where there is no key (%p)', async (key) => {
    expect(await connectEntry(brokerWith(session), requestTo('/'), key)).toEqual({ session });
  });

  test('with neither it is asked to sign in', async () => {
    const entry = connectEntry(offlineBroker(), requestTo('/'), null);
    await expect(entry).rejects.toBeInstanceOf(SignInRequired);
  });
});

describe('the page behind a link', () => {
  const setting = connectFormSetting(offlineBroker(), { key: 'the-key' }, pending);

  test('takes its key along, and nothing of a session', () => {
    expect(setting).toMatchObject({
      action: `/connect/${pending.id}`,
      hidden: { key: 'the-key' },
      submitLabel: 'Continue',
      own: false,
      connection: pending,
    });
    expect(setting).not.toHaveProperty('viewer');
  });

  test('names who asks, who will get tokens, and when the link ends', () => {
    expect(setting.invitation).toEqual({
      requesterName: 'The invoice service',
      requesterId: 'service-7',
      users: ['runner'],
      expiresAt: minutesAfterNoon(30),
    });
  });

  test.each([
    [{ username: 'ada@contoso.example', tid }, 'ada@contoso.example'],
    [{ oid: tid, tid }, `the account with object id ${tid}`],
  ])('names the account that is to sign in: %j', (expectedAccount, named) => {
    const entry = { key: 'the-key' };
    const { invitation } = connectFormSetting(offlineBroker(), entry, { ...pending, expectedAccount });
    expect(invitation?.expectedAccount).toBe(named);
  });

  test('has an end also where the connection has no link', () => {
    const { link: _, ...unlinked } = pending;
    const { invitation } = connectFormSetting(offlineBroker(), { key: 'k' }, unlinked);
    expect(invitation?.expiresAt).toEqual(noon);
  });
});

test('the page of an owner who goes on has the token of the session and no invitation', () => {
  const setting = connectFormSetting(brokerWith(session), { session }, pending);
  expect(setting).toMatchObject({
    action: `/connect/${pending.id}`,
    hidden: { csrf: session.csrfToken },
    own: true,
    connection: pending,
  });
  expect(setting).not.toHaveProperty('invitation');
  expect(setting.hidden).not.toHaveProperty('key');
});

describe('the form of the connect page', () => {
  /** Posts the form; everything that comes after the checks of the edge would fail. */
  const post = (
    current: ReturnType<typeof offlineBroker>,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const broker = { ...current, openConnectPage: async () => ({ value: pending, etag: 'e' }) };
    const params = { connectionId: pending.id };
    return beginAuthorization(broker)(
      formRequest(`/connect/${pending.id}`, fields, headers, params),
      context,
    );
  };

  test('of another site is refused, even with the key', async () => {
    const foreign = { origin: 'https://evil.example' };
    const refused = await refusalOf(() => post(offlineBroker(), { key: 'the-key' }, foreign));
    expect(refused.code).toBe('cross_site_request');
  });

  test('without key is refused where the token of the session is missing', async () => {
    const refused = await refusalOf(() => post(brokerWith(session), {}, { origin: baseUrl }));
    expect(refused.code).toBe('cross_site_request');
  });

  test('comes back with the key, and without the secret, where the secret cannot be one', async () => {
    const typed = { key: 'the-key', clientId: 'my app', clientSecret: `hunter2\u0000${'x'.repeat(600)}` };
    const answer = await post(offlineBroker(), typed);
    expect(answer.status).toBe(400);
    const html = textOf(answer);
    expect(html).toContain('Only printable ASCII characters.');
    expect(html).toContain('value="the-key"');
    expect(html).toContain('my app');
    expect(html).not.toContain('hunter2');
  });
});
