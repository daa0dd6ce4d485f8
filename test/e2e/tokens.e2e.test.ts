import { describe, expect, test } from '@jest/globals';
import { useCloud } from './support/cloudUnderTest.ts';
import { connect, eventTypes, read, token, tokenLifetimeSeconds } from './support/connections.ts';
import { expectProblem } from './support/failurePages.ts';

const it = useCloud();
const day = 86_400;

/** The access token a runner gets, which has to be there. */
async function tokenOf(id: string, query = ''): Promise<string> {
  const answer = await token(it, id, query);
  expect([answer.status, answer.body.connection_id]).toEqual([200, id]);
  return answer.body.access_token;
}

/** How many refreshes reach Entra while something happens. */
async function refreshesDuring(act: () => Promise<unknown>): Promise<number> {
  const before = await it.tokenRequests('refresh_token');
  await act();
  return (await it.tokenRequests('refresh_token')) - before;
}

describe('a token that still lasts', () => {
  test('comes from memory: neither Entra nor vault nor tables are asked', async () => {
    const { id } = await connect(it);
    const first = await tokenOf(id);
    const before = await it.counters();
    for (let number = 0; number < 5; number += 1) expect(await tokenOf(id)).toBe(first);
    expect(await it.counters()).toEqual(before);
  });

  test('is served while vault and tables are down, as long as the row is believed', async () => {
    const { id } = await connect(it);
    const first = await tokenOf(id);
    const removals = [
      await it.fault({ service: 'tables', answer: { status: 503 } }),
      await it.fault({ service: 'keyVault', answer: { drop: true } }),
      await it.fault({ service: 'entra', answer: { drop: true } }),
    ];
    const served = await token(it, id);
    for (const remove of removals) await remove();
    expect([served.status, served.body.access_token]).toEqual([200, first]);
  });

  test('comes from the row after half a minute, and after the broker was killed', async () => {
    const { id } = await connect(it);
    const first = await tokenOf(id);
    await it.advance(31);
    const { tables } = await it.counters();
    expect(await tokenOf(id)).toBe(first);
    expect((await it.counters()).tables.read).toBeGreaterThan(tables.read);
    const refreshes = await refreshesDuring(async () => {
      await it.control('POST', '/restart');
      expect(await tokenOf(id)).toBe(first);
    });
    expect(refreshes).toBe(0);
  });

  test('tells truly how long it lasts', async () => {
    const { id } = await connect(it);
    await tokenOf(id);
    await it.advance(600);
    const { body } = await token(it, id);
    expect(body.expires_in).toBeGreaterThan(tokenLifetimeSeconds - 620);
    expect(body.expires_in).toBeLessThanOrEqual(tokenLifetimeSeconds - 600);
    const untilEnd = (Date.parse(body.expires_at) - it.cloud.clock.now().getTime()) / 1000;
    expect(Math.abs(untilEnd - body.expires_in)).toBeLessThan(5);
  });
});

describe('a refresh', () => {
  test('happens once when the token has ended, whoever asks', async () => {
    const { id } = await connect(it);
    const first = await tokenOf(id);
    await it.advance(tokenLifetimeSeconds + 1);
    const answers: string[] = [];
    const refreshes = await refreshesDuring(async () => {
      answers.push(...(await Promise.all(Array.from({ length: 20 }, () => tokenOf(id)))));
    });
    expect(refreshes).toBe(1);
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).not.toBe(first);
    expect((await read(it, id)).grantGeneration).toBe(1);
  });

  test('happens when less than asked for is left, by default five minutes', async () => {
    const { id } = await connect(it);
    const first = await tokenOf(id);
    await it.advance(tokenLifetimeSeconds - 320);
    expect(await refreshesDuring(async () => expect(await tokenOf(id)).toBe(first))).toBe(0);
    await it.advance(40);
    expect(
      await refreshesDuring(async () => expect(await tokenOf(id, '?minValidSeconds=0')).toBe(first)),
    ).toBe(0);
    expect(await refreshesDuring(async () => expect(await tokenOf(id)).not.toBe(first))).toBe(1);
  });

  test('is not forced by asking for more than a young token has, and "more" ends at 3000 seconds', async () => {
    const { id } = await connect(it);
    const first = await tokenOf(id);
    await it.advance(290);
    const most = '?minValidSeconds=3000';
    expect(await refreshesDuring(async () => expect(await tokenOf(id, most)).toBe(first))).toBe(0);
    await it.advance(900);
    expect(await refreshesDuring(async () => expect(await tokenOf(id, most)).not.toBe(first))).toBe(1);
    expect(await refreshesDuring(async () => void (await tokenOf(id, most)))).toBe(0);
    for (const value of ['3001', '99999', '-1', '1.5', 'abc', '', '1e3', '0x10', '999999999999']) {
      const answer = await token(it, id, `?minValidSeconds=${value}`);
      expectProblem(answer, 400, 'invalid_request');
      expect(answer.body.fields[0].field).toBe('minValidSeconds');
    }
  });

  test('that is early and fails still gives the token that lasts', async () => {
    const { id, app } = await connect(it);
    const first = await tokenOf(id);
    await it.advance(tokenLifetimeSeconds - 200);
    const match = { clientId: app.clientId };
    const remove = await it.fault({ service: 'entra', match, answer: { status: 503 } });
    expect(await tokenOf(id)).toBe(first);
    await remove();
  });

  test('goes on after a broker was killed in the middle of one, once its lease has ended', async () => {
    const { id, app } = await connect(it);
    const first = await tokenOf(id);
    await it.advance(tokenLifetimeSeconds + 1);
    const match = { clientId: app.clientId, grantType: 'refresh_token' };
    const remove = await it.fault({ service: 'entra', match, answer: { hangSeconds: 60 } });
    const before = await it.tokenRequests('refresh_token');
    const cutOff = token(it, id).catch(() => 'cut off');
    while ((await it.tokenRequests('refresh_token')) === before)
      await new Promise((go) => setTimeout(go, 20));
    await it.control('POST', '/restart');
    expect(await cutOff).toBe('cut off');
    await remove();
    const waiting = tokenOf(id);
    await new Promise((go) => setTimeout(go, 600));
    expect(await it.tokenRequests('refresh_token')).toBe(before + 1);
    await it.advance(31);
    expect(await waiting).not.toBe(first);
    expect(await it.tokenRequests('refresh_token')).toBe(before + 2);
  });
});

describe('the timer', () => {
  test('renews the token of a used connection before it ends, so that no runner waits', async () => {
    const { id } = await connect(it);
    const first = await tokenOf(id);
    await it.runTimer();
    expect(await tokenOf(id)).toBe(first);
    await it.advance(tokenLifetimeSeconds - 600);
    const { refreshed } = await it.runTimer();
    expect(refreshed).toBeGreaterThan(0);
    await it.advance(31);
    const refreshes = await refreshesDuring(async () => expect(await tokenOf(id)).not.toBe(first));
    expect(refreshes).toBe(0);
  });

  test('asks nobody where nothing is due', async () => {
    await connect(it);
    await it.runTimer();
    const before = await it.counters();
    expect(await it.runTimer()).toMatchObject({ refreshed: 0, failed: 0, errors: 0 });
    const after = await it.counters();
    expect([after.entra, after.keyVault]).toEqual([before.entra, before.keyVault]);
  });

  test('keeps an idle connection alive about once a week, for half a year, and warns before it stops', async () => {
    const { id } = await connect(it);
    await it.advance(26 * 3600);
    await it.runTimer();
    const issued = async (): Promise<string> => (await read(it, id)).tokenIssuedAt;
    let last = await issued();
    await it.advance(5 * day);
    await it.runTimer();
    expect(await issued()).toBe(last);
    const { keyVault } = await it.counters();
    for (let week = 1; week <= 24; week += 1) {
      await it.advance(7.1 * day);
      expect((await it.runTimer()).errors).toBe(0);
      expect(await issued()).not.toBe(last);
      last = await issued();
      expect((await eventTypes(it, id))[0] === 'connection.idle_warning').toBe(week >= 23);
    }
    const after = await it.counters();
    expect(after.keyVault.set).toBeGreaterThan(keyVault.set ?? 0);
    expect(after.keyVault.update).toBeGreaterThan(keyVault.update ?? 0);
    await it.advance(7.1 * day);
    expect((await it.runTimer()).dropped).toBeGreaterThan(0);
    expect(await issued()).toBe(last);
    expect((await token(it, id)).status).toBe(200);
    expect(await read(it, id)).toMatchObject({ status: 'connected', nextRefreshAt: expect.any(String) });
  });

  test('waits after a failure as long as Entra asks, then goes on', async () => {
    const { id, app } = await connect(it);
    await it.advance(tokenLifetimeSeconds - 600);
    const match = { clientId: app.clientId };
    const remove = await it.fault({
      service: 'entra',
      match,
      answer: { status: 429, retryAfterSeconds: 900 },
    });
    const before = (await read(it, id)).tokenIssuedAt;
    expect((await it.runTimer()).failed).toBe(1);
    await remove();
    expect(await refreshesDuring(() => it.runTimer())).toBe(0);
    expect(await read(it, id)).toMatchObject({ status: 'connected', tokenIssuedAt: before });
    await it.advance(901);
    await it.runTimer();
    expect((await read(it, id)).tokenIssuedAt).not.toBe(before);
  });

  test('finds out that a sign-in was revoked before a runner does', async () => {
    const { id, account } = await connect(it);
    await it.control('PATCH', `/accounts/${account.username}`, { sessionsRevoked: true });
    await it.advance(tokenLifetimeSeconds - 600);
    await it.runTimer();
    expect(await read(it, id)).toMatchObject({
      status: 'needs_sign_in',
      failure: { code: 'grant_invalid', remedy: 'user', aadstsCode: 50173 },
    });
    expect(await refreshesDuring(() => it.runTimer())).toBe(0);
  });
});
