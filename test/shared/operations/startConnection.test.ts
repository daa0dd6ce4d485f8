import { beforeEach, describe, expect, test } from '@jest/globals';
import { ada, callerOf, manager, owner, runner, stranger } from '../../support/callers.ts';
import {
  clientSecret,
  createHarness,
  type Harness,
  minute,
  present,
  refusal,
  second,
  wholeRequest,
} from '../../support/harness.ts';

const id = 'f1d0c3b2-5a49-4e87-9c6d-2b3a4f5e6d71';

let harness: Harness;

const put = (request = wholeRequest, caller = owner) => harness.broker.startConnection(caller, request, id);
const keyOf = (link: { readonly href: string } | undefined) =>
  present(new URL(present(link).href).searchParams.get('key') ?? undefined);
const fieldsOf = async (promise: Promise<unknown>) =>
  (await refusal(promise)).fields.map(({ field }) => field);

beforeEach(() => {
  harness = createHarness();
});

describe('a connection requested over the API', () => {
  test('is pending, with a link that ends in half an hour, and one event', async () => {
    const { created, connection, connectLink, redirectUri } = await put();
    expect(created).toBe(true);
    expect(connection).toMatchObject({ id, status: 'pending', owner: 'owner', accountConfirmed: false });
    expect(connectLink?.href).toMatch(`https://broker.example/connect/${id}?key=`);
    expect(connectLink?.expiresAt).toEqual(new Date(harness.clock.now().getTime() + 30 * minute));
    expect(redirectUri).toBe('https://broker.example/provisioning_/callback');
    const [event, ...others] = await harness.events(id);
    expect(event).toMatchObject({ type: 'connection.created', actor: 'owner', to: 'pending' });
    expect(others).toEqual([]);
  });

  test('keeps neither the key of the link nor the client secret in clear, and leaves the vault alone', async () => {
    const { connectLink } = await put();
    const kept = JSON.stringify(await harness.connection(id));
    expect(kept).not.toContain(keyOf(connectLink));
    expect(kept).not.toContain(clientSecret);
    expect(harness.vault.names()).toEqual(['sealing-key']);
  });

  test('may leave everything but name and connector to the person', async () => {
    const { connection } = await put({ name: 'Mail', connector: 'outlook365' });
    expect(connection).not.toHaveProperty('environment');
    expect(connection).not.toHaveProperty('statedCredential');
    expect(Object.keys(connection.statedFields).sort()).toEqual(['connector', 'name']);
  });

  test('gets an id where none is given', async () => {
    expect((await harness.start()).connection.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('takes a role, which the answer names', async () => {
    expect(await refusal(put(wholeRequest, runner))).toMatchObject({
      code: 'forbidden',
      members: { missingRole: 'Connections.Create' },
    });
  });

  test('is refused with every mistake at once, and nothing is kept', async () => {
    const wrong = { ...wholeRequest, environment: 'mars', clientId: 'x', scopes: ['Calendars.Read'] };
    expect(await fieldsOf(put(wrong))).toEqual(['environment', 'clientId', 'scopes']);
    expect(await harness.store.readConnection(id)).toBeUndefined();
  });

  test('cannot expect an account of another tenant than its own', async () => {
    const expectedAccount = { username: 'ada@contoso.example', tid: '00000000-0000-4000-8000-000000000001' };
    expect(await fieldsOf(put({ ...wholeRequest, expectedAccount }))).toEqual(['expectedAccount.tid']);
    const anywhere = { ...wholeRequest, tenantId: 'common', expectedAccount };
    expect((await put(anywhere)).connection.expectedAccount).toEqual(expectedAccount);
  });
});

describe('a vault secret named instead of a client secret', () => {
  const { clientSecret: _typed, ...withoutSecret } = wholeRequest;
  const named = { ...withoutSecret, clientSecretRef: 'client-secret-mail' };

  test('is for those who manage every connection, so that nobody borrows another team’s', async () => {
    await harness.vault.set('client-secret-mail', clientSecret);
    expect(await fieldsOf(put(named))).toEqual(['clientSecretRef']);
    expect((await put(named, manager)).connection.statedCredential).toEqual({
      kind: 'reference',
      secretName: 'client-secret-mail',
      statedBy: 'manager',
    });
  });

  test('does not tell those who may not name one whether it exists', async () => {
    const [missing] = (await refusal(put(named))).fields;
    await harness.vault.set('client-secret-mail', clientSecret);
    expect((await refusal(put(named))).fields).toEqual([missing]);
  });

  test('has to be there, and alone', async () => {
    expect(await fieldsOf(put(named, manager))).toEqual(['clientSecretRef']);
    await harness.vault.set('client-secret-mail', clientSecret);
    expect(await fieldsOf(put({ ...named, clientSecret }, manager))).toEqual(['clientSecretRef']);
  });
});

describe('the same PUT again', () => {
  test('finds the connection, gives a fresh link, and ends the former one', async () => {
    const first = await put();
    await harness.clock.advance(10 * minute);
    const again = await put({ ...wholeRequest, scopes: ['Mail.Send', 'Mail.Read'] });
    expect(again.created).toBe(false);
    expect(again.connectLink?.expiresAt).toEqual(new Date(harness.clock.now().getTime() + 30 * minute));
    const open = (key: string) => harness.broker.openConnectPage(id, { key });
    expect((await open(keyOf(again.connectLink))).value.id).toBe(id);
    expect((await refusal(open(keyOf(first.connectLink)))).code).toBe('link_invalid');
    expect((await harness.events(id)).map(({ type }) => type)).toEqual([
      'connection.created',
      'connection.link_created',
    ]);
  });

  test('gives no link once somebody has signed in', async () => {
    await put();
    await harness.complete(await harness.begin(id));
    expect(await put()).toMatchObject({ created: false, connection: { status: 'connected' } });
    expect(await put()).not.toHaveProperty('connectLink');
  });

  test('is known after an edit of the name, and after the sealing key was rotated', async () => {
    await put();
    await harness.broker.updateConnection(owner, id, { name: 'Renamed' });
    await harness.vault.set('sealing-key', Buffer.alloc(32, 3).toString('base64url'));
    await harness.clock.advance(61 * minute);
    expect(await put()).toMatchObject({ created: false, connection: { name: 'Renamed' } });
  });

  test.each([
    ['name', { name: 'Other' }],
    ['clientSecret', { clientSecret: 'another-secret' }],
    ['scopes', { scopes: ['Mail.Read'] }],
    ['access', { access: [] }],
    ['environment', { environment: 'usgov-l4' }],
    ['expectedAccount', { expectedAccount: undefined }],
  ])('with another %s is a conflict that names it and changes nothing', async (field, change) => {
    await put();
    const before = await harness.store.readConnection(id);
    const told = await refusal(put({ ...wholeRequest, ...change }));
    expect(told.code).toBe('connection_conflict');
    expect(told.fields.map((problem) => problem.field)).toEqual([field]);
    expect(await harness.store.readConnection(id)).toEqual(before);
  });

  test('on somebody else’s id is answered as if there were none', async () => {
    await put();
    const told = await refusal(put(wholeRequest, stranger));
    const read = await refusal(harness.broker.readConnection(stranger, id));
    expect([told.code, told.message]).toEqual([read.code, read.message]);
    expect(told.code).toBe('not_found');
  });

  test('by somebody who may only use it is forbidden', async () => {
    await put();
    expect((await refusal(put(wholeRequest, callerOf('runner', 'Connections.Create')))).code).toBe(
      'forbidden',
    );
  });

  test('twice at the same moment makes one connection', async () => {
    const results = await Promise.all([put(), put()]);
    expect(results.map(({ created }) => created).sort()).toEqual([false, true]);
  });
});

describe('a connect link', () => {
  test('may be opened as often as mail scanners like: that changes nothing', async () => {
    const { connectLink } = await put();
    const before = await harness.store.readConnection(id);
    for (let number = 0; number < 3; number += 1) {
      await harness.broker.openConnectPage(id, { key: keyOf(connectLink) });
    }
    expect(await harness.store.readConnection(id)).toEqual(before);
  });

  test('ends with its time, and is worth nothing with another key or for another connection', async () => {
    const { connectLink } = await put();
    const open = (key: string, of = id) => harness.broker.openConnectPage(of, { key });
    const other = await harness.start();
    expect((await refusal(open('made-up'))).code).toBe('link_invalid');
    expect((await refusal(open(keyOf(connectLink), other.connection.id))).code).toBe('link_invalid');
    expect((await refusal(open(keyOf(connectLink), 'no-such-id'))).code).toBe('link_invalid');
    await harness.clock.advance(30 * minute - second);
    await open(keyOf(connectLink));
    await harness.clock.advance(second);
    expect((await refusal(open(keyOf(connectLink)))).code).toBe('link_expired');
  });

  test('is used up by success alone, and says so', async () => {
    const { connectLink } = await put();
    const open = () => harness.broker.openConnectPage(id, { key: keyOf(connectLink) });
    const started = await harness.begin(id);
    await open();
    await harness.complete(started);
    expect((await refusal(open())).message).toContain('has been used');
  });

  test('is not needed by those who manage the connection; strangers hear nothing', async () => {
    await put();
    expect((await harness.broker.openConnectPage(id, { caller: owner })).value.id).toBe(id);
    expect((await refusal(harness.broker.openConnectPage(id, { caller: stranger }))).code).toBe('not_found');
    expect((await refusal(harness.broker.openConnectPage(id, { caller: runner }))).code).toBe('forbidden');
  });

  test('where the wrong account signed in, a fresh link lets the right one take its place', async () => {
    const { expectedAccount: _open, ...request } = wholeRequest;
    const account = { ...ada, oid: 'somebody-else', username: 'somebody.else@contoso.example' };
    await put(request);
    await harness.complete(await harness.begin(id), { account });
    expect((await refusal(harness.begin(id))).code).toBe('connection_not_pending');

    expect(await put(request)).toMatchObject({ created: false, connectLink: { href: expect.any(String) } });
    await harness.complete(await harness.begin(id));
    expect((await harness.connection(id)).account).toEqual(ada);
    expect((await harness.grant(id)).generation).toBe(2);
  });
});
