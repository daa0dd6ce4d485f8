import { beforeEach, describe, expect, test } from '@jest/globals';
import type { AuthorizationStart } from '../../../shared/operations/beginAuthorization.ts';
import type { CallbackParameters } from '../../../shared/operations/claimAuthorization.ts';
import { ada, ben, owner } from '../../support/callers.ts';
import {
  cookiesOf,
  createHarness,
  type Harness,
  minute,
  present,
  refusal,
  stateOf,
} from '../../support/harness.ts';

let harness: Harness;
let id: string;
let started: AuthorizationStart;

const noCookies = () => undefined;
const come = (parameters: CallbackParameters, cookies = cookiesOf(started)) =>
  harness.broker.completeConnection(parameters, cookies);
const comeBack = (more: CallbackParameters = {}) =>
  come({ state: stateOf(started), code: harness.identity.signIn(started.href, ada), ...more });
const outcome = async () => {
  const authorization = await harness.store.authorizations.read(present(started.connection.authorizationId));
  return authorization?.value;
};
const everything = async () => [
  await harness.store.readConnection(id),
  await harness.store.readGrant(id),
  await harness.events(id),
  harness.vault.names(),
  await outcome(),
];

beforeEach(async () => {
  harness = createHarness();
  id = (await harness.start()).connection.id;
  started = await harness.begin(id);
});

describe('a sign-in that succeeds', () => {
  test('connects the connection, with its account, scopes and history', async () => {
    const result = await comeBack();
    expect(result).toMatchObject({ missingScopes: [], startedBy: undefined });
    expect(result.connection).toMatchObject({ status: 'connected', account: ada, accountConfirmed: true });
    expect(result.connection.grantedScopes).toEqual(expect.arrayContaining(['Mail.Read', 'Mail.Send']));
    for (const gone of ['authorizationId', 'statedCredential', 'pendingUntil', 'failure']) {
      expect(result.connection).not.toHaveProperty(gone);
    }
    expect((await harness.events(id)).map(({ type, actor }) => [type, actor])).toEqual([
      ['connection.created', 'owner'],
      ['connection.sign_in_completed', 'sign-in'],
      ['connection.status_changed', 'sign-in'],
    ]);
    expect(await outcome()).toMatchObject({ outcome: { result: 'succeeded' }, sealed: '' });
  });

  test('tells which permissions were asked for and not granted', async () => {
    const granted = ['https://graph.microsoft.com/Mail.Read', 'offline_access', 'openid'];
    expect((await harness.complete(started, { granted })).missingScopes).toEqual(['Mail.Send']);
  });

  test('writes the refresh token into the vault before the row points at it', async () => {
    const order: string[] = [];
    harness.vault.afterEach = async (operation) => void order.push(operation);
    harness.store.afterEach = async (operation) => void order.push(operation);
    await comeBack();
    expect(order.lastIndexOf('set')).toBeLessThan(order.indexOf('commit'));
    const { secretName, secretVersion } = await harness.grant(id);
    expect((await harness.vault.get(secretName, secretVersion))?.value).toMatch(/^refresh-/);
  });

  test('stays pending for its requester to confirm where no account was expected', async () => {
    const { connection } = await harness.start({ expectedAccount: undefined });
    const result = await harness.complete(await harness.begin(connection.id));
    expect(result.connection).toMatchObject({ status: 'pending', account: ada, accountConfirmed: false });
    expect((await harness.grant(connection.id)).dueAt).toBeUndefined();
  });

  test('needs no confirmation when it came from the owner’s own session', async () => {
    const { connection } = await harness.start({ expectedAccount: undefined });
    const own = await harness.begin(connection.id, {}, owner.principalId);
    expect(await harness.complete(own)).toMatchObject({
      startedBy: 'owner',
      connection: { status: 'connected' },
    });
  });

  test('needs one when somebody else who manages the connection signed in, not its owner', async () => {
    const { connection } = await harness.start({ expectedAccount: undefined });
    const theirs = await harness.begin(connection.id, {}, 'manager');
    expect((await harness.complete(theirs)).connection).toMatchObject({
      status: 'pending',
      accountConfirmed: false,
    });
  });

  test('is a success even when its outcome cannot be written down', async () => {
    const code = harness.identity.signIn(started.href, ada);
    let saves = 0;
    harness.store.beforeEach = async (operation) => {
      if (operation === 'authorizations.save') saves += 1;
      if (operation === 'authorizations.save' && saves > 1) throw new Error('Down.');
    };
    expect((await come({ state: stateOf(started), code })).connection.status).toBe('connected');
    expect((await harness.events(id)).map(({ type }) => type)).not.toContain('connection.sign_in_failed');
  });
});

describe('what is checked, in this order', () => {
  const error = { error: 'access_denied', errorDescription: 'AADSTS65004: declined' };

  test.each<[string, CallbackParameters]>([
    ['no state', {}],
    ['an empty state', { state: '' }],
    ['a made-up state', { state: 'x'.repeat(43) }],
    ['an endless state', { state: 'x'.repeat(5000) }],
  ])('the state: with %s, an error changes nothing', async (_, parameters) => {
    const before = await everything();
    expect((await refusal(come({ ...parameters, ...error }))).code).toBe('state_invalid');
    expect((await refusal(come({ ...parameters, code: 'code' }))).code).toBe('state_invalid');
    expect(await everything()).toEqual(before);
  });

  test('then the browser: without the cookie of this flow nothing changes', async () => {
    const before = await everything();
    const forged = { ...started, cookie: { ...started.cookie, value: 'forged' } };
    for (const cookies of [noCookies, cookiesOf(forged)]) {
      expect((await refusal(come({ state: stateOf(started), ...error }, cookies))).code).toBe(
        'browser_mismatch',
      );
    }
    expect(await everything()).toEqual(before);
  });

  test('then whether it was handled already, also when it is old by now', async () => {
    await comeBack();
    await harness.clock.advance(11 * minute);
    expect((await refusal(come({ state: stateOf(started), ...error }))).code).toBe('authorization_replayed');
    expect((await refusal(come({ state: stateOf(started) }, noCookies))).code).toBe('browser_mismatch');
  });

  test('then its age: ten minutes', async () => {
    const second = await harness.begin(id);
    await harness.clock.advance(10 * minute);
    const before = await everything();
    expect((await refusal(comeBack())).code).toBe('state_expired');
    expect((await refusal(harness.complete(second))).code).toBe('state_expired');
    expect(await everything()).toEqual(before);
  });

  test('then whether a newer sign-in was started', async () => {
    await harness.begin(id);
    const before = await everything();
    expect((await refusal(come({ state: stateOf(started), ...error }))).code).toBe(
      'authorization_superseded',
    );
    expect(await everything()).toEqual(before);
  });

  test('then who answers (RFC 9207)', async () => {
    const iss = `https://login.microsoftonline.us/${ada.tid}/v2.0`;
    expect((await refusal(comeBack({ iss }))).code).toBe('state_invalid');
    const right = `https://login.microsoftonline.com/${ada.tid}/v2.0`;
    expect((await comeBack({ iss: right })).connection.status).toBe('connected');
  });

  test('then the error, before the code', async () => {
    const told = await refusal(comeBack(error));
    expect(told).toMatchObject({
      code: 'consent_declined',
      members: { aadstsCode: 65004, retryConnectionId: id },
    });
    expect(harness.identity.calls.redeemCode).toBe(0);
    const event = (await harness.events(id)).at(-1);
    expect(event).toMatchObject({ type: 'connection.sign_in_failed', detail: { code: 'consent_declined' } });
  });

  test('and an answer with neither is none', async () => {
    expect((await refusal(come({ state: stateOf(started) }))).code).toBe('sign_in_failed');
  });
});

describe('the same callback again', () => {
  test('tells of the success and changes nothing', async () => {
    const code = harness.identity.signIn(started.href, ada);
    await come({ state: stateOf(started), code });
    const before = await everything();
    const told = await refusal(come({ state: stateOf(started), code }));
    expect(told.members).toMatchObject({
      replay: {
        connectionId: id,
        outcome: { result: 'succeeded', at: new Date('2027-03-01T12:00:00.000Z') },
      },
    });
    expect(told.members).not.toHaveProperty('retryConnectionId');
    expect(await everything()).toEqual(before);
    expect(harness.identity.calls.redeemCode).toBe(1);
  });

  test('tells of the failure in the same words', async () => {
    const first = await refusal(harness.complete(started, { account: ben }));
    const told = await refusal(comeBack());
    expect(told.code).toBe('authorization_replayed');
    expect(told.message).toContain(first.message);
    expect(told.members).toMatchObject({
      replay: { outcome: { result: 'failed', code: 'account_mismatch', detail: first.message } },
      retryConnectionId: id,
    });
  });

  test('of a failure offers no new start once somebody has signed in', async () => {
    await refusal(harness.complete(started, { account: ben }));
    await harness.complete(await harness.begin(id));
    const told = await refusal(comeBack());
    expect(told.members).toMatchObject({ replay: { outcome: { result: 'failed' }, connectionId: id } });
    expect(told.members).not.toHaveProperty('retryConnectionId');
  });

  test('at the same moment redeems the code once', async () => {
    const code = harness.identity.signIn(started.href, ada);
    const both = await Promise.allSettled([1, 2].map(() => come({ state: stateOf(started), code })));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(harness.identity.calls.redeemCode).toBe(1);
  });
});

describe('a sign-in that is not taken', () => {
  test('another account than the expected one is named, and everything stays as it was', async () => {
    const told = await refusal(harness.complete(started, { account: ben }));
    expect(told.code).toBe('account_mismatch');
    expect(told.message).toMatch(new RegExp(`^${ben.username} signed in.*${ada.oid}`));
    expect(await harness.store.readGrant(id)).toBeUndefined();
    expect(harness.vault.names()).toEqual(['sealing-key']);
    const again = await harness.begin(id);
    expect((await harness.complete(again)).connection.account).toEqual(ada);
  });

  test.each([
    ['the same person of another tenant', { ...ada, tid: '7d1e0f2a-3b4c-4d5e-8f60-718293a4b5c6' }],
    ['another person of the same name', { ...ada, oid: '00000000-0000-4000-8000-000000000009' }],
  ])('%s is another account', async (_, account) => {
    const { connection } = await harness.start({ tenantId: 'common' });
    const told = await refusal(harness.complete(await harness.begin(connection.id), { account }));
    expect(told.code).toBe('account_mismatch');
  });

  test('an expected username is compared without case', async () => {
    const expectedAccount = { username: 'ADA@Contoso.Example', tid: ada.tid.toUpperCase() };
    expect((await harness.connect({ expectedAccount })).status).toBe('connected');
  });

  test('a sign-in without the connector’s minimum names what is missing', async () => {
    const granted = ['https://graph.microsoft.com/Mail.Send', 'offline_access'];
    const told = await refusal(harness.complete(started, { granted }));
    expect(told).toMatchObject({
      code: 'scopes_missing',
      remedy: 'operator',
      members: { missingScopes: ['Mail.Read'] },
    });
    expect(await harness.store.readGrant(id)).toBeUndefined();
  });

  test('a sign-in without a refresh token would end within the hour', async () => {
    const granted = ['https://graph.microsoft.com/Mail.Read'];
    expect((await refusal(harness.complete(started, { granted }))).code).toBe('sign_in_failed');
  });

  test('an account of a tenant that is not allowed', async () => {
    const strict = createHarness({ allowedTenants: ['00000000-0000-4000-8000-000000000001'] });
    const anybody = { tenantId: 'common', expectedAccount: undefined };
    expect((await refusal(strict.connect(anybody))).code).toBe('account_not_allowed');
  });

  test('where an administrator has to approve, the way there is part of the answer', async () => {
    const told = await refusal(
      come({ state: stateOf(started), error: 'access_denied', errorDescription: 'AADSTS90094: admin' }),
    );
    expect(told.code).toBe('admin_consent_required');
    expect(String(told.members.adminConsentUrl)).toContain(`https://login.microsoftonline.com/${ada.tid}/`);
  });
});
