import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Caller } from '../../../shared/domain/caller.ts';
import { BrokerError } from '../../../shared/domain/errors.ts';
import { ada, callerOf, manager, owner, runner, stranger } from '../../support/callers.ts';
import { createHarness, day, type Harness, hour, minute, refusal, second } from '../../support/harness.ts';

let harness: Harness;
let id: string;

const ask = (caller: Caller = runner, minValidSeconds = 300, connectionId = id) =>
  harness.broker.readToken(caller, { connectionId, minValidSeconds });
const ioSoFar = () => {
  const { store, vault, identity } = harness;
  return [store.reads, store.writes, vault.reads, vault.writes, identity.calls.refresh];
};

beforeEach(async () => {
  harness = createHarness();
  id = (await harness.connect()).id;
});

describe('what a runner gets', () => {
  test('a token with its scopes, its end, where to use it and whose it is', async () => {
    await harness.clock.advance(10 * minute);
    expect(await ask()).toEqual({
      access_token: expect.stringMatching(/^access-/),
      token_type: 'Bearer',
      expires_in: 3000,
      expires_at: '2027-03-01T13:00:00.000Z',
      scope: expect.stringContaining('Mail.Read Mail.Send'),
      graph_base_url: 'https://graph.microsoft.com',
      connection_id: id,
      account: ada,
    });
  });

  test('one line in the log for every token, naming who got it and no token', async () => {
    const { access_token } = await ask();
    await ask(owner);
    const lines = harness.lines.filter(({ event }) => event === 'token_handed_out');
    expect(lines.map(({ fields }) => fields.principalId)).toEqual(['runner', 'owner']);
    expect(JSON.stringify(harness.lines)).not.toContain(access_token);
  });

  test('the second time from memory, without any call to table, vault or Microsoft', async () => {
    const first = await ask();
    const before = ioSoFar();
    await harness.clock.advance(29 * second);
    expect((await ask()).access_token).toBe(first.access_token);
    expect(ioSoFar()).toEqual(before);
  });

  test('the use is noted at most once an hour, and is never worth failing for', async () => {
    harness.identity.tokenLifetimeSeconds = 3 * 3600;
    const { id: lasting } = await harness.connect();
    const use = () => ask(runner, 300, lasting);
    const noted = async () => (await harness.connection(lasting)).lastUsedAt;
    await use();
    const first = await noted();
    await harness.clock.advance(59 * minute);
    await use();
    expect(await noted()).toEqual(first);
    await harness.clock.advance(2 * minute);
    harness.store.beforeEach = async (operation) => {
      if (operation === 'commit') throw new BrokerError('storage_unavailable', 'Down.');
    };
    expect((await use()).expires_in).toBe(7140);
    delete harness.store.beforeEach;
    await use();
    expect(await noted()).toEqual(harness.clock.now());
  });
});

describe('how long the token has to last', () => {
  test.each([
    ['enough is left', 50 * minute, 600, 0],
    ['too little is left', 51 * minute, 600, 1],
    ['much is asked of a young token', 4 * minute, 3000, 0],
    ['more is asked than four fifths of a life', 20 * minute, 3000, 1],
    ['it has ended', 61 * minute, 0, 1],
  ])('%s', async (_, age, minValidSeconds, refreshes) => {
    await harness.clock.advance(age);
    const answer = await ask(runner, minValidSeconds);
    expect(harness.identity.calls.refresh).toBe(refreshes);
    expect(answer.expires_in).toBe(refreshes === 1 ? 3600 : (hour - age) / second);
  });

  test('tokens of ten minutes are served for minutes, not renewed at every call', async () => {
    harness.identity.tokenLifetimeSeconds = 600;
    await harness.clock.advance(2 * hour);
    for (let asked = 0; asked < 60; asked += 1) {
      await ask(runner, 3000);
      await harness.clock.advance(20 * second);
    }
    expect(harness.identity.calls.refresh).toBe(4);
  });

  test('a token that cannot be opened any more is renewed, not an error', async () => {
    const key = (await harness.grant(id)).sealedAccessToken?.split('.')[0] ?? '';
    await harness.vault.disable('sealing-key', key);
    await harness.vault.set('sealing-key', Buffer.alloc(32, 1).toString('base64url'));
    const other = harness.anotherBroker();
    expect((await other.readToken(runner, { connectionId: id, minValidSeconds: 300 })).expires_in).toBe(3600);
    expect(harness.identity.calls.refresh).toBe(1);
  });
});

describe('who gets none', () => {
  test('a stranger hears word for word what is said about an id that does not exist', async () => {
    const real = await refusal(ask(stranger));
    const made = await refusal(ask(stranger, 300, '00000000-0000-4000-8000-000000000000'));
    expect(real.code).toBe('not_found');
    expect([made.code, made.message, made.members]).toEqual([real.code, real.message, real.members]);
  });

  test('who manages every connection borrows none without access to it', async () => {
    const told = await refusal(ask(manager));
    expect(told.code).toBe('forbidden');
    expect(told.members).toEqual({ missingPermission: 'use', principalId: 'manager', grantedBy: 'owner' });
    expect((await refusal(ask(manager, 300, 'no-such-id'))).code).toBe('not_found');
  });

  test('whoever lacks the role Tokens.Read, the owner too', async () => {
    const told = await refusal(ask(callerOf('owner', 'Connections.Create')));
    expect(told).toMatchObject({ code: 'forbidden', members: { missingRole: 'Tokens.Read' } });
  });

  test('who was taken off the access list, within 30 seconds in every process', async () => {
    const elsewhere = harness.anotherBroker();
    const askElsewhere = () => elsewhere.readToken(runner, { connectionId: id, minValidSeconds: 300 });
    await ask();
    await askElsewhere();
    await harness.broker.updateConnection(owner, id, { access: [] });
    expect((await refusal(ask())).code).toBe('not_found');
    await harness.clock.advance(29 * second);
    await askElsewhere();
    await harness.clock.advance(second);
    expect((await refusal(askElsewhere())).code).toBe('not_found');
  });

  test('anybody, at once in the process that deleted the connection', async () => {
    await ask();
    await harness.broker.deleteConnection(owner, id);
    expect((await refusal(ask())).code).toBe('not_found');
  });

  test('a long refresh does not make the row be believed for longer', async () => {
    harness.identity.tokenLifetimeSeconds = 600;
    id = (await harness.connect()).id;
    await ask();
    await harness.clock.advance(11 * minute);
    harness.identity.afterEach = () => harness.clock.sleep(9 * second);
    const asked = ask();
    await harness.clock.advance(5 * second);
    await harness.broker.updateConnection(owner, id, { access: [] });
    await harness.clock.advance(4 * second);
    await asked;
    await harness.clock.advance(21 * second);
    expect((await refusal(ask())).code).toBe('not_found');
  });

  test('who was taken off the list gets no renewed token in the meantime, and spoils it for nobody else', async () => {
    harness.identity.tokenLifetimeSeconds = 600;
    id = (await harness.connect()).id;
    await harness.clock.advance(10 * minute - 5 * second);
    await ask(runner, 0);
    await harness.broker.updateConnection(owner, id, { access: [] });
    await harness.clock.advance(10 * second);
    const [removed, kept] = [refusal(ask()), ask(owner)];
    expect((await removed).code).toBe('not_found');
    expect((await kept).expires_in).toBe(600);
  });

  test('who was just put on the list need not wait', async () => {
    const late = callerOf('late', 'Tokens.Read');
    await ask();
    expect((await refusal(ask(late))).code).toBe('not_found');
    const access = [{ principalId: 'late', permission: 'use' as const }];
    await harness.broker.updateConnection(owner, id, { access });
    expect((await ask(late)).connection_id).toBe(id);
  });
});

describe('connections that give no token', () => {
  test('nobody has signed in yet', async () => {
    const { connection } = await harness.start();
    expect(await refusal(ask(owner, 300, connection.id))).toMatchObject({
      code: 'connection_pending',
      remedy: 'user',
    });
  });

  test('the account that signed in has not been confirmed; the answer names it and who confirms', async () => {
    const { id: unconfirmed } = await harness.connect({ expectedAccount: undefined });
    const told = await refusal(ask(owner, 300, unconfirmed));
    expect(told).toMatchObject({
      code: 'account_not_confirmed',
      members: { account: ada, confirmedBy: 'owner' },
    });
  });

  test('a person suspended it', async () => {
    const before = await harness.store.readConnection(id);
    if (before !== undefined) {
      const after = { ...before.value, status: 'suspended' as const };
      await harness.store.commit(id, { connection: { before, after } });
    }
    expect((await refusal(ask())).code).toBe('connection_suspended');
  });

  test('it was deleted', async () => {
    await ask();
    await harness.broker.deleteConnection(owner, id);
    await harness.clock.advance(31 * second);
    expect((await refusal(ask())).code).toBe('not_found');
  });

  test('the sign-in is over: it needs a new one, with one event, however many ask', async () => {
    await harness.clock.advance(2 * hour);
    harness.identity.revoke(ada.oid);
    const first = await Promise.all(Array.from({ length: 20 }, () => refusal(ask())));
    for (const told of first)
      expect(told).toMatchObject({ code: 'grant_invalid', members: { aadstsCode: 50173 } });
    await harness.clock.advance(day);
    const later = await refusal(ask());
    expect(later).toMatchObject({ code: 'grant_invalid', members: { connectionStatus: 'needs_sign_in' } });
    expect(later.members.failure).toMatchObject({ aadstsCode: 50173, remedy: 'user' });
    expect(harness.identity.calls.refresh).toBe(1);
    const moves = (await harness.events(id)).filter(({ to }) => to === 'needs_sign_in');
    expect(moves).toHaveLength(1);
  });
});
