import type { TableClient, TransactionAction } from '@azure/data-tables';
import { BrokerError } from '../../domain/errors.ts';
import { attempt, type Deadline, type Repeat } from '../azureCalls/attempt.ts';
import type { Entity, Row } from './columns.ts';
import { isConflict, isMissingRow, isMissingTable } from './failures.ts';
import type { Place } from './keys.ts';
import { withDeletionEtags } from './transactionBody.ts';

/** One conditional write of one row. */
export type RowChange =
  | { readonly kind: 'create'; readonly entity: Entity }
  | { readonly kind: 'replace'; readonly entity: Entity; readonly etag: string }
  | { readonly kind: 'delete'; readonly place: Place; readonly etag: string };

export interface RowPage {
  readonly rows: readonly Row[];
  /** Opaque; undefined on the last page. */
  readonly next?: string;
}

/**
 * A table that comes into being when it is first missed. Conditional writes are sent again only after an
 * answer that says they were not carried out (429, 503) or when nothing was sent: so a conflict is never one
 * with ourselves, and a lost answer is reported as such, its outcome unknown.
 */
export interface Table {
  read(place: Place, until: Deadline): Promise<Row | undefined>;
  /** All of the changes or none; the new ETags in their order, or undefined where something moved. */
  change(
    changes: readonly RowChange[],
    until: Deadline,
  ): Promise<readonly (string | undefined)[] | undefined>;
  /** Writes the row whatever is there. */
  put(entity: Entity, until: Deadline): Promise<void>;
  /**
   * Deletes the row while it is at this ETag (`*`: whatever it is at); one that moved or is gone stays as it
   * is.
   */
  remove(place: Place, etag: string, until: Deadline): Promise<void>;
  page(filter: string, options: { limit: number; after?: string }, until: Deadline): Promise<RowPage>;
}

/** The service answers at most this many rows at once. */
const largestPage = 1000;

function asAction(change: RowChange): TransactionAction {
  if (change.kind === 'create') return ['create', change.entity];
  if (change.kind === 'delete') return ['delete', { ...change.place }];
  return ['update', change.entity, 'Replace', { etag: change.etag }];
}

async function changeOne(client: TableClient, change: RowChange, abortSignal: AbortSignal) {
  if (change.kind === 'create') return [(await client.createEntity(change.entity, { abortSignal })).etag];
  if (change.kind === 'replace') {
    const { entity, etag } = change;
    return [(await client.updateEntity(entity, 'Replace', { etag, abortSignal })).etag];
  }
  const { place, etag } = change;
  await client.deleteEntity(place.partitionKey, place.rowKey, { etag, abortSignal });
  return [undefined];
}

async function changeAll(client: TableClient, changes: readonly RowChange[], abortSignal: AbortSignal) {
  const etags = changes.flatMap((change) => (change.kind === 'delete' ? [change.etag] : []));
  const answer = await withDeletionEtags(etags, () =>
    client.submitTransaction(changes.map(asAction), { abortSignal }),
  );
  return changes.map((_change, index) => answer.subResponses[index]?.etag);
}

function continuationFrom(after: string): string {
  const token = Buffer.from(after, 'base64url').toString('utf8');
  try {
    const decoded: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
    if (typeof decoded === 'object' && decoded !== null) return token;
  } catch {
    // Told below, like everything else that is no continuation.
  }
  throw new BrokerError('invalid_request', 'The continuation is not one that this broker gave out.', {
    fields: [{ field: 'after', message: 'Send the value of "next" from the page before, unchanged.' }],
  });
}

/** @see https://learn.microsoft.com/en-us/rest/api/storageservices/table-service-rest-api */
export function createTable(client: TableClient): Table {
  let creation: Promise<void> | undefined;

  function create(until: Deadline): Promise<void> {
    creation ??= attempt(until, 'any', (abortSignal) => client.createTable({ abortSignal })).finally(() => {
      creation = undefined;
    });
    return creation;
  }

  async function call<T>(
    until: Deadline,
    repeat: Repeat,
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    try {
      return await attempt(until, repeat, send);
    } catch (error) {
      if (!isMissingTable(error)) throw error;
    }
    await create(until);
    return attempt(until, repeat, send);
  }

  return {
    async read(place, until) {
      try {
        return await call(until, 'any', (abortSignal) =>
          client.getEntity<Record<string, unknown>>(place.partitionKey, place.rowKey, { abortSignal }),
        );
      } catch (error) {
        if (isMissingRow(error)) return undefined;
        throw error;
      }
    },
    async change(changes, until) {
      const [first, ...others] = changes;
      if (first === undefined) return [];
      try {
        return await call(until, 'refused', (signal) =>
          others.length === 0 ? changeOne(client, first, signal) : changeAll(client, changes, signal),
        );
      } catch (error) {
        if (isConflict(error)) return undefined;
        throw error;
      }
    },
    async put(entity, until) {
      await call(until, 'any', (abortSignal) => client.upsertEntity(entity, 'Replace', { abortSignal }));
    },
    async remove(place, etag, until) {
      try {
        await call(until, 'any', (abortSignal) =>
          client.deleteEntity(place.partitionKey, place.rowKey, { etag, abortSignal }),
        );
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    },
    async page(filter, { limit, after }, until) {
      const continuation = after === undefined ? {} : { continuationToken: continuationFrom(after) };
      const maxPageSize = Math.max(1, Math.min(limit, largestPage));
      const first = await call(until, 'any', (abortSignal) =>
        client
          .listEntities<Record<string, unknown>>({ queryOptions: { filter }, abortSignal })
          .byPage({ maxPageSize, ...continuation })
          .next(),
      );
      if (first.done === true) return { rows: [] };
      const rows: readonly Row[] = first.value;
      const token = first.value.continuationToken;
      return token === undefined ? { rows } : { rows, next: Buffer.from(token).toString('base64url') };
    },
  };
}
