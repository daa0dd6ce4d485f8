import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { authorizationHint } from '../../domain/indexing.ts';
import type { Clock, Store } from '../../ports.ts';
import { createCollection } from './collection.ts';
import { createConnectionRows } from './connectionRows.ts';
import { appColumns, authorizationColumns } from './entities.ts';
import { answering } from './failures.ts';
import { createDueIndex } from './indexTables.ts';
import { createTable } from './table.ts';
import { conditionalDeletions } from './transactionBody.ts';

export interface TableStoreOptions {
  /** `https://{account}.table.{storage suffix of the cloud}`, as the deployment's outputs give it. */
  readonly tablesUrl: string;
  readonly credential: TokenCredential;
  /** Tells the bucket that a hint from the past goes into. */
  readonly clock: Clock;
  /** Letters and digits in front of each table's name, beginning with a letter. */
  readonly tablePrefix?: string;
  /** Trust for a server whose certificate the machine does not know. */
  readonly tlsOptions?: TableServiceClientOptions['tlsOptions'];
}

/**
 * The Store over Azure Table storage. Each method ends within five seconds; tables come into being when first
 * missed.
 * @see https://learn.microsoft.com/en-us/azure/storage/tables/table-storage-design
 */
export function createTableStore(options: TableStoreOptions): Store {
  const { tablesUrl, credential, clock, tablePrefix = '', tlsOptions } = options;
  const open = (name: string) =>
    createTable(
      new TableClient(tablesUrl, `${tablePrefix}${name}`, credential, {
        retryOptions: { maxRetries: 0 },
        additionalPolicies: [conditionalDeletions],
        ...(tlsOptions === undefined ? {} : { tlsOptions }),
      }),
    );
  const tables = {
    connections: open('connections'),
    index: open('index'),
    due: open('due'),
    apps: open('apps'),
  };
  return {
    ...createConnectionRows(tables, clock),
    apps: createCollection({ table: tables.apps, columns: appColumns, keyOf: (app) => app.key }),
    authorizations: createCollection({
      table: open('authorizations'),
      columns: authorizationColumns,
      keyOf: (authorization) => authorization.id,
      due: { table: tables.due, clock, hintOf: authorizationHint },
    }),
    ...createDueIndex(tables.due),
    check: () =>
      answering(async (until) => void (await tables.apps.page("PartitionKey eq '!'", { limit: 1 }, until))),
  };
}
