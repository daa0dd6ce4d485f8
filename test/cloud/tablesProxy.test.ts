import { TableClient, type TransactionAction } from '@azure/data-tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalAzurite, startAzurite } from './azurite.ts';
import { createCertificate, type LocalCertificate } from './certificate.ts';
import { createCounters } from './counters.ts';
import { createFaults } from './faults.ts';
import type { LocalServer } from './httpServer.ts';
import { createManagedIdentity } from './identityEndpoint.ts';
import { startTablesProxy } from './tablesProxy.ts';

const faults = createFaults();
const counters = createCounters();
let certificate: LocalCertificate;
let azurite: LocalAzurite;
let proxy: LocalServer;
let table: TableClient;

beforeAll(async () => {
  certificate = await createCertificate();
  azurite = await startAzurite(certificate);
  proxy = await startTablesProxy({
    port: 0,
    tls: certificate,
    tablePort: azurite.tablePort,
    faults,
    counters,
  });
  const identity = await createManagedIdentity({ tenantId: crypto.randomUUID() });
  const credential = {
    getToken: async () => ({
      token: await identity.issueToken('https://storage.azure.com'),
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  };
  table = new TableClient(`https://127.0.0.1:${proxy.port}/devstoreaccount1`, 'probe', credential, {
    tlsOptions: { ca: certificate.cert },
    retryOptions: { maxRetries: 0 },
  });
  await table.createTable();
});
afterAll(async () => {
  await proxy.close();
  await azurite.close();
  await certificate.remove();
});

const countDuring = async (work: () => Promise<unknown>) => {
  const before = counters.snapshot().tables;
  await work();
  const after = counters.snapshot().tables;
  return { read: after.read - before.read, write: after.write - before.write };
};
const entity = (rowKey: string) => ({ partitionKey: 'p', rowKey, value: 1 });

test('reads and writes pass through and are counted', async () => {
  expect(await countDuring(() => table.createEntity(entity('one')))).toEqual({ read: 0, write: 1 });
  expect(await countDuring(() => table.getEntity('p', 'one'))).toEqual({ read: 1, write: 0 });
  await expect(table.createEntity(entity('one'))).rejects.toMatchObject({ statusCode: 409 });
  await expect(
    table.updateEntity(entity('one'), 'Replace', { etag: 'W/"datetime\'2020\'"' }),
  ).rejects.toMatchObject({ statusCode: 412 });
});

test('a transaction is one write, and none of it happens when a part fails', async () => {
  const actions = Array.from(
    { length: 100 },
    (_, index): TransactionAction => ['create', entity(`t${index}`)],
  );
  expect(await countDuring(() => table.submitTransaction(actions))).toEqual({ read: 0, write: 1 });
  await expect(
    table.submitTransaction([
      ['create', entity('new')],
      ['create', entity('t1')],
    ]),
  ).rejects.toMatchObject({ statusCode: 409 });
  await expect(table.getEntity('p', 'new')).rejects.toMatchObject({ statusCode: 404 });
});

test('faults are played on the operation they name', async () => {
  faults.add({ service: 'tables', match: { operation: 'write' }, answer: { status: 503 }, times: 1 });
  await expect(table.getEntity('p', 'one')).resolves.toBeDefined();
  await expect(table.upsertEntity(entity('one'))).rejects.toMatchObject({ statusCode: 503 });
  faults.add({ service: 'tables', answer: { drop: true }, times: 1 });
  await expect(table.getEntity('p', 'one')).rejects.toMatchObject({ code: 'ECONNRESET' });
  await expect(table.getEntity('p', 'one')).resolves.toBeDefined();
});

test('many reads at once', async () => {
  const reads = Array.from({ length: 500 }, () => table.getEntity('p', 'one'));
  expect(await Promise.all(reads)).toHaveLength(500);
});
