import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createKeyVault } from '../../../../shared/adapters/keyVault/createKeyVault.ts';
import type { Vault } from '../../../../shared/ports.ts';
import { createCertificate, type LocalCertificate } from '../../../cloud/certificate.ts';
import { createLocalClock } from '../../../cloud/clock.ts';
import { createCounters } from '../../../cloud/counters.ts';
import { createFaults } from '../../../cloud/faults.ts';
import { type LocalServer, listen, readJson, sendJson } from '../../../cloud/httpServer.ts';
import { startKeyVault } from '../../../cloud/keyVault/startKeyVault.ts';
import { localCredential } from '../identity.ts';

const faults = createFaults();
const counters = createCounters();
let certificate: LocalCertificate;
let server: LocalServer;
let vault: Vault;

const open = async (vaultUrl: string, credential = localCredential()) =>
  createKeyVault({
    vaultUrl,
    credential: await credential,
    disableChallengeResourceVerification: true,
    tlsOptions: { ca: certificate.cert },
  });

beforeAll(async () => {
  certificate = await createCertificate();
  server = await startKeyVault({ port: 0, tls: certificate, clock: createLocalClock(), faults, counters });
  vault = await open(server.origin);
}, 60_000);
afterAll(async () => {
  await server.close();
  await certificate.remove();
});
afterEach(() => {
  faults.remove();
});

async function timed<T>(work: Promise<T>) {
  const began = performance.now();
  const [outcome] = await Promise.allSettled([work]);
  return { outcome, milliseconds: performance.now() - began };
}

const unavailable = (more: object = {}) => ({ name: 'BrokerError', code: 'vault_unavailable', ...more });

test.each([
  ['throttles', { status: 429, retryAfterSeconds: 30 }, 500, { retryAfterSeconds: 30 }],
  ['breaks', { status: 500 }, 2000, {}],
  [
    'refuses',
    { status: 403 },
    500,
    { code: 'deployment_misconfigured', message: expect.stringContaining('Key Vault Secrets Officer') },
  ],
  ['drops connections', { drop: true }, 2000, {}],
  ['hangs', { hangSeconds: 60 }, 5500, {}],
] as const)('a vault that %s is reported in time', async (_name, answer, most, error) => {
  faults.add({ service: 'keyVault', answer });
  const { outcome, milliseconds } = await timed(vault.get('some'));
  expect(outcome).toMatchObject({ status: 'rejected', reason: unavailable(error) });
  expect(milliseconds).toBeLessThan(most);
});

test('a vault that is busy for a moment is asked again', async () => {
  faults.add({ service: 'keyVault', answer: { status: 429 }, times: 1 });
  faults.add({ service: 'keyVault', answer: { drop: true }, times: 1 });
  const version = await vault.set('busy', 'value');
  expect(await vault.get('busy', version)).toEqual({ value: 'value', version });
});

test('a removal does not wait until the vault has finished', async () => {
  await vault.set('slow', 'value');
  faults.add({ service: 'keyVault', match: { operation: 'getDeleted' }, answer: { status: 404 } });
  const { outcome, milliseconds } = await timed(vault.remove('slow'));
  expect(outcome.status).toBe('fulfilled');
  expect(milliseconds).toBeLessThan(500);
});

test('a vault that nobody reaches is reported in time', async () => {
  const { outcome, milliseconds } = await timed((await open('https://localhost:1')).check());
  expect(outcome).toMatchObject({ status: 'rejected', reason: unavailable() });
  expect(milliseconds).toBeLessThan(2500);
});

test('an identity that hangs is reported in time, for all who wait behind it', async () => {
  const hanging = Promise.resolve({ getToken: () => new Promise<never>(() => undefined) });
  const stuck = await open(server.origin, hanging);
  const { outcome, milliseconds } = await timed(
    Promise.all([
      stuck.get('one'),
      timed(stuck.get('two')).then(({ outcome: other }) => expect(other.status).toBe('rejected')),
    ]),
  );
  expect(outcome).toMatchObject({ status: 'rejected', reason: unavailable() });
  expect(milliseconds).toBeLessThan(5500);
});

test('neither error nor cause holds the value', async () => {
  const answers = [
    { status: 400, body: 'private answer' },
    { status: 200, body: 'private answer' },
  ] as const;
  for (const answer of answers) {
    faults.add({ service: 'keyVault', answer, times: 1 });
    const { outcome } = await timed(vault.set('secret', 'private value'));
    expect(outcome).toMatchObject({ status: 'rejected', reason: unavailable() });
    expect(inspect(outcome, { depth: null, showHidden: true })).not.toContain('private');
  }
});

test('a first write keeps its value, however late its challenge comes', async () => {
  const values: unknown[] = [];
  let challenges = 0;
  const late = await listen(
    async (request, response) => {
      const body = (await readJson(request)) as { value?: string } | undefined;
      if (request.headers.authorization === undefined) {
        challenges += 1;
        if (challenges === 1) await sleep(300);
        const challenge =
          'Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"';
        response.writeHead(401, { 'www-authenticate': challenge }).end();
        return;
      }
      values.push(body?.value);
      sendJson(response, 200, {
        value: body?.value,
        id: `https://localhost/secrets/s/${values.length}`,
        attributes: {},
      });
    },
    { port: 0, tls: certificate },
  );
  const fresh = await open(late.origin);
  await Promise.all([fresh.set('one', 'first'), fresh.set('two', 'second')]);
  await late.close();
  expect(values.sort()).toEqual(['first', 'second']);
});
