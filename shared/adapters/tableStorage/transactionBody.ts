import { AsyncLocalStorage } from 'node:async_hooks';
import type { TableServiceClientOptions } from '@azure/data-tables';

type PolicyConfig = NonNullable<TableServiceClientOptions['additionalPolicies']>[number];

/** ETags of the deletions of the transaction being sent, in their order. */
const deletionEtags = new AsyncLocalStorage<readonly string[]>();

/** Sends a transaction whose n-th deletion holds only while its row is at the n-th of these ETags. */
export function withDeletionEtags<T>(etags: readonly string[], submit: () => Promise<T>): Promise<T> {
  return deletionEtags.run(etags, submit);
}

/**
 * The body of a transaction with the ETags in place of the `If-Match: *` of each DELETE part. Line separators
 * within JSON strings are escaped, because not every server takes them for anything but a new line.
 * @throws Error where the body is not of the shape that is known, rather than delete unconditionally.
 */
export function transactionBody(body: string, etags: readonly string[]): string {
  let seen = 0;
  const conditional = body.replace(
    /^(DELETE [^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*?If-Match: )\*(?=\r?\n)/gim,
    (_match, head: string) => {
      const etag = etags[seen];
      seen += 1;
      return `${head}${etag}`;
    },
  );
  if (seen !== etags.length)
    throw new Error('A transaction was not sent: its deletions could not be made conditional.');
  return conditional.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/**
 * The client's transactions delete unconditionally (`If-Match: *`) and take no ETag, though the service
 * honours one.
 * @see https://learn.microsoft.com/en-us/rest/api/storageservices/performing-entity-group-transactions
 */
export const conditionalDeletions: PolicyConfig = {
  position: 'perCall',
  policy: {
    name: 'conditionalDeletions',
    sendRequest(request, next) {
      const etags = deletionEtags.getStore();
      if (etags !== undefined && typeof request.body === 'string' && request.url.includes('/$batch')) {
        request.body = transactionBody(request.body, etags);
      }
      return next(request);
    },
  },
};
