import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type BrokerProcess, type BrokerProcessOptions, startBrokerProcess } from '../brokerProcess.ts';
import { createLocalClock } from '../clock.ts';
import { rawRequest } from './rawRequest.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options: Partial<BrokerProcessOptions> = {}): Promise<BrokerProcess> {
  const host = await startBrokerProcess({
    appDirectory: join(import.meta.dirname, 'probeApp'),
    port: 0,
    environment: { AzureWebJobsDisableHomepage: 'true' },
    clock: createLocalClock(),
    schedule: false,
    ...options,
  });
  cleanups.push(() => host.stop());
  return host;
}

async function startApp(files: Record<string, string>): Promise<BrokerProcess> {
  const appDirectory = await mkdtemp(join(tmpdir(), 'probe-app-'));
  cleanups.push(() => rm(appDirectory, { recursive: true }));
  const defaults = { 'host.json': '{"version":"2.0"}', 'package.json': '{"main":"app.cjs"}' };
  for (const [name, content] of Object.entries({ ...defaults, ...files })) {
    await writeFile(join(appDirectory, name), content);
  }
  return start({ appDirectory });
}

const library = JSON.stringify(join(process.cwd(), 'node_modules', '@azure', 'functions'));

describe('the application', () => {
  test('that throws while loading leaves a host that answers 404 and says why in its log', async () => {
    const host = await startApp({ 'app.cjs': 'throw new Error("no configuration")' });
    expect((await rawRequest(host.port, '/api/x')).status).toBe(404);
    expect(host.logLines().join('\n')).toContain('no configuration');
  });

  test('has its routes under /api unless host.json says otherwise', async () => {
    const host = await startApp({
      'app.cjs': `require(${library}).app.get('hello', () => ({ body: 'hi' }))`,
    });
    expect((await rawRequest(host.port, '/api/hello')).text).toBe('hi');
    expect((await rawRequest(host.port, '/hello')).status).toBe(404);
  });

  test('with a leading slash in a route under a prefix makes every request 503', async () => {
    const host = await startApp({
      'app.cjs': `const { app } = require(${library});
        app.get('hello', () => ({ body: 'hi' }));
        app.http('slash', { route: '/slash', handler: () => ({}) });`,
    });
    expect((await rawRequest(host.port, '/api/hello')).status).toBe(503);
  });

  test('shows the home page of the host at / unless that is disabled', async () => {
    const host = await start({ environment: {} });
    expect((await rawRequest(host.port, '/')).text).toContain('up and running');
    const other = await start();
    expect((await rawRequest(other.port, '/')).text).toBe('home');
  });
});

describe('the worker', () => {
  test('dies of an unhandled rejection, fails what is open, and comes back', async () => {
    const host = await start();
    await sleep(1000);
    const open = rawRequest(host.port, '/slow');
    await rawRequest(host.port, '/rejectslater');
    expect((await open).status).toBe(500);
    await sleep(500);
    const again = await rawRequest(host.port, '/noop');
    expect([again.status, again.text]).toEqual([200, 'ok']);
    expect(host.logLines().join('\n')).toContain('floating');
  });

  test('is killed and started anew on the same port', async () => {
    const host = await start();
    const open = rawRequest(host.port, '/slow').catch(() => 'cut');
    await sleep(50);
    await host.restart();
    expect(await open).toBe('cut');
    expect((await rawRequest(host.port, '/noop')).status).toBe(200);
  });
});

describe('the clock', () => {
  const shiftOf = async (host: BrokerProcess) => {
    const time = (await rawRequest(host.port, '/time')).json();
    expect(time).toMatchObject({ called: 'string', instance: true, subclass: true, fixed: 2026 });
    expect(Math.abs(Date.parse(String(time.constructed)) - Number(time.now))).toBeLessThan(1000);
    return Math.abs(Math.round((Number(time.now) - Date.now()) / 10_000) * 10);
  };

  test('is moved from outside, and stays moved after a restart', async () => {
    const clock = createLocalClock();
    const host = await start({ clock });
    expect(await shiftOf(host)).toBe(0);
    clock.advance(7200);
    await host.advance(7200);
    expect(await shiftOf(host)).toBe(7200);
    await host.restart();
    expect(await shiftOf(host)).toBe(7200);
  });
});

describe('timers', () => {
  test('run when they are told to and hand back what they return', async () => {
    const host = await start();
    expect(await host.runTimer('tick')).toMatchObject({
      runs: 1,
      isPastDue: false,
      last: expect.stringMatching(/^0001-/),
    });
    expect(await host.runTimer('tick')).toMatchObject({ runs: 2, last: expect.stringMatching(/^20/) });
    await expect(host.runTimer('failing')).rejects.toThrow('timer failed');
    await expect(host.runTimer('missing')).rejects.toThrow('missing');
  });

  test('are started through the admin endpoint, which answers 202 even when they fail', async () => {
    const host = await start();
    const post = async (path: string, type: string) =>
      (await rawRequest(host.port, path, { method: 'POST', headers: ['Content-Type', type], body: '{}' }))
        .status;
    expect(await post('/admin/functions/failing', 'application/json')).toBe(202);
    expect(await post('/admin/functions/tick', 'text/plain')).toBe(415);
    expect(await post('/admin/functions/missing', 'application/json')).toBe(404);
  });

  test('run by their schedule, unless it is off', async () => {
    const environment = { PROBE_SCHEDULE: '* * * * * *' };
    const scheduled = await start({ schedule: true, environment });
    const still = await start({ schedule: false, environment });
    await sleep(2100);
    const run = async (host: BrokerProcess) => (await host.runTimer('tick')) as { runs: number };
    expect((await run(scheduled)).runs).toBeGreaterThanOrEqual(2);
    expect(await run(still)).toEqual({ runs: 1, isPastDue: false, last: null });
  });
});
