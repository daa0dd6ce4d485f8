import { SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { UnsecuredJWT } from 'jose';
import { createCertificate, type LocalCertificate } from '../certificate.ts';
import { createLocalClock } from '../clock.ts';
import { createCounters } from '../counters.ts';
import { createFaults } from '../faults.ts';
import type { LocalServer } from '../httpServer.ts';
import { startKeyVault } from './startKeyVault.ts';

const clock = createLocalClock();
const counters = createCounters();
const faults = createFaults();
let certificate: LocalCertificate;
let vault: LocalServer;
let audience = 'https://vault.azure.net';
let validSeconds = 3600;
const scopes: unknown[] = [];

function clientOf(server: LocalServer, retries = 0): SecretClient {
  const credential = {
    async getToken(scope: string | string[]) {
      scopes.push(scope);
      const expiresAt = Math.floor(Date.now() / 1000) + validSeconds;
      const token = new UnsecuredJWT({ aud: audience }).setExpirationTime(expiresAt).encode();
      return { token, expiresOnTimestamp: expiresAt * 1000 };
    },
  };
  return new SecretClient(server.origin, credential, {
    disableChallengeResourceVerification: true,
    tlsOptions: { ca: certificate.cert },
    retryOptions: { maxRetries: retries, retryDelayInMs: 1 },
  });
}

let client: SecretClient;
let lastName = 0;
const freshName = () => {
  lastName += 1;
  return `secret-${lastName}`;
};
const collect = async <T>(items: AsyncIterable<T>) => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
const failure = (status: number, code: string, innerCode?: string) => ({
  statusCode: status,
  details: { error: { code, ...(innerCode ? { innerError: { code: innerCode } } : {}) } },
});

beforeAll(async () => {
  certificate = await createCertificate();
  vault = await startKeyVault({ port: 0, tls: certificate, clock, faults, counters });
});
beforeEach(() => {
  audience = 'https://vault.azure.net';
  validSeconds = 3600;
  client = clientOf(vault);
});
afterAll(async () => {
  await vault.close();
  await certificate.remove();
});

describe('the challenge', () => {
  test('leads the client to a token for the vault', async () => {
    await client.setSecret(freshName(), 'v');
    expect(scopes.at(-1)).toEqual(['https://vault.azure.net/.default']);
  });

  test.each([
    ['another audience', 'https://graph.microsoft.com', 3600],
    ['an expired token', 'https://vault.azure.net', -10],
  ])('%s is 401', async (_what, wrongAudience, seconds) => {
    audience = wrongAudience;
    validSeconds = seconds;
    await expect(client.getSecret('x')).rejects.toMatchObject({ statusCode: 401 });
  });
});

describe('set and get', () => {
  test('every set makes a version; get answers the newest or the one asked for', async () => {
    const name = freshName();
    const first = await client.setSecret(name, 'one', { tags: { kind: 'test' }, contentType: 'text/plain' });
    const second = await client.setSecret(name, 'two');
    expect(first.properties.version).not.toBe(second.properties.version);
    expect((await client.getSecret(name)).value).toBe('two');
    const version = first.properties.version ?? '';
    expect(await client.getSecret(name, { version })).toMatchObject({
      name,
      value: 'one',
      properties: {
        version,
        tags: { kind: 'test' },
        contentType: 'text/plain',
        enabled: true,
        recoveryLevel: 'Recoverable+Purgeable',
        vaultUrl: vault.origin,
      },
    });
  });

  test('an expired secret can be read, a disabled one cannot', async () => {
    const name = freshName();
    const { properties } = await client.setSecret(name, 'v', { expiresOn: new Date(1000) });
    expect((await client.getSecret(name)).properties.expiresOn).toEqual(new Date(1000));
    const updated = await client.updateSecretProperties(name, properties.version ?? '', { enabled: false });
    expect(updated.enabled).toBe(false);
    await expect(client.getSecret(name)).rejects.toMatchObject(failure(403, 'Forbidden', 'SecretDisabled'));
  });

  test('times are those of the local clock', async () => {
    clock.advance(86_400);
    const { properties } = await client.setSecret(freshName(), 'v');
    expect((properties.createdOn?.getTime() ?? 0) - Date.now()).toBeGreaterThan(86_390_000);
  });

  test('refuses what Key Vault refuses', async () => {
    await expect(client.getSecret('missing')).rejects.toMatchObject(failure(404, 'SecretNotFound'));
    await expect(client.setSecret('under_score', 'v')).rejects.toMatchObject(failure(400, 'BadParameter'));
    await expect(client.setSecret('a'.repeat(128), 'v')).rejects.toMatchObject(failure(400, 'BadParameter'));
    const largest = 'x'.repeat(25 * 1024);
    await expect(client.setSecret(freshName(), largest)).resolves.toBeDefined();
    await expect(client.setSecret(freshName(), `${largest}x`)).rejects.toMatchObject(
      failure(400, 'BadParameter'),
    );
  });
});

describe('lists', () => {
  test('secrets and versions come in pages of 25', async () => {
    const name = freshName();
    for (let count = 0; count < 27; count += 1) await client.setSecret(name, String(count));
    const pages = await collect(client.listPropertiesOfSecretVersions(name).byPage());
    expect(pages.map((page) => page.length)).toEqual([25, 2]);
    for (let count = 0; count < 26; count += 1) await client.setSecret(`listed-${count}`, 'v');
    const secrets = await collect(client.listPropertiesOfSecrets());
    expect(new Set(secrets.map((secret) => secret.name)).size).toBe(secrets.length);
    expect(secrets.filter((secret) => secret.name.startsWith('listed-'))).toHaveLength(26);
    expect(secrets.every((secret) => secret.version === undefined)).toBe(true);
  });
});

describe('soft delete', () => {
  test('keeps the name taken until it is purged', async () => {
    const name = freshName();
    await client.setSecret(name, 'v');
    const deleted = await (await client.beginDeleteSecret(name)).pollUntilDone();
    expect(deleted).toMatchObject({ name, recoveryId: `${vault.origin}/deletedsecrets/${name}` });
    await expect(client.getSecret(name)).rejects.toMatchObject(failure(404, 'SecretNotFound'));
    await expect(client.setSecret(name, 'w')).rejects.toMatchObject(
      failure(409, 'Conflict', 'ObjectIsDeletedButRecoverable'),
    );
    expect((await client.getDeletedSecret(name)).deletedOn).toBeInstanceOf(Date);
    expect((await collect(client.listDeletedSecrets())).map((secret) => secret.name)).toContain(name);
    await client.purgeDeletedSecret(name);
    await expect(client.getDeletedSecret(name)).rejects.toMatchObject(failure(404, 'SecretNotFound'));
    await expect(client.setSecret(name, 'w')).resolves.toBeDefined();
  });

  test('gives a secret back with its versions', async () => {
    const name = freshName();
    const { properties } = await client.setSecret(name, 'one');
    await client.setSecret(name, 'two');
    await client.beginDeleteSecret(name);
    await (await client.beginRecoverDeletedSecret(name)).pollUntilDone();
    expect((await client.getSecret(name)).value).toBe('two');
    expect((await client.getSecret(name, { version: properties.version ?? '' })).value).toBe('one');
  });

  test('ends after 90 days', async () => {
    const name = freshName();
    await client.setSecret(name, 'v');
    await client.beginDeleteSecret(name);
    clock.advance(91 * 86_400);
    await expect(client.getDeletedSecret(name)).rejects.toMatchObject(failure(404, 'SecretNotFound'));
  });
});

test('a backup restores every version', async () => {
  const name = freshName();
  await client.setSecret(name, 'kept');
  const backup = await client.backupSecret(name);
  await client.beginDeleteSecret(name);
  await client.purgeDeletedSecret(name);
  await client.restoreSecretBackup(backup ?? new Uint8Array());
  expect((await client.getSecret(name)).value).toBe('kept');
});

test('more than 300 sets within ten seconds are 429 with Retry-After', async () => {
  const limits = { sets: 3, others: 5, windowMilliseconds: 700 };
  const small = await startKeyVault({ port: 0, tls: certificate, clock, faults, counters, limits });
  try {
    const impatient = clientOf(small);
    for (let count = 0; count < 3; count += 1) await impatient.setSecret('x', 'v');
    const refused = await impatient.setSecret('x', 'v').catch((error: unknown) => error);
    expect(refused).toMatchObject(failure(429, 'Throttled'));
    expect(
      (refused as { response: { headers: Map<string, string> } }).response.headers.get('retry-after'),
    ).toBe('1');
    expect((await impatient.getSecret('x')).value).toBe('v');
    await expect(clientOf(small, 3).setSecret('x', 'later')).resolves.toBeDefined();
  } finally {
    await small.close();
  }
});

test('counts operations and plays faults, but not on the challenge', async () => {
  const name = freshName();
  const before = counters.snapshot().keyVault;
  faults.add({ service: 'keyVault', match: { operation: 'set' }, answer: { status: 503 }, times: 1 });
  await expect(client.setSecret(name, 'v')).rejects.toMatchObject({ statusCode: 503 });
  await client.setSecret(name, 'v');
  await client.getSecret(name);
  const after = counters.snapshot().keyVault;
  expect((after.set ?? 0) - (before.set ?? 0)).toBe(2);
  expect((after.get ?? 0) - (before.get ?? 0)).toBe(1);
});
