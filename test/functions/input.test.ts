import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import {
  check,
  readCallback,
  readConnectionId,
  readConnector,
  readForm,
  readJson,
  readQuery,
} from '../../functions/input.ts';
import { startSchema, tokenQuery } from '../../functions/schemas.ts';
import { connectorNames } from '../../shared/domain/connectors.ts';
import type { FieldProblem } from '../../shared/domain/errors.ts';
import { refusalOf } from './support/answers.ts';
import { formRequest, jsonRequest, requestTo } from './support/requests.ts';

const schema = z.strictObject({ a: z.string().optional(), b: z.string().optional() });

/** The problems by field, of a refusal as `invalid_request`. */
async function problemsOf(work: () => unknown): Promise<readonly FieldProblem[]> {
  const error = await refusalOf(work);
  expect(error.code).toBe('invalid_request');
  return error.fields;
}

describe('the query', () => {
  const query = (search: string) => readQuery(requestTo(`/x${search}`), schema);

  test('is read, decoded', () => {
    expect(query('?a=1%262&b=')).toEqual({ a: '1&2', b: '' });
    expect(query('')).toEqual({});
  });

  test('a parameter that there is not is refused by its name', async () => {
    expect(await problemsOf(() => query('?a=1&minvalidseconds=60'))).toEqual([
      { field: 'minvalidseconds', message: 'There is no such field. Leave it out.' },
    ]);
  });

  test('a repeated parameter is refused by its name, once, though the host joins them', async () => {
    expect(await problemsOf(() => query('?a=1&a=2&a=3&b=4'))).toEqual([
      { field: 'a', message: 'Send it once.' },
    ]);
  });

  test('the same name in capitals is another name, and refused', async () => {
    expect(await problemsOf(() => query('?a=1&A=2'))).toHaveLength(1);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'a parameter called %s gets no special treatment',
    async (name) => {
      const fields = await problemsOf(() => query(`?${name}=1`));
      expect(fields.map(({ field }) => field)).toEqual([name]);
      expect({}).not.toHaveProperty('polluted');
    },
  );

  test('every wrong parameter is named at once', async () => {
    const fields = await problemsOf(() => readQuery(requestTo('/x?minValidSeconds=a&b=1'), tokenQuery));
    expect(fields.map(({ field }) => field).toSorted()).toEqual(['b', 'minValidSeconds']);
  });
});

describe('the parameters of an OAuth callback', () => {
  test('are read under our names; what Microsoft adds is ignored', () => {
    const request = requestTo('/cb?state=s&code=c&session_state=x&client_info=y&iss=https%3A%2F%2Fi');
    expect(readCallback(request)).toEqual({ state: 's', code: 'c', iss: 'https://i' });
  });

  test('an error comes with its description', () => {
    const request = requestTo('/cb?error=access_denied&error_description=AADSTS65004%3A+Declined&state=s');
    expect(readCallback(request)).toEqual({
      state: 's',
      error: 'access_denied',
      errorDescription: 'AADSTS65004: Declined',
    });
  });

  test('a second state or code is refused (RFC 6749 section 3.1)', async () => {
    const fields = await problemsOf(() => readCallback(requestTo('/cb?state=s&code=c&code=d&state=t')));
    expect(fields.map(({ field }) => field).toSorted()).toEqual(['code', 'state']);
  });
});

describe('a JSON body', () => {
  const read = (body: string, type?: string) => readJson(jsonRequest(body, type), schema);

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])(
    'is read as %s',
    async (type) => {
      expect(await read('{"a":"1"}', type)).toEqual({ a: '1' });
    },
  );

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    'sent as "%s" is refused, with the type to send',
    async (type) => {
      const error = await refusalOf(() => read('{"a":"1"}', type));
      expect(error.code).toBe('invalid_request');
      expect(error.message).toContain('application/json');
    },
  );

  test('that is empty is refused with a hint at chunked bodies, which the host drops', async () => {
    expect((await refusalOf(() => read(''))).message).toContain('not chunked');
  });

  test.each(['{"a":', "{'a': 1}", 'undefined', `${'['.repeat(30_000)}`])(
    'that is no JSON is refused (%.12s)',
    async (body) => {
      const error = await refusalOf(() => read(body));
      expect([error.code, error.message]).toEqual(['invalid_request', 'The body is not JSON.']);
    },
  );

  test.each(['null', '[]', '"text"', '7'])('that is %s is refused in plain words', async (body) => {
    expect(await problemsOf(() => read(body))).toEqual([{ field: 'body', message: 'Send one JSON object.' }]);
  });

  test('is read up to 65,536 bytes, not characters', async () => {
    const bodyOf = (filler: string, count: number) => JSON.stringify({ a: filler.repeat(count) });
    expect((await read(bodyOf('x', 65_528))).a).toHaveLength(65_528);
    const tooLarge = await refusalOf(() => read(bodyOf('x', 65_529)));
    expect([tooLarge.code, tooLarge.message]).toEqual([
      'invalid_request',
      'The body is larger than 65536 bytes.',
    ]);
    expect((await refusalOf(() => read(bodyOf('é', 40_000)))).message).toContain('larger');
  });

  test('a field that there is not is refused with the path to it', async () => {
    const body = {
      name: 'x',
      connector: 'teams',
      access: [{ principalId: 'r:p', permission: 'use', role: 1 }],
    };
    const request = jsonRequest(JSON.stringify({ ...body, secret: 'x' }));
    const fields = await problemsOf(() => readJson(request, startSchema));
    expect(fields.map(({ field }) => field).toSorted()).toEqual(['access.0.role', 'secret']);
  });

  test('a key __proto__ pollutes nothing and is refused', async () => {
    const fields = await problemsOf(() => read('{"a":"1","__proto__":{"polluted":true}}'));
    expect(fields.map(({ field }) => field)).toEqual(['__proto__']);
    expect({}).not.toHaveProperty('polluted');
  });

  test('the refusal of a value never repeats it', async () => {
    const body = JSON.stringify({ name: 'x', connector: 'teams', clientSecret: 'hunter2\u0007' });
    const fields = await problemsOf(() => readJson(jsonRequest(body), startSchema));
    expect(fields).toEqual([{ field: 'clientSecret', message: 'Only printable ASCII characters.' }]);
  });
});

describe('a field that may be of several kinds', () => {
  const problemsWith = (fields: object) =>
    problemsOf(() => check(startSchema, { name: 'x', connector: 'teams', ...fields }));
  const tid = '5c8a2f04-93b1-4f5e-8d6e-6f3a1b0c7d21';

  test.each<[string, object, readonly FieldProblem[]]>([
    [
      'scopes that are a number',
      { scopes: 5 },
      [{ field: 'scopes', message: 'Give a list of scopes, or one text with spaces between them.' }],
    ],
    ['an empty text', { scopes: '' }, [{ field: 'scopes', message: 'Must not be empty.' }]],
    ['an empty list', { scopes: [] }, [{ field: 'scopes', message: 'Must not be empty.' }]],
    ['a number among the scopes', { scopes: ['a', 5] }, [{ field: 'scopes.1', message: 'Give a text.' }]],
    [
      'an account that is a text',
      { expectedAccount: 'ada@contoso.example' },
      [{ field: 'expectedAccount', message: 'Give {oid, tid} or {username, tid}.' }],
    ],
    [
      'an account by name without its tenant',
      { expectedAccount: { username: 'ada@contoso.example' } },
      [{ field: 'expectedAccount.tid', message: 'Give a GUID.' }],
    ],
    [
      'an account by a name that is none',
      { expectedAccount: { username: 'ada', tid } },
      [{ field: 'expectedAccount.username', message: 'Give a user principal name.' }],
    ],
    [
      'an account by an id that is none',
      { expectedAccount: { oid: 'ada', tid } },
      [{ field: 'expectedAccount.oid', message: 'Give a GUID.' }],
    ],
    [
      'an account by id and name',
      { expectedAccount: { oid: tid, tid, username: 'ada@contoso.example' } },
      [{ field: 'expectedAccount.username', message: 'There is no such field. Leave it out.' }],
    ],
  ])('%s: the problem is told where it lies', async (_what, fields, problems) => {
    expect(await problemsWith(fields)).toEqual(problems);
  });
});

describe('a form', () => {
  test('is read with its repeated fields', async () => {
    const request = requestTo('/add/teams', {
      method: 'POST',
      body: 'preset=a&preset=b&name=J%C3%BCrgen+1',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const form = await readForm(request);
    expect(form.getAll('preset')).toEqual(['a', 'b']);
    expect(form.get('name')).toBe('Jürgen 1');
  });

  test.each(['multipart/form-data; boundary=x', 'text/plain', 'application/json'])(
    'sent as %s is refused',
    async (type) => {
      const request = formRequest('/signout', { a: 'b' }, { 'content-type': type });
      expect((await refusalOf(() => readForm(request))).code).toBe('invalid_request');
    },
  );

  test('names the fields that its page does not have, and those sent twice', async () => {
    const request = requestTo('/add/teams', {
      method: 'POST',
      body: 'name=x&foo=1&clientId=a&clientId=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const { fields } = await refusalOf(() => readForm(request));
    expect(fields.map(({ field }) => field)).toEqual(['foo', 'clientId']);
  });

  test('that is too large is refused', async () => {
    const request = formRequest('/signout', { a: 'x'.repeat(70_000) });
    expect((await refusalOf(() => readForm(request))).message).toContain('larger');
  });
});

describe('what stands in the path', () => {
  const id = '3f2c8a5e-0b6d-4d8e-9a41-7c5b2e1f6a90';

  test('a connection id is a lower-case UUID', () => {
    expect(readConnectionId(requestTo('/x', { params: { connectionId: id } }))).toBe(id);
  });

  test.each([undefined, '', '1', id.toUpperCase(), `${id}x`, `${id}\n`, `{${id}}`, `${id}/..`])(
    '%p is no connection id, and an example says why',
    async (connectionId) => {
      const params = connectionId === undefined ? {} : { connectionId };
      const fields = await problemsOf(() => readConnectionId(requestTo('/x', { params })));
      expect(fields).toEqual([{ field: 'connectionId', message: expect.stringContaining('lower case') }]);
    },
  );

  test.each(connectorNames)('%s is a connector', (connector) => {
    expect(readConnector(requestTo('/x', { params: { connector } }))).toBe(connector);
  });

  test.each(['Teams', 'constructor', '', 'outlook'])(
    '"%s" is none; the answer lists them',
    async (connector) => {
      const error = await refusalOf(() => readConnector(requestTo('/x', { params: { connector } })));
      expect(error.code).toBe('not_found');
      expect(error.message).toContain(connectorNames.join(', '));
    },
  );
});
