import { expect, test } from '@jest/globals';
import { transactionBody } from '../../../../shared/adapters/tableStorage/transactionBody.ts';

const part = (request: string, ...headers: string[]) =>
  ['--changeset_1', 'content-type: application/http', '', `${request} HTTP/1.1`, ...headers, '', ''].join(
    '\r\n',
  );
const put = `${part("PUT https://a/t(PartitionKey='p',RowKey='r')", 'If-Match: "kept"')}{"cause":"DELETE x\\r\\nIf-Match: *"}\r\n`;
const deletion = (row: string) => part(`DELETE https://a/t(RowKey='${row}')`, 'Accept: x', 'If-Match: *');

test('each deletion gets its own ETag and nothing else changes', () => {
  const body = put + deletion('a') + put + deletion('b');
  const expected = put + deletion('a').replace('*', 'W/"1"') + put + deletion('b').replace('*', 'W/"2"');
  expect(transactionBody(body, ['W/"1"', 'W/"2"'])).toBe(expected);
  expect(transactionBody(put, [])).toBe(put);
});

test('a transaction whose deletions cannot be found is refused', () => {
  expect(() => transactionBody(put, ['W/"1"'])).toThrow('could not be made conditional');
  expect(() => transactionBody(deletion('a'), [])).toThrow('could not be made conditional');
});

test('line separators are escaped', () => {
  expect(transactionBody('{"a":"\u2028\u2029"}', [])).toBe('{"a":"\\u2028\\u2029"}');
});
