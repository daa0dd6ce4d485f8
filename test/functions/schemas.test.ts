import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type * as z from 'zod';
import { check } from '../../functions/input.ts';
import {
  accessList,
  clientSecret,
  confirmSchema,
  connectionName,
  connectQuery,
  eventsQuery,
  listQuery,
  noQuery,
  pageQuery,
  patchSchema,
  principalId,
  signInQuery,
  startSchema,
  tokenQuery,
} from '../../functions/schemas.ts';
import { BrokerError } from '../../shared/domain/errors.ts';

/** `field: message` of each problem; empty where the value is taken. */
function problemsOf(schema: z.ZodType, value: unknown): string[] {
  try {
    check(schema, value);
    return [];
  } catch (error) {
    if (error instanceof BrokerError) return error.fields.map(({ field, message }) => `${field}: ${message}`);
    throw error;
  }
}

const guid = '5c8a2f04-93b1-4f5e-8d6e-6f3a1b0c7d21';
const start = (fields: object) => problemsOf(startSchema, { name: 'x', connector: 'teams', ...fields });
const list = (fields: object) => problemsOf(listQuery, fields);
const oneOfConnectors = 'Give one of "outlook365", "onedrive-sharepoint", "teams", "graph".';
const secretName = 'Give the name of a vault secret that begins with client-secret-.';
const use = (id: unknown) => ({ principalId: id, permission: 'use' });

describe('starting a connection', () => {
  test('takes the least there is, and everything at once', () => {
    expect(start({})).toEqual([]);
    const whole = {
      environment: 'usgov-l4',
      tenantId: 'common',
      clientId: guid,
      clientSecret: 'abc~DEF 8Q',
      scopes: ['Mail.Read'],
      expectedAccount: { username: 'ada@contoso.example', tid: guid },
      access: [use('robots:runner')],
    };
    expect(start(whole)).toEqual([]);
    expect(start({ clientSecretRef: 'client-secret-invoices', scopes: 'Mail.Read Mail.Send' })).toEqual([]);
  });

  test.each<[string, object, readonly string[]]>([
    ['no name', { name: undefined }, ['name: Give a text.']],
    ['a number as name', { name: 7 }, ['name: Give a text.']],
    ['an empty name', { name: '' }, ['name: Must not be empty.']],
    ['a name of spaces', { name: ' \t\u00a0' }, ['name: Must not be empty.']],
    ['a name that is too long', { name: 'x'.repeat(101) }, ['name: At most 100 characters.']],
    ['a name of two lines', { name: 'a\nb' }, ['name: Without control characters.']],
    ['half a character in the name', { name: 'a\ud83d' }, ['name: Without control characters.']],
    ['no connector', { connector: undefined }, [`connector: ${oneOfConnectors}`]],
    ['another connector', { connector: 'Teams' }, [`connector: ${oneOfConnectors}`]],
    [
      'another cloud',
      { environment: 'germany' },
      ['environment: Give one of "office365", "usgov-l4", "usgov-l5", "china".'],
    ],
    ['an empty tenant', { tenantId: '' }, ['tenantId: Must not be empty.']],
    ['a tenant that is too long', { tenantId: 'x'.repeat(254) }, ['tenantId: At most 253 characters.']],
    ['a client id that is too long', { clientId: 'x'.repeat(101) }, ['clientId: At most 100 characters.']],
    ['an empty secret', { clientSecret: '' }, ['clientSecret: Must not be empty.']],
    ['an endless secret', { clientSecret: 'x'.repeat(501) }, ['clientSecret: At most 500 characters.']],
    [
      'a secret pasted with a dash',
      { clientSecret: 'a–b' },
      ['clientSecret: Only printable ASCII characters.'],
    ],
    ['a secret of two lines', { clientSecret: 'a\nb' }, ['clientSecret: Only printable ASCII characters.']],
    ['a number as secret name', { clientSecretRef: 7 }, ['clientSecretRef: Give a text.']],
    ["the broker's own secret", { clientSecretRef: 'sealing-key' }, [`clientSecretRef: ${secretName}`]],
    ['a secret in a folder', { clientSecretRef: 'client-secret-a/b' }, [`clientSecretRef: ${secretName}`]],
    ['a bare prefix', { clientSecretRef: 'client-secret-' }, [`clientSecretRef: ${secretName}`]],
    ['too many scopes', { scopes: Array(101).fill('a') }, ['scopes: At most 100 scopes.']],
    ['a scope that is too long', { scopes: ['x'.repeat(301)] }, ['scopes.0: At most 300 characters.']],
    [
      'a control character in the username',
      { expectedAccount: { username: 'ada\u0000@contoso.example', tid: guid } },
      ['expectedAccount.username: Give a user principal name.'],
    ],
    ['access that is no list', { access: use('a') }, ['access: Give a list.']],
    ['an entry that is a text', { access: ['ada'] }, ['access.0: Give {principalId, permission}.']],
    [
      'an entry without its principal',
      { access: [{ permission: 'use' }] },
      ['access.0.principalId: Give a text.'],
    ],
    [
      'a permission that there is not',
      { access: [{ principalId: 'robots:ada', permission: 'own' }] },
      ['access.0.permission: Give one of "use", "manage".'],
    ],
  ])('%s: the message says what to send', (_what, fields, problems) => {
    expect(start(fields)).toEqual(problems);
  });

  test('ids of accounts come out in lower case, as Entra writes them', () => {
    const expectedAccount = { oid: guid.toUpperCase(), tid: guid };
    const started = startSchema.parse({ name: 'x', connector: 'teams', expectedAccount });
    expect(started.expectedAccount).toEqual({ oid: guid, tid: guid });
  });
});

describe('the name of a connection', () => {
  test('loses the spaces around it', () => {
    expect(connectionName.parse('  Invoices ☂ of Jürgen\t')).toBe('Invoices ☂ of Jürgen');
  });

  test('has no control character and is never empty, whatever was sent', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 120 });
    const lines = fc.string({
      unit: fc.constantFrom(...' a\n\r\t\0\u001b\u0085\u2028\u2029'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.oneof(hostile, lines), (text) => {
        const { success, data = '' } = connectionName.safeParse(text);
        if (!success) return;
        expect(data).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029]/u);
        expect(data).toMatch(/\S/);
        expect(data.length).toBeLessThanOrEqual(100);
        expect(connectionName.parse(data)).toBe(data);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the access list', () => {
  test('may be empty, and long, but not endless', () => {
    const entries = (count: number) => Array.from({ length: count }, (_, index) => use(`robots:p${index}`));
    expect(problemsOf(accessList, [])).toEqual([]);
    expect(problemsOf(accessList, entries(200))).toEqual([]);
    expect(problemsOf(accessList, entries(201))).toEqual(['body: At most 200 entries.']);
  });

  test('names a principal once, also with different permissions', () => {
    const twice = [use('robots:ada'), { principalId: 'robots:ada', permission: 'manage' }];
    expect(start({ access: twice })).toEqual(['access: A principal stands there more than once.']);
  });

  test('takes object ids and the prefixed claims of other issuers, no names and no addresses', () => {
    for (const id of [guid, 'github:repo:contoso/jobs:ref:refs/heads/main'])
      expect(problemsOf(principalId, id)).toEqual([]);
    for (const id of [
      'ada',
      'ada@contoso.example',
      'robots:ada lovelace',
      'robots:\n',
      'robots:',
      'jürgen:x',
    ])
      expect(problemsOf(principalId, id)).toEqual([
        expect.stringMatching(/^body: Give an object ID, a GUID/),
      ]);
  });
});

test('a client secret may have any printable ASCII character', () => {
  const printable = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 32 + index));
  expect(clientSecret.parse(printable)).toBe(printable);
});

describe('changing a connection', () => {
  test('takes a name, an access list, or both', () => {
    expect(problemsOf(patchSchema, { name: 'x' })).toEqual([]);
    expect(problemsOf(patchSchema, { name: 'x', access: [] })).toEqual([]);
  });

  test('of nothing is refused', () => {
    expect(problemsOf(patchSchema, {})).toEqual(['body: Give name or access.']);
  });

  test.each(['owner', 'status', 'clientId', 'scopes'])('%s cannot be changed', (field) => {
    expect(problemsOf(patchSchema, { name: 'x', [field]: 'y' })).toEqual([
      `${field}: There is no such field. Leave it out.`,
    ]);
  });
});

test('confirming an account takes both its ids', () => {
  expect(confirmSchema.parse({ oid: guid.toUpperCase(), tid: guid })).toEqual({ oid: guid, tid: guid });
  expect(problemsOf(confirmSchema, { oid: 'ada' })).toEqual(['oid: Give a GUID.', 'tid: Give a GUID.']);
});

describe('asking for a token', () => {
  test.each([
    [{}, 300],
    [{ minValidSeconds: '0' }, 0],
    [{ minValidSeconds: '3000' }, 3_000],
  ])('%j is taken as %i seconds', (query, minValidSeconds) => {
    expect(tokenQuery.parse(query)).toEqual({ minValidSeconds });
  });

  test.each(['', '-1', '1.5', '1e3', '0x10', ' 60', '60s', '٣٠', 'Infinity', '999999'])(
    '"%s" is no whole number of seconds',
    (minValidSeconds) => {
      expect(problemsOf(tokenQuery, { minValidSeconds })).toEqual([
        'minValidSeconds: Give a whole number of seconds.',
      ]);
    },
  );

  test('more than a token lives for is refused', () => {
    expect(problemsOf(tokenQuery, { minValidSeconds: '3001' })).toEqual([
      'minValidSeconds: At most 3000 seconds.',
    ]);
  });
});

describe('listing', () => {
  test('takes every filter, and 50 a page unless told otherwise', () => {
    expect(listQuery.parse({})).toEqual({ limit: 50 });
    const filter = { status: 'needs_sign_in', connector: 'graph', app: guid, owner: guid };
    expect(listQuery.parse({ ...filter, limit: '100', after: 'a_b-c' })).toEqual({
      ...filter,
      limit: 100,
      after: 'a_b-c',
    });
  });

  test.each<[object, readonly string[]]>([
    [{ limit: '0' }, ['limit: At least 1.']],
    [{ limit: '101' }, ['limit: At most 100.']],
    [{ limit: '1.5' }, ['limit: Give a whole number.']],
    [{ limit: 'all' }, ['limit: Give a number.']],
    [{ after: '../x' }, ['after: Send back "next" of the page before, unchanged.']],
    [{ after: '' }, ['after: Send back "next" of the page before, unchanged.']],
    [{ app: 'x' }, ['app: Give a GUID.']],
    [
      { status: 'broken' },
      ['status: Give one of "pending", "connected", "needs_sign_in", "needs_admin_consent", "suspended".'],
    ],
  ])('%j is refused with what to send instead', (query, problems) => {
    expect(list(query)).toEqual(problems);
  });
});

describe('no message is one of the library', () => {
  const fromLibrary = /invalid input|expected \w+, received|too (big|small)|undefined/i;
  const long = fc.constant('x'.repeat(5_000));

  const isOurs = (
    schemas: Readonly<Record<string, z.ZodType>>,
    fields: string[],
    value: fc.Arbitrary<unknown>,
  ) =>
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(schemas)),
        fc.dictionary(fc.constantFrom(...fields, 'other'), value),
        (name, sent) => {
          const schema = schemas[name];
          const problems = schema === undefined ? [] : problemsOf(schema, sent);
          for (const problem of problems) expect(problem).not.toMatch(fromLibrary);
        },
      ),
      { numRuns: 1_000 },
    );

  test('whatever JSON a body holds', () => {
    const fields = [...Object.keys(startSchema.shape), 'oid', 'tid'];
    isOurs(
      { startSchema, patchSchema, confirmSchema },
      fields,
      fc.oneof(fc.jsonValue({ maxDepth: 3 }), long),
    );
  });

  test('whatever text a parameter has', () => {
    const queries = { listQuery, eventsQuery, tokenQuery, noQuery, pageQuery, connectQuery, signInQuery };
    const fields = [...Object.keys(listQuery.shape), 'minValidSeconds', 'key', 'returnTo'];
    isOurs(queries, fields, fc.oneof(fc.string(), long));
  });
});
