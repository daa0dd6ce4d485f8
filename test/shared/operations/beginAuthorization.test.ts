import { beforeEach, describe, expect, test } from '@jest/globals';
import { ada, manager, owner, stranger } from '../../support/callers.ts';
import {
  clientId,
  clientSecret,
  createHarness,
  type Harness,
  hour,
  present,
  refusal,
  stateOf,
  wholeRequest,
} from '../../support/harness.ts';

let harness: Harness;

const open = { name: 'Mail', connector: 'outlook365' as const };
const typed = {
  environment: 'office365',
  tenantId: ada.tid,
  clientId,
  clientSecret,
  scopes: 'Mail.Read',
};
const parametersOf = ({ href }: { readonly href: string }) => Object.fromEntries(new URL(href).searchParams);
const startOpen = async () => (await harness.broker.startConnection(owner, open)).connection.id;
const fieldsOf = async (promise: Promise<unknown>) =>
  (await refusal(promise)).fields.map(({ field }) => field);

beforeEach(() => {
  harness = createHarness();
});

describe('on the way to Microsoft', () => {
  test('state, nonce and challenge are new each time, and the cookie belongs to this flow alone', async () => {
    const id = await startOpen();
    const [one, other] = [await harness.begin(id, typed), await harness.begin(id, typed)];
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(parametersOf(one)[name]).toHaveLength(43);
      expect(parametersOf(one)[name]).not.toBe(parametersOf(other)[name]);
    }
    expect(one.cookie.name).toMatch(/^__Host-flow-/);
    expect(one.cookie.name).not.toBe(other.cookie.name);
    expect(one.cookie.maxAgeSeconds).toBe(600);
  });

  test('the address carries no secret, and what is stored shows neither state nor secret', async () => {
    const started = await harness.begin(await startOpen(), typed);
    expect(started.href).not.toContain(clientSecret);
    const id = present(started.connection.authorizationId);
    const stored = JSON.stringify(await harness.store.authorizations.read(id));
    for (const secret of [stateOf(started), started.cookie.value, clientSecret])
      expect(stored).not.toContain(secret);
  });

  test('a known username is a hint; without one Microsoft asks which account', async () => {
    const id = (await harness.start({ expectedAccount: { username: ada.username, tid: ada.tid } })).connection
      .id;
    expect(parametersOf(await harness.begin(id))).toMatchObject({ login_hint: ada.username });
    expect(parametersOf(await harness.begin(id))).not.toHaveProperty('prompt');
    expect(parametersOf(await harness.begin(await startOpen(), typed))).toMatchObject({
      prompt: 'select_account',
    });
  });

  test('what is missing or wrong comes back field by field, and no authorization is started', async () => {
    const id = await startOpen();
    expect(await fieldsOf(harness.begin(id))).toEqual([
      'environment',
      'clientId',
      'scopes',
      'tenantId',
      'clientSecret',
    ]);
    expect(await fieldsOf(harness.begin(id, { ...typed, clientId: 'my app' }))).toEqual(['clientId']);
    expect(await fieldsOf(harness.begin(id, { ...typed, scopes: '' }))).toEqual(['scopes']);
    expect((await harness.connection(id)).authorizationId).toBeUndefined();
  });

  test('somebody who has signed in already cannot be replaced', async () => {
    const { id } = await harness.connect({ expectedAccount: undefined });
    expect((await refusal(harness.begin(id))).code).toBe('connection_not_pending');
  });

  test('a connection waits at least as long as its newest authorization', async () => {
    const id = await startOpen();
    await harness.clock.advance(hour / 2 - 1000);
    const { connection } = await harness.begin(id, typed);
    expect(connection.pendingUntil).toEqual(new Date(harness.clock.now().getTime() + 600_000));
  });
});

describe('what the requester stated', () => {
  test('stands, whatever a page sends', async () => {
    const { connection } = await harness.start();
    const forged = {
      environment: 'usgov-l4',
      tenantId: 'evil.example',
      clientId: '00000000-0000-4000-8000-000000000666',
      scopes: 'Mail.ReadWrite Files.ReadWrite.All',
      clientSecret: 'forged',
    };
    const started = await harness.begin(connection.id, forged);
    expect(new URL(started.href).origin).toBe('https://login.microsoftonline.com');
    expect(new URL(started.href).pathname).toContain(ada.tid);
    expect(parametersOf(started).client_id).toBe(clientId);
    expect(parametersOf(started).scope).not.toMatch(/ReadWrite/);
    expect((await harness.complete(started)).connection.status).toBe('connected');
  });

  test('and what was left open can be typed, and typed again otherwise', async () => {
    const { tenantId: _open, scopes: _free, ...half } = wholeRequest;
    const { connection } = await harness.broker.startConnection(owner, half);
    await harness.begin(connection.id, { tenantId: 'common', scopes: 'Mail.Read' });
    const started = await harness.begin(connection.id, { tenantId: ada.tid, scopes: 'Mail.ReadWrite' });
    expect(started.connection).toMatchObject({ tenant: ada.tid });
    expect(parametersOf(started).scope).toContain('Mail.ReadWrite');
  });
});

describe('a mistyped client secret', () => {
  test('is told plainly, never reaches the vault, and can be typed again behind the same link', async () => {
    const { connection, connectLink } = await harness.broker.startConnection(owner, open);
    const wrong = await harness.begin(connection.id, { ...typed, clientSecret: 'tpyo' });
    const told = await refusal(harness.complete(wrong));
    expect(told.code).toBe('app_credential_rejected');
    expect(told.members.retryConnectionId).toBe(connection.id);
    expect(harness.vault.names()).toEqual(['sealing-key']);
    const key = present(new URL(present(connectLink).href).searchParams.get('key') ?? undefined);
    const page = await harness.broker.openConnectPage(connection.id, { key });
    const again = await harness.broker.beginAuthorization(page, typed, undefined);
    expect((await harness.complete(again)).connection.account).toEqual(ada);
  });
});

describe('an app whose secret another team has proven', () => {
  const { clientSecret: _none, ...withoutSecret } = wholeRequest;

  beforeEach(() => harness.connect());

  test('lends it to nobody who knows the client id alone', async () => {
    const { connection } = await harness.broker.startConnection(stranger, withoutSecret);
    expect(await fieldsOf(harness.begin(connection.id))).toEqual(['clientSecret']);
    expect(await fieldsOf(harness.begin(connection.id, {}, stranger.principalId))).toEqual(['clientSecret']);
  });

  test('is not lent by the role over all connections either', async () => {
    const { connection } = await harness.broker.startConnection(manager, withoutSecret);
    expect(await fieldsOf(harness.begin(connection.id))).toEqual(['clientSecret']);
  });

  test('serves the team that stated it without stating it again', async () => {
    const { connection } = await harness.broker.startConnection(owner, withoutSecret);
    const { connection: connected } = await harness.complete(await harness.begin(connection.id));
    expect(connected.status).toBe('connected');
  });

  test('serves whoever states a secret that works, from then on', async () => {
    const { connection } = await harness.broker.startConnection(stranger, wholeRequest);
    await harness.complete(await harness.begin(connection.id));
    const { connection: second } = await harness.broker.startConnection(stranger, withoutSecret);
    expect((await harness.complete(await harness.begin(second.id))).connection.status).toBe('connected');
  });

  test('is not opened by a secret typed behind a link: nobody knows who typed it', async () => {
    const { connection } = await harness.broker.startConnection(stranger, withoutSecret);
    await harness.complete(await harness.begin(connection.id, { clientSecret }));
    const { connection: second } = await harness.broker.startConnection(stranger, withoutSecret);
    expect(await fieldsOf(harness.begin(second.id))).toEqual(['clientSecret']);
  });

  test('does not learn a secret that did not work', async () => {
    const { connection } = await harness.broker.startConnection(stranger, {
      ...wholeRequest,
      clientSecret: 'guess',
    });
    const started = await harness.begin(connection.id);
    await refusal(harness.complete(started));
    const { connection: second } = await harness.broker.startConnection(stranger, withoutSecret);
    expect(await fieldsOf(harness.begin(second.id))).toEqual(['clientSecret']);
  });
});
