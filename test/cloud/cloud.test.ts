import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalCloud, startCloud } from './cloud.ts';

let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await startCloud({
    port: 0,
    brokers: 2,
    appDirectory: join(import.meta.dirname, 'probeBroker'),
  });
});
afterAll(() => cloud.close());

const call = async (method: string, path: string, body?: unknown) => {
  const init: RequestInit = { method };
  if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${cloud.controlUrl}${path}`, init);
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined;
  return { status: response.status, text, json };
};

describe('the summary', () => {
  test('names everything that the JSON line promises', () => {
    const summary = JSON.parse(JSON.stringify(cloud.summary()));
    const caller = { principalId: expect.any(String), accessToken: expect.any(String) };
    const app = {
      clientId: expect.any(String),
      clientSecret: expect.any(String),
      tenantId: expect.any(String),
    };
    expect(summary).toEqual({
      brokerUrl: expect.stringMatching(/^http:\/\/localhost:\d+$/),
      controlUrl: expect.stringMatching(/^http:\/\/localhost:\d+$/),
      callers: { manager: caller, creator: caller, runner: caller, stranger: caller },
      accounts: expect.any(Array),
      apps: { office365: app, 'usgov-l4': app, 'usgov-l5': app, china: app },
      seededConnectionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test('has accounts in every environment, the operator among them, and a tenant for each', () => {
    expect(new Set(cloud.accounts.map(({ environment }) => environment)).size).toBe(4);
    expect(new Set(cloud.accounts.map(({ tenantId }) => tenantId)).size).toBe(4);
    expect(cloud.accounts.some(({ username }) => username.startsWith('operator@'))).toBe(true);
  });
});

describe('the control endpoint', () => {
  test('counts what the services have served', async () => {
    const { json } = await call('GET', '/counters');
    expect(json).toMatchObject({
      entra: { authorize: 1, token: { authorization_code: 1 } },
      keyVault: { set: 1, get: 1 },
      graph: 0,
    });
    expect(json.tables.read).toBeGreaterThan(0);
    expect(json.tables.write).toBeGreaterThan(0);
  });

  test('moves the clock of every broker and of the services, also over a restart', async () => {
    const ahead = async () =>
      Promise.all(
        cloud.brokers.map(async ({ origin }) => {
          const { now } = (await (await fetch(`${origin}/now`)).json()) as { now: number };
          return Math.round((now - Date.now()) / 10_000) * 10;
        }),
      );
    expect((await call('POST', '/clock', { advanceSeconds: 3600 })).status).toBe(200);
    expect(await ahead()).toEqual([3600, 3600]);
    expect(cloud.clock.offsetMilliseconds()).toBe(3_600_000);
    expect((await call('POST', '/restart')).status).toBe(200);
    expect(await ahead()).toEqual([3600, 3600]);
  });

  test('runs the timer', async () => {
    expect(await call('POST', '/timer')).toMatchObject({ status: 200, json: { refreshed: 0, failed: 0 } });
  });

  test('adds and removes faults', async () => {
    const fault = { service: 'entra', answer: { aadsts: 7000222 }, times: 1 };
    const { status, json } = await call('POST', '/faults', fault);
    expect(status).toBe(201);
    expect((await call('DELETE', `/faults/${json.id}`)).status).toBe(204);
    expect((await call('DELETE', `/faults/${json.id}`)).status).toBe(404);
    expect((await call('DELETE', '/faults')).status).toBe(204);
  });

  test('adds and removes secrets and patches accounts', async () => {
    const { clientId } = cloud.apps.china;
    expect((await call('POST', `/apps/${clientId}/secrets`, { clientSecret: 'other-1234' })).status).toBe(
      201,
    );
    expect((await call('DELETE', `/apps/${clientId}/secrets/1234`)).status).toBe(204);
    expect((await call('DELETE', `/apps/${clientId}/secrets/1234`)).status).toBe(404);
    const username = cloud.accounts[0]?.username ?? '';
    expect((await call('PATCH', `/accounts/${username}`, { disabled: false })).status).toBe(200);
    expect((await call('PATCH', `/accounts/${encodeURIComponent(username)}`, {})).status).toBe(200);
    expect((await call('PATCH', '/accounts/nobody@contoso.example', {})).status).toBe(404);
  });

  test('shows the log as text', async () => {
    expect((await call('GET', '/log')).status).toBe(200);
  });

  test.each<[method: string, path: string, body: unknown, status: number, message: string]>([
    ['POST', '/clock', { advanceSeconds: '1' }, 400, 'advanceSeconds'],
    ['POST', '/clock', {}, 400, 'advanceSeconds'],
    ['POST', '/clock', '{', 400, 'JSON'],
    ['POST', '/faults', { service: 'mail', answer: { drop: true } }, 400, 'service'],
    ['POST', '/faults', { service: 'graph', answer: {} }, 400, 'answer'],
    ['POST', '/faults', { service: 'graph', answer: { aadsts: 50173 } }, 400, 'answer.aadsts'],
    ['POST', '/faults', { service: 'graph', answer: { drop: true }, twice: 1 }, 400, 'twice'],
    ['PATCH', '/accounts/x', { consent: 'maybe' }, 400, 'consent'],
    ['POST', '/apps/x/secrets', { clientSecret: 'abcd' }, 404, 'no app x'],
    ['GET', '/nothing', undefined, 404, '/nothing'],
    ['DELETE', '/clock', undefined, 404, 'DELETE'],
  ])('%s %s with %j is %d and names what is wrong', async (method, path, body, status, message) => {
    const answer = await call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.json.error).toContain(message);
  });
});
