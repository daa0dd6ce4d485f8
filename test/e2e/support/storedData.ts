import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import type { CloudUnderTest } from './cloudUnderTest.ts';

/** Every secret the vault holds: client secrets, refresh tokens, the sealing key. */
export async function vaultSecrets(test: CloudUnderTest): Promise<string[]> {
  const vaultUrl = test.cloud.settings.KEY_VAULT_URL ?? '';
  const headers = await bearer(test, 'https://vault.azure.net');
  const values: string[] = [];
  let next: string | null = `${vaultUrl}/secrets?api-version=7.5`;
  while (next !== null) {
    const list = JSON.parse((await send(test, next, headers)).text);
    for (const { id, attributes } of list.value) {
      if (attributes?.enabled === false) continue;
      const secret = await send(test, `${id}?api-version=7.5`, headers);
      values.push(JSON.parse(secret.text).value);
    }
    next = list.nextLink;
  }
  return values;
}

/** Writes a secret into the vault, as whoever runs the deployment would. */
export async function setVaultSecret(test: CloudUnderTest, name: string, value: string): Promise<void> {
  const headers = await bearer(test, 'https://vault.azure.net');
  const url = `${test.cloud.settings.KEY_VAULT_URL}/secrets/${name}?api-version=7.5`;
  const content = { ...headers, 'content-type': 'application/json' };
  await send(test, url, content, JSON.stringify({ value }));
}

/** Every row of every table, as text. */
export async function tableRows(test: CloudUnderTest): Promise<string[]> {
  const url = test.cloud.settings.TABLES_URL ?? '';
  const headers = {
    ...(await bearer(test, 'https://storage.azure.com')),
    accept: 'application/json;odata=nometadata',
    'x-ms-version': '2019-02-02',
  };
  const tables = JSON.parse((await send(test, `${url}/Tables`, headers)).text).value;
  const rows: string[] = [];
  for (const { TableName } of tables) {
    let query = '';
    do {
      const page = await send(test, `${url}/${TableName}()?${query}`, headers);
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

/** Sends a GET, or with a body a PUT; rejects unless it is answered with 200. */
function send({ cloud }: CloudUnderTest, url: string, headers: Record<string, string>, body?: string) {
  const ca = readFileSync(cloud.settings.NODE_EXTRA_CA_CERTS ?? '');
  return new Promise<{ text: string; headers: Record<string, string | string[] | undefined> }>(
    (resolve, reject) => {
      const sent = request(url, { ca, headers, method: body === undefined ? 'GET' : 'PUT' }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          if (response.statusCode === 200) resolve({ text, headers: response.headers });
          else reject(new Error(`${new URL(url).pathname} answered ${response.statusCode}: ${text}`));
        });
      });
      sent.on('error', reject).end(body);
    },
  );
}
