import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { expect } from '@jest/globals';
import type { CloudUnderTest } from './cloudUnderTest.ts';

/** Shapes that only secrets have here: JWTs, refresh tokens and codes of the local Entra, 40 opaque characters. */
const secretShape = /eyJ[\w-]{10,}\.|\b1\.A[\w-]{60,}|(?<![\w-])[\w-]{40,}(?![\w-])/;

/** Fails where the broker's log, its pages and errors, or the tables hold a secret in the open. */
export async function expectNoSecretsTold(test: CloudUnderTest): Promise<void> {
  const secrets = [...new Set([...test.secrets, ...(await vaultSecrets(test))])].filter(
    (text) => text.length > 8,
  );
  const { text: log } = await test.control('GET', '/log');
  expect(log).not.toBe('');
  expect(log.split('\n').filter((line) => secretShape.test(withoutFramework(line)))).toEqual([]);
  expect(leaks(secrets, log)).toEqual([]);
  expect(leaks(secrets, test.told.join('\n'))).toEqual([]);
  const rows = await tableRows(test);
  expect(rows.length).toBeGreaterThan(0);
  expect(leaks(secrets, rows.join('\n'))).toEqual([]);
  expect(rows.filter((row) => /eyJ[\w-]{10,}\.eyJ|\b1\.A[\w-]{60,}/.test(row))).toEqual([]);
}

function leaks(secrets: readonly string[], text: string): string[] {
  return secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret.slice(0, 4)}…`);
}

/** Stack frames name long files. */
const withoutFramework = (line: string) => line.replaceAll(/\(?(?:file:\/\/)?\/[^\s"')]+/g, '');

/** Every secret the vault holds: client secrets, refresh tokens, the sealing key. */
async function vaultSecrets(test: CloudUnderTest): Promise<string[]> {
  const vaultUrl = test.cloud.settings.KEY_VAULT_URL ?? '';
  const headers = await bearer(test, 'https://vault.azure.net');
  const values: string[] = [];
  let next: string | null = `${vaultUrl}/secrets?api-version=7.5`;
  while (next !== null) {
    const list = JSON.parse((await get(test, next, headers)).text);
    for (const { id, attributes } of list.value) {
      if (attributes?.enabled === false) continue;
      const secret = await get(test, `${id}?api-version=7.5`, headers);
      values.push(JSON.parse(secret.text).value);
    }
    next = list.nextLink;
  }
  expect(values.length).toBeGreaterThan(1);
  return values;
}

/** Every row of every table, as text. */
async function tableRows(test: CloudUnderTest): Promise<string[]> {
  const url = test.cloud.settings.TABLES_URL ?? '';
  const headers = {
    ...(await bearer(test, 'https://storage.azure.com')),
    accept: 'application/json;odata=nometadata',
    'x-ms-version': '2019-02-02',
  };
  const tables = JSON.parse((await get(test, `${url}/Tables`, headers)).text).value;
  const rows: string[] = [];
  for (const { TableName } of tables) {
    let query = '';
    do {
      const page = await get(test, `${url}/${TableName}()?${query}`, headers);
      rows.push(...JSON.parse(page.text).value.map((row: unknown) => JSON.stringify(row)));
      query = continuationOf(page.headers);
    } while (query !== '');
  }
  return rows;
}

function continuationOf(headers: Record<string, string | string[] | undefined>): string {
  const parameters = new URLSearchParams();
  for (const [header, name] of [
    ['x-ms-continuation-nextpartitionkey', 'NextPartitionKey'],
    ['x-ms-continuation-nextrowkey', 'NextRowKey'],
  ] as const) {
    const value = headers[header];
    if (typeof value === 'string' && value !== '') parameters.set(name, value);
  }
  return parameters.toString();
}

async function bearer({ cloud }: CloudUnderTest, resource: string): Promise<{ authorization: string }> {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER, MANAGED_IDENTITY_CLIENT_ID } = cloud.settings;
  const query = new URLSearchParams({
    'api-version': '2019-08-01',
    resource,
    client_id: MANAGED_IDENTITY_CLIENT_ID ?? '',
  });
  const answer = await fetch(`${IDENTITY_ENDPOINT}?${query}`, {
    headers: { 'x-identity-header': IDENTITY_HEADER ?? '' },
  });
  return { authorization: `Bearer ${(await answer.json()).access_token}` };
}

function get({ cloud }: CloudUnderTest, url: string, headers: Record<string, string>) {
  const ca = readFileSync(cloud.settings.NODE_EXTRA_CA_CERTS ?? '');
  return new Promise<{ text: string; headers: Record<string, string | string[] | undefined> }>(
    (resolve, reject) => {
      const sent = request(url, { ca, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          if (response.statusCode === 200) resolve({ text, headers: response.headers });
          else reject(new Error(`${new URL(url).pathname} answered ${response.statusCode}: ${text}`));
        });
      });
      sent.on('error', reject).end();
    },
  );
}
