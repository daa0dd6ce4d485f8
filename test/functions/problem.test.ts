import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { asBrokerError, problemResponse } from '../../functions/problem.ts';
import { BrokerError, type ErrorCode, errorTable, remedies } from '../../shared/domain/errors.ts';
import { bodyOf, headersOf, textOf } from './support/answers.ts';
import { correlationId } from './support/requests.ts';

const answerTo = (error: BrokerError, tokenSent = false) => problemResponse(error, correlationId, tokenSent);
const rejected = new BrokerError('unauthenticated', 'The token has expired.');

describe('a problem document', () => {
  test('has the members of RFC 9457, the code, who can mend it and the correlation id', () => {
    const answer = answerTo(new BrokerError('connection_pending', 'Nobody has signed in yet.'));
    expect(answer.status).toBe(409);
    expect(headersOf(answer).get('content-type')).toBe('application/problem+json');
    expect(headersOf(answer).get('cache-control')).toBe('no-store');
    expect(bodyOf(answer)).toEqual({
      type: 'urn:connection-broker:problem:connection_pending',
      title: errorTable.connection_pending.title,
      status: 409,
      detail: 'Nobody has signed in yet.',
      code: 'connection_pending',
      remedy: 'user',
      correlationId,
    });
  });

  test('names each wrong field', () => {
    const fields = [{ field: 'access.0.principalId', message: 'Must not be empty.' }];
    const answer = answerTo(new BrokerError('invalid_request', 'Some fields are not valid.', { fields }));
    expect(bodyOf(answer).fields).toEqual(fields);
  });

  test('says how long to wait, in the header and in the document', () => {
    const answer = answerTo(new BrokerError('throttled', 'Wait.', { retryAfterSeconds: 17 }));
    expect(headersOf(answer).get('retry-after')).toBe('17');
    expect(bodyOf(answer).retryAfterSeconds).toBe(17);
  });

  test('says a short time where the trouble passes and nobody gave one, and none where it does not pass', () => {
    expect(headersOf(answerTo(new BrokerError('vault_unavailable', 'Wait.'))).get('retry-after')).toBe('2');
    expect(headersOf(answerTo(new BrokerError('grant_invalid', 'Over.'))).get('retry-after')).toBeNull();
  });

  test('says also that no time needs to pass', () => {
    const answer = answerTo(new BrokerError('throttled', 'Wait.', { retryAfterSeconds: 0 }));
    expect(headersOf(answer).get('retry-after')).toBe('0');
  });

  test('carries further members', () => {
    const members = { missingRole: 'Tokens.Read', aadstsCode: undefined };
    const answer = answerTo(new BrokerError('forbidden', 'A role is missing.', { members }));
    expect(bodyOf(answer)).toMatchObject({ missingRole: 'Tokens.Read' });
    expect(bodyOf(answer)).not.toHaveProperty('aadstsCode');
  });

  test('keeps its own members, whatever the further ones are called', () => {
    const standard = ['type', 'title', 'status', 'detail', 'code', 'remedy', 'correlationId'];
    const extras = { fields: [{ field: 'a', message: 'b' }], retryAfterSeconds: 3 };
    const members = Object.fromEntries(
      [...standard, 'fields', 'retryAfterSeconds'].map((name) => [name, 'forged']),
    );
    expect(textOf(answerTo(new BrokerError('throttled', 'Wait.', { ...extras, members })))).not.toContain(
      'forged',
    );
  });

  test('never tells the cause, however deep a secret lies in it', () => {
    const cause = new Error('hunter2', { cause: { password: 'hunter2' } });
    const answer = answerTo(new BrokerError('vault_unavailable', 'The vault does not answer.', { cause }));
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});

describe('the challenge of a 401', () => {
  const challengeOf = (error: BrokerError, tokenSent: boolean) =>
    headersOf(answerTo(error, tokenSent)).get('www-authenticate');

  test('is the bare scheme for a request without a token', () => {
    expect(challengeOf(rejected, false)).toBe('Bearer');
  });

  test('tells what is wrong with a token that was sent', () => {
    expect(challengeOf(rejected, true)).toBe(
      'Bearer error="invalid_token", error_description="The token has expired."',
    );
  });

  test('has no character that could break out of the header or of its quotes', () => {
    const hostile = new BrokerError('unauthenticated', 'a"b\\c\r\nSet-Cookie: d=1\u0000é€😀');
    const challenge = challengeOf(hostile, true) ?? '';
    expect(challenge).toMatch(/^Bearer error="invalid_token", error_description="[ !#-[\]-~]*"$/);
    expect(challenge).toContain('a b c');
  });

  test('stands in no other answer', () => {
    for (const code of Object.keys(errorTable) as ErrorCode[]) {
      const isChallenged = headersOf(answerTo(new BrokerError(code, 'x'), true)).has('www-authenticate');
      expect(isChallenged).toBe(errorTable[code].status === 401);
    }
  });
});

describe('whatever else was thrown', () => {
  test.each([
    ['an error', new TypeError('hunter2')],
    ['a text', 'hunter2'],
    ['an object', { password: 'hunter2' }],
    ['nothing', undefined],
  ])('%s becomes a mistake of the broker that tells nothing of it', (_what, thrown) => {
    const error = asBrokerError(thrown);
    expect(error.code).toBe('internal');
    expect(error.cause).toBe(thrown);
    expect(JSON.stringify(answerTo(error))).not.toContain('hunter2');
  });

  test("the broker's own errors stay what they are", () => {
    expect(asBrokerError(rejected)).toBe(rejected);
  });
});

describe('the table of errors', () => {
  const root = join(import.meta.dirname, '../..');
  const sources = ['functions', 'shared']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(folder, file),
      ),
    )
    .filter((file) => /\.tsx?$/.test(file) && file !== 'shared/domain/errors.ts')
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n');
  const rows = Object.entries(errorTable);

  test.each(rows)('%s has a status, a remedy and a title that is no sentence', (_code, row) => {
    expect(row.status).toBeGreaterThanOrEqual(400);
    expect(row.status).toBeLessThan(600);
    expect(remedies).toContain(row.remedy);
    expect(row.title).toMatch(/^[A-Z].*[^.!?\s]$/);
  });

  test('what passes by itself is a 503, and nothing else is', () => {
    for (const [, { status, remedy }] of rows) expect(status === 503).toBe(remedy === 'wait');
  });

  test('titles tell codes apart', () => {
    expect(new Set(rows.map(([, { title }]) => title)).size).toBe(rows.length);
  });

  test('every code that is thrown stands in it', () => {
    const thrown = [...sources.matchAll(/new BrokerError\(\s*'([^']+)'/g)].map(([, code]) => code);
    expect(thrown.length).toBeGreaterThan(20);
    expect(thrown.filter((code) => !Object.keys(errorTable).includes(code ?? ''))).toEqual([]);
  });

  test('every code in it is used somewhere', () => {
    const codes = rows.map(([code]) => code);
    expect(codes.filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
  });
});
