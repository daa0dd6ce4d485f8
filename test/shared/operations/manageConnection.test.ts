import { beforeEach, describe, expect, test } from '@jest/globals';
import { ada, ben, callerOf, manager, owner, runner, stranger } from '../../support/callers.ts';
import { createHarness, day, type Harness, hour, refusal } from '../../support/harness.ts';

let harness: Harness;

beforeEach(() => {
  harness = createHarness();
});

describe('confirming the account that signed in', () => {
  let id: string;
  const confirm = (caller = owner, account: { oid: string; tid: string } = ada) =>
    harness.broker.confirmConnection(caller, id, account);

  beforeEach(async () => {
    id = (await harness.connect({ expectedAccount: undefined })).id;
  });

  test('connects it, with who confirmed in its history', async () => {
    expect(await confirm()).toMatchObject({ status: 'connected', accountConfirmed: true });
    expect((await harness.events(id)).slice(-2).map(({ type, actor, to }) => [type, actor, to])).toEqual([
      ['connection.account_confirmed', 'owner', undefined],
      ['connection.status_changed', 'owner', 'connected'],
    ]);
    const answer = await harness.broker.readToken(runner, { connectionId: id, minValidSeconds: 300 });
    expect(answer.account).toEqual(ada);
  });

  test('again is no error and no second event', async () => {
    await confirm();
    const events = await harness.events(id);
    expect((await confirm(manager, { oid: ada.oid.toUpperCase(), tid: ada.tid })).status).toBe('connected');
    expect(await harness.events(id)).toEqual(events);
  });

  test('names the account that signed in where another one is stated', async () => {
    expect(await refusal(confirm(owner, ben))).toMatchObject({
      code: 'account_mismatch',
      members: { account: ada },
    });
    expect((await harness.connection(id)).status).toBe('pending');
  });

  test('is for those who manage the connection', async () => {
    expect((await refusal(confirm(runner))).code).toBe('forbidden');
    expect((await refusal(confirm(stranger))).code).toBe('not_found');
  });

  test('needs somebody who has signed in', async () => {
    id = (await harness.start({ expectedAccount: undefined })).connection.id;
    expect((await refusal(confirm())).code).toBe('connection_pending');
  });

  test('days after the sign-in, the timer keeps it alive from then on', async () => {
    await harness.clock.advance(2 * day);
    await confirm();
    expect(await harness.broker.refreshConnections()).toMatchObject({ refreshed: 1, surplus: 0 });
    expect((await harness.grant(id)).dueAt?.getTime()).toBeGreaterThan(harness.clock.now().getTime());
  });
});

describe('deleting a connection', () => {
  test('removes rows and secrets, keeps the history, and tells what remains at Microsoft', async () => {
    const { id } = await harness.connect();
    const { secretName, secretVersion } = await harness.grant(id);
    const told = await harness.broker.deleteConnection(owner, id);
    expect(told).toMatchObject({ id, deleted: true });
    expect(told.remainingConsent?.person).toContain('https://myapps.microsoft.com');
    expect(told.remainingConsent?.administrator).toContain('https://portal.azure.com');
    expect(await harness.store.readConnection(id)).toBeUndefined();
    expect(await harness.store.readGrant(id)).toBeUndefined();
    expect(await harness.vault.get(secretName, secretVersion)).toBeUndefined();
    const page = { limit: 10 };
    const events = await harness.broker.listEvents(manager, id, page);
    expect(events.items[0]).toMatchObject({ type: 'connection.deleted', actor: 'owner', from: 'connected' });
    expect((await refusal(harness.broker.listEvents(owner, id, page))).code).toBe('not_found');
    expect((await harness.broker.refreshConnections()).examined).toBe(0);
  });

  test('of one that nobody signed in to has nothing to tell', async () => {
    const { connection } = await harness.start();
    expect(await harness.broker.deleteConnection(owner, connection.id)).toEqual({
      id: connection.id,
      deleted: true,
    });
    expect((await refusal(harness.broker.deleteConnection(owner, connection.id))).code).toBe('not_found');
  });

  test('is for those who manage it', async () => {
    const { id } = await harness.connect();
    expect((await refusal(harness.broker.deleteConnection(runner, id))).code).toBe('forbidden');
    expect((await refusal(harness.broker.deleteConnection(stranger, id))).code).toBe('not_found');
    expect((await harness.connection(id)).status).toBe('connected');
    expect(await harness.broker.deleteConnection(manager, id)).toMatchObject({ deleted: true });
  });

  test('while it is being refreshed leaves neither secret nor row behind', async () => {
    const { id } = await harness.connect();
    await harness.clock.advance(8 * day);
    harness.identity.afterEach = async () => void (await harness.broker.deleteConnection(owner, id));
    const request = { connectionId: id, minValidSeconds: 300 };
    const told = await refusal(harness.broker.readToken(runner, request));
    expect(told.code).toMatch(/not_found|vault_unavailable|identity_unavailable/);
    expect(await harness.store.readGrant(id)).toBeUndefined();
    expect(harness.vault.names().filter((name) => name.startsWith('refresh-token'))).toEqual([]);
  });
});

describe('changing a connection', () => {
  test('changes name and access, with former and present values in its history', async () => {
    const { id } = await harness.connect();
    const access = [{ principalId: 'colleague', permission: 'manage' as const }];
    const updated = await harness.broker.updateConnection(owner, id, { name: 'Renamed', access });
    expect(updated).toMatchObject({ name: 'Renamed', access });
    const [event] = (await harness.events(id)).slice(-1);
    expect(event).toMatchObject({
      type: 'connection.updated',
      detail: { name: { from: 'Invoices', to: 'Renamed' } },
    });
    const colleague = callerOf('colleague');
    expect(await harness.broker.updateConnection(colleague, id, { name: 'Theirs' })).toMatchObject({
      name: 'Theirs',
    });
  });

  test('to what it is already writes nothing', async () => {
    const { id, name } = await harness.connect();
    const before = await harness.store.readConnection(id);
    await harness.broker.updateConnection(owner, id, { name });
    expect(await harness.store.readConnection(id)).toEqual(before);
  });

  test('twice at the same moment keeps both changes', async () => {
    const { id } = await harness.connect();
    await Promise.all([
      harness.broker.updateConnection(owner, id, { name: 'Renamed' }),
      harness.broker.updateConnection(manager, id, { access: [] }),
    ]);
    expect(await harness.connection(id)).toMatchObject({ name: 'Renamed', access: [] });
  });

  test('is for those who manage it', async () => {
    const { id } = await harness.connect();
    expect((await refusal(harness.broker.updateConnection(runner, id, { name: 'x' }))).code).toBe(
      'forbidden',
    );
    expect((await refusal(harness.broker.updateConnection(stranger, id, { name: 'x' }))).code).toBe(
      'not_found',
    );
    expect((await refusal(harness.broker.updateConnection(owner, 'none', { name: 'x' }))).code).toBe(
      'not_found',
    );
  });
});

describe('what a caller sees', () => {
  const idsOf = async (caller = owner, filter = {}, limit = 50) =>
    (await harness.broker.listConnections(caller, filter, { limit })).items.map(({ id }) => id).sort();

  test('is what is theirs or shared with them; the role over all connections sees every one', async () => {
    const mine = (await harness.connect({ access: [] })).id;
    const shared = (await harness.connect()).id;
    const theirs = (await harness.broker.startConnection(stranger, { name: 'Own', connector: 'teams' }))
      .connection.id;
    expect(await idsOf(owner)).toEqual([mine, shared].sort());
    expect(await idsOf(runner)).toEqual([shared]);
    expect(await idsOf(stranger)).toEqual([theirs]);
    expect(await idsOf(manager)).toEqual([mine, shared, theirs].sort());
    expect(await idsOf(callerOf('nobody'))).toEqual([]);
    await harness.broker.updateConnection(owner, shared, { access: [] });
    expect(await idsOf(runner)).toEqual([]);
  });

  test('can be filtered, and read page by page without loss', async () => {
    const teams = (await harness.start({ connector: 'teams', scopes: ['User.Read'] })).connection.id;
    const mail: string[] = [];
    for (let number = 0; number < 7; number += 1) mail.push((await harness.start()).connection.id);
    expect(await idsOf(manager, { connector: 'teams' })).toEqual([teams]);
    expect(await idsOf(manager, { owner: 'owner', connector: 'outlook365' })).toEqual(mail.sort());
    expect(await idsOf(manager, { status: 'connected' })).toEqual([]);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await harness.broker.listConnections(owner, {}, { limit: 3, after });
      seen.push(...page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(seen.sort()).toEqual([...mail, teams].sort());
  });

  test('a single one, and its history, only where they may see it', async () => {
    const { id } = await harness.connect();
    expect((await harness.broker.readConnection(runner, id)).grant?.generation).toBe(1);
    expect((await harness.broker.listEvents(runner, id, { limit: 10 })).items).toHaveLength(3);
    const unseen = [
      harness.broker.readConnection(stranger, id),
      harness.broker.readConnection(owner, 'no-such-id'),
    ];
    const [one, other] = await Promise.all(unseen.map(refusal));
    expect([one?.code, one?.message]).toEqual([other?.code, other?.message]);
    expect((await refusal(harness.broker.listEvents(stranger, id, { limit: 10 }))).code).toBe('not_found');
  });

  test('of an id that is used anew, the history of the former connection is not theirs', async () => {
    const { id } = await harness.connect();
    await harness.broker.deleteConnection(owner, id);
    await harness.clock.advance(hour);
    await harness.broker.startConnection(stranger, { name: 'New', connector: 'teams' }, id);
    const theirs = await harness.broker.listEvents(stranger, id, { limit: 10 });
    expect(theirs.items.map(({ type }) => type)).toEqual(['connection.created']);
    const all = await harness.broker.listEvents(manager, id, { limit: 10 });
    expect(all.items.map(({ type }) => type)).toContain('connection.deleted');
  });
});
