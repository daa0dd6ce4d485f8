import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../cloud/faults.ts';
import { useCloud } from './support/cloudUnderTest.ts';
import {
  addAccount,
  addApp,
  connect,
  eventTypes,
  follow,
  newSecret,
  read,
  requestOf,
  start,
  token,
  tokenLifetimeSeconds,
} from './support/connections.ts';
import { expectProblem } from './support/failurePages.ts';

const it = useCloud();

/** A connection whose access token has ended, so that the next request has to refresh. */
async function connectAndExpire(more: Parameters<typeof connect>[1] = {}) {
  const connected = await connect(it, more);
  await token(it, connected.id);
  await it.advance(tokenLifetimeSeconds + 1);
  return connected;
}

async function refreshesDuring(act: () => Promise<unknown>): Promise<number> {
  const before = await it.tokenRequests('refresh_token');
  await act();
  return (await it.tokenRequests('refresh_token')) - before;
}

/** Runs with a fault in place and takes it away again. */
async function during<T>(fault: Fault, act: () => Promise<T>): Promise<T> {
  const remove = await it.fault(fault);
  try {
    return await act();
  } finally {
    await remove();
  }
}

const refreshFault = (clientId: string, answer: Fault['answer']): Fault => ({
  service: 'entra',
  match: { clientId, grantType: 'refresh_token' },
  answer,
});

describe('a client secret that has expired', () => {
  test('is one fault of the app: told as the operator’s, asked about once, and no connection is touched', async () => {
    const app = addApp(it);
    const [one, other] = [await connect(it, { app }), await connectAndExpire({ app })];
    const before = await read(it, one.id);
    const answers = await during(refreshFault(app.clientId, { aadsts: 7000222 }), async () => {
      const told: Awaited<ReturnType<typeof token>>[] = [];
      const refreshes = await refreshesDuring(async () => {
        for (const id of [one.id, one.id, other.id, other.id]) told.push(await token(it, id));
        await it.runTimer();
      });
      expect(refreshes).toBe(1);
      return told;
    });
    for (const answer of answers) {
      expectProblem(answer, 502, 'app_credential_rejected');
      expect(answer.body).toMatchObject({ remedy: 'operator', aadstsCode: 7000222 });
      expect(answer.body.detail).toMatch(/AADSTS7000222/);
    }
    const { updatedAt: _, ...kept } = before;
    expect(await read(it, one.id)).toMatchObject({ ...kept, nextRefreshAt: expect.any(String) });
    expect(await eventTypes(it, one.id)).toHaveLength(3);
  });

  test('is replaced by one that a sign-in has proven, and every connection of the app works again', async () => {
    const app = addApp(it);
    const expiring = newSecret();
    it.keepSecret(expiring);
    await it.control('POST', `/apps/${app.clientId}/secrets`, {
      clientSecret: expiring,
      expiresInSeconds: tokenLifetimeSeconds - 60,
    });
    const old = { ...app, clientSecret: expiring };
    const [one, other] = [await connect(it, { app: old }), await connectAndExpire({ app: old })];
    expectProblem(await token(it, one.id), 502, 'app_credential_rejected');
    expectProblem(await token(it, other.id), 502, 'app_credential_rejected');
    // The app's first secret is still good at Entra: another team's sign-in proves it.
    await connect(it, { app });
    expect((await token(it, one.id)).status).toBe(200);
    expect((await token(it, other.id)).status).toBe(200);
    expect(await read(it, one.id)).toMatchObject({ status: 'connected', grantGeneration: 1 });
  });

  test('is not mended by a sign-in whose new secret is wrong too', async () => {
    const app = addApp(it);
    const { id } = await connectAndExpire({ app });
    await it.control('DELETE', `/apps/${app.clientId}/secrets/${app.clientSecret.slice(-4)}`);
    const rejected = await token(it, id);
    expectProblem(rejected, 502, 'app_credential_rejected');
    expect(rejected.body.aadstsCode).toBe(7000215);
    const account = addAccount(it);
    const wrong = newSecret();
    const { connectLink } = await start(it, {
      ...requestOf(it, { ...app, clientSecret: wrong }, account),
    });
    expect((await follow(it, connectLink, account.username)).status).toBe(502);
    expect(await refreshesDuring(async () => expect((await token(it, id)).status).toBe(502))).toBe(0);
  });
});

describe('a sign-in that no longer counts', () => {
  test('needs the person: told with the AADSTS code, one event, and no further call', async () => {
    const { id, account } = await connectAndExpire();
    await it.control('PATCH', `/accounts/${account.username}`, { sessionsRevoked: true });
    const refreshes = await refreshesDuring(async () => {
      const answers = await Promise.all([1, 2, 3].map(() => token(it, id)));
      answers.push(await token(it, id));
      for (const answer of answers) {
        expectProblem(answer, 409, 'grant_invalid');
        expect(answer.body).toMatchObject({ remedy: 'user' });
        expect(answer.body.detail).toContain('AADSTS50173');
      }
      expect(answers.at(-1)?.body.failure).toMatchObject({ aadstsCode: 50173, at: expect.any(String) });
    });
    expect(refreshes).toBe(1);
    expect(await read(it, id)).toMatchObject({
      status: 'needs_sign_in',
      failure: { code: 'grant_invalid', remedy: 'user', aadstsCode: 50173 },
    });
    expect((await eventTypes(it, id)).filter((type) => type.endsWith('needs_sign_in'))).toHaveLength(1);
  });

  test('because the account was disabled', async () => {
    const { id, account } = await connectAndExpire();
    await it.control('PATCH', `/accounts/${account.username}`, { disabled: true });
    const answer = await token(it, id);
    expectProblem(answer, 409, 'grant_invalid');
    expect(answer.body.detail).toMatch(/disabled.*AADSTS50057/);
  });

  test('because the consent was taken back', async () => {
    const { id, account } = await connectAndExpire();
    await it.control('PATCH', `/accounts/${account.username}`, { consent: 'none' });
    const answer = await token(it, id);
    expectProblem(answer, 409, 'consent_required');
    expect(answer.body).toMatchObject({ remedy: 'user', aadstsCode: 65001 });
    expect((await read(it, id)).status).toBe('needs_sign_in');
  });
});

describe('trouble at Microsoft that passes', () => {
  test.each<[what: string, answer: Fault['answer']]>([
    ['a 503', { status: 503 }],
    ['a 200 without tokens', { status: 200, body: {} }],
    ['a 200 with half an answer', { status: 200, body: { token_type: 'Bearer', expires_in: 3599 } }],
    ['a web page with 502', { status: 502, body: '<html><h1>Bad Gateway</h1></html>' }],
    ['a web page with 200', { status: 200, body: '<html>Sign in to the guest network</html>' }],
    ['a 400 that says nothing', { status: 400, body: { error: 'something_new' } }],
    ['a dropped connection', { drop: true }],
    ['AADSTS90033', { aadsts: 90033 }],
  ])('%s is a 503 to wait for; the connection is unharmed and goes on by itself', async (_, answer) => {
    const { id, app } = await connectAndExpire();
    const failed = await during(refreshFault(app.clientId, answer), async () => {
      let told: Awaited<ReturnType<typeof token>> | undefined;
      expect(
        await refreshesDuring(async () => {
          told = await token(it, id);
        }),
      ).toBe(1);
      return told;
    });
    expect(failed).toBeDefined();
    if (failed === undefined) return;
    expectProblem(failed, 503, 'identity_unavailable');
    expect(failed.body.remedy).toBe('wait');
    expect(failed.text).not.toMatch(/Bad Gateway|guest network|something_new/);
    expect(await read(it, id)).toMatchObject({ status: 'connected', grantGeneration: 1 });
    expect((await token(it, id)).status).toBe(200);
  });

  test('with Retry-After, nobody asks before that time', async () => {
    const { id, app } = await connectAndExpire();
    const fault = refreshFault(app.clientId, { status: 503, retryAfterSeconds: 20 });
    const failed = await during(fault, () => token(it, id));
    expectProblem(failed, 503, 'identity_unavailable');
    expect([failed.headers.get('retry-after'), failed.body.retryAfterSeconds]).toEqual(['20', 20]);
    const refreshes = await refreshesDuring(async () => {
      const early = await token(it, id);
      expectProblem(early, 503, 'identity_unavailable');
      expect(early.body.retryAfterSeconds).toBeLessThanOrEqual(20);
      expect(early.body.retryAfterSeconds).toBeGreaterThan(15);
    });
    expect(refreshes).toBe(0);
    await it.advance(21);
    expect((await token(it, id)).status).toBe(200);
  });

  test('failure upon failure waits longer each time, and never longer than half an hour', async () => {
    const { id, app } = await connectAndExpire();
    const waits: number[] = [];
    await during(refreshFault(app.clientId, { status: 500 }), async () => {
      for (let failure = 1; failure <= 14; failure += 1) {
        await token(it, id);
        const early = await token(it, id);
        expect(early.status).toBe(503);
        waits.push(early.body.retryAfterSeconds ?? 0);
        await it.advance(1801);
      }
    });
    expect(Math.max(...waits)).toBeLessThanOrEqual(1800);
    expect(Math.max(...waits.slice(8))).toBeGreaterThan(Math.max(...waits.slice(0, 4)));
    expect((await token(it, id)).status).toBe(200);
  });
});

describe('trouble with vault or tables on the way of a refresh', () => {
  test.each<[service: 'keyVault' | 'tables', what: string, answer: Fault['answer']]>([
    ['keyVault', '429', { status: 429, retryAfterSeconds: 7 }],
    ['keyVault', '503', { status: 503 }],
    ['keyVault', 'a dropped connection', { drop: true }],
    ['tables', '503', { status: 503 }],
    ['tables', 'a 500', { status: 500 }],
    ['tables', 'a dropped connection', { drop: true }],
  ])(
    '%s: %s is a 503 that names it, Entra is not asked, and it goes on by itself',
    async (service, _, answer) => {
      const { id } = await connectAndExpire();
      const refreshes = await refreshesDuring(async () => {
        const told = await during({ service, answer }, () => token(it, id));
        expectProblem(told, 503, service === 'tables' ? 'storage_unavailable' : 'vault_unavailable');
        expect(told.body.remedy).toBe('wait');
      });
      expect(refreshes).toBe(0);
      expect((await token(it, id)).status).toBe(200);
      expect((await read(it, id)).status).toBe('connected');
    },
  );
});

test.each(['keyVault', 'tables'] as const)(
  '%s that refuses the broker is for its operator to mend',
  async (service) => {
    const { id } = await connectAndExpire();
    const told = await during({ service, answer: { status: 403 } }, () => token(it, id));
    expectProblem(told, 500, 'deployment_misconfigured');
    expect(told.body).toMatchObject({ remedy: 'operator', detail: expect.stringMatching(/role/) });
    expect((await token(it, id)).status).toBe(200);
  },
);

describe('a service that hangs', () => {
  /** Status, code and duration of a token request. */
  async function timed(fault: Fault, id: string) {
    const startedAt = performance.now();
    const answer = await during(fault, () => token(it, id));
    return { answer, seconds: (performance.now() - startedAt) / 1000 };
  }

  test('is given up in time, and the connection goes on afterwards', async () => {
    const [one, other] = [await connect(it), await connectAndExpire()];
    const before = await it.tokenRequests('refresh_token');
    const hanging = timed(refreshFault(one.app.clientId, { hangSeconds: 60 }), one.id);
    while ((await it.tokenRequests('refresh_token')) === before)
      await new Promise((go) => setTimeout(go, 20));
    // Both take five seconds, which pass while Entra hangs.
    const tables = await timed({ service: 'tables', answer: { hangSeconds: 60 } }, other.id);
    const vault = await timed({ service: 'keyVault', answer: { hangSeconds: 60 } }, other.id);
    const entra = await hanging;
    expectProblem(tables.answer, 503, 'storage_unavailable');
    expectProblem(vault.answer, 503, 'vault_unavailable');
    expectProblem(entra.answer, 503, 'identity_unavailable');
    expect(entra.answer.body.detail).toMatch(/in time/);
    expect(entra.seconds).toBeGreaterThan(9);
    expect(entra.seconds).toBeLessThan(12.5);
    expect(Math.max(tables.seconds, vault.seconds)).toBeLessThan(8);
    await it.advance(5);
    expect((await token(it, one.id)).status).toBe(200);
    expect((await token(it, other.id)).status).toBe(200);
  }, 40_000);
});
