import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type BrokerProcess, startBrokerProcess } from '../brokerProcess.ts';
import { createLocalClock } from '../clock.ts';
import { type RawRequest, rawRequest } from './rawRequest.ts';

let host: BrokerProcess;
const clock = createLocalClock();
const get = (path: string, options?: RawRequest) => rawRequest(host.port, path, options);

beforeAll(async () => {
  host = await startBrokerProcess({
    appDirectory: join(import.meta.dirname, 'probeApp'),
    port: 0,
    environment: { AzureWebJobsDisableHomepage: 'true', PROBE: 'set' },
    clock,
    schedule: false,
  });
});
afterAll(() => host.stop());

const guid = '3F2504E0-4F89-41D3-9A0C-0305E82C3301';

describe('routes', () => {
  test.each<[path: string, functionName: string, params: Record<string, string>]>([
    ['/order/fixed', 'Aany', { x: 'fixed' }],
    ['/ORDER/Fixed/', 'Aany', { x: 'Fixed' }],
    ['/mixed/A/end', 'mixed', { SomeId: 'A' }],
    [`/byguid/${guid}`, 'byGuid', { id: guid }],
    ['/byint/-12', 'byInt', { n: '-12' }],
    ['/byalpha/abC', 'byAlpha', { word: 'abC' }],
    ['/bylength/abc', 'byLength', { word: 'abc' }],
    ['/byregex/123', 'byRegex', { code: '123' }],
    ['/maybe', 'maybe', {}],
    ['/maybe/', 'maybe', {}],
    ['/maybe/x', 'maybe', { id: 'x' }],
    ['/rest', 'rest', {}],
    ['/rest/', 'rest', {}],
    ['/rest/a//b/', 'rest', { path: 'a//b/' }],
  ])('%s is served by %s', async (path, functionName, params) => {
    const response = await get(path);
    expect({ status: response.status, ...response.json() }).toEqual({
      status: 200,
      function: functionName,
      params,
    });
  });

  const preflight = ['Origin', 'https://a.example', 'Access-Control-Request-Method', 'GET'];
  test.each<[what: string, path: string, options: RawRequest]>([
    ['an unknown path', '/nowhere', {}],
    ['a double slash', '/order//fixed', {}],
    ['two trailing slashes', '/maybe//', {}],
    ['a wrong method', '/noop', { method: 'POST', body: 'x' }],
    ['HEAD that is not listed', '/noop', { method: 'HEAD' }],
    ['OPTIONS', '/noop', { method: 'OPTIONS' }],
    ['a CORS preflight', '/noop', { method: 'OPTIONS', headers: preflight }],
    ['a failed guid', '/byguid/12', {}],
    ['a failed int', '/byint/1x', {}],
    ['a failed alpha', '/byalpha/a1', {}],
    ['a failed length', '/bylength/abcd', {}],
    ['a failed regex', '/byregex/12', {}],
    ['a route that begins with admin', '/administer/x', {}],
    ['a route that begins with runtime', '/runtimes', {}],
  ])('%s is 404 with an empty body', async (_what, path, options) => {
    const response = await get(path, options);
    expect([response.status, response.text]).toEqual([404, '']);
  });

  test('reserved routes are named in the log', () => {
    expect(host.logLines().join('\n')).toMatch(/reservedAdmin.*conflicts with one or more built in routes/);
  });

  test('HEAD is served where it is listed', async () => {
    const response = await get('/withhead', { method: 'HEAD' });
    expect([response.status, response.text]).toEqual([200, '']);
  });

  test('a function key that is asked for and not given is 401 with an empty body', async () => {
    const response = await get('/guarded');
    expect([response.status, response.text]).toEqual([401, '']);
  });
});

describe('request paths', () => {
  test.each([
    ['/echo/a%2Fb', 'a%2Fb'],
    ['/echo/a%252Fb', 'a%2Fb'],
    ['/echo/a%20b', 'a b'],
    ['/echo/%C3%A9', 'é'],
    ['/echo/%E9', '%E9'],
    ['/echo/x/../y', 'y'],
  ])('%s is decoded once to %s', async (path, value) => {
    expect((await get(path)).json()).toMatchObject({ params: { value } });
  });

  test('a NUL is 400', async () => {
    expect((await get('/echo/%00')).status).toBe(400);
  });
});

describe('requests', () => {
  test('repeated query keys are joined, whatever their case', async () => {
    const { query } = (await get('/echo?a=1&a=2&A=3&b=x+y%2B')).json();
    expect(query).toEqual({ a: '1,2,3', b: 'x y+' });
  });

  test('headers are joined without a space, cookies too', async () => {
    const headers = ['X-One', 'a', 'x-one', 'b', 'Cookie', 'a=1; b=2', 'Cookie', 'c=3'];
    expect((await get('/echo', { headers })).json()).toMatchObject({
      headers: { 'x-one': 'a,b', cookie: 'a=1; b=2,c=3' },
    });
  });

  test('a body with a length arrives; one in chunks and that of GET do not', async () => {
    const bodyOf = async (options: RawRequest) =>
      (await get('/echo', { body: '{"a":"ü"}', ...options })).json().body;
    expect(await bodyOf({ method: 'POST' })).toBe('{"a":"ü"}');
    expect(await bodyOf({ method: 'POST', chunked: true })).toBe('');
    expect(await bodyOf({ method: 'GET' })).toBe('');
  });

  test('request.url takes the Host header and ignores X-Forwarded-*', async () => {
    const headers = [
      'Host',
      'other.example',
      'X-Forwarded-Host',
      'evil.example',
      'X-Forwarded-Proto',
      'https',
    ];
    expect((await get('/echo?a=1&a=%41', { headers })).json().url).toBe(
      'http://other.example/echo?a=1&a=%41',
    );
  });
});

describe('responses', () => {
  test.each([
    ['nothing', 204],
    ['nil', 204],
    ['object', 200],
    ['created', 201],
  ])('%s is %d', async (name, status) => {
    expect((await get(`/answer/${name}`)).status).toBe(status);
  });

  test.each(['answer/string', 'answer/badstatus', 'answer/nonascii', 'answer/wronglength', 'throws'])(
    '%s is 500 with an empty body',
    async (path) => {
      const response = await get(`/${path}`);
      expect([response.status, response.text]).toEqual([500, '']);
    },
  );

  test('the reason of a failure is in the log', async () => {
    await get('/throws');
    while (!host.logLines().some((line) => line.includes('the reason'))) await sleep(10);
    expect(host.logLines().join('\n')).toMatch(/\[error\] throws [0-9a-f-]{36} .*the reason/);
  });

  test('an empty object has length 0, a body goes out in chunks', async () => {
    const headersOf = async (name: string) => (await get(`/answer/${name}`)).headers;
    expect(await headersOf('object')).toMatchObject({ 'content-length': '0' });
    expect(await headersOf('text')).toMatchObject({
      'transfer-encoding': 'chunked',
      'content-type': 'text/plain;charset=UTF-8',
    });
    expect(await headersOf('rightlength')).toMatchObject({ 'content-length': '5' });
  });

  test('bytes have no content type, custom header names are in lower case', async () => {
    expect((await get('/answer/bytes')).headers['content-type']).toBeUndefined();
    expect((await get('/answer/created')).rawHeaders).toContain('x-custom-name');
  });

  test('one with a Transfer-Encoding of its own never ends', async () => {
    const answer = get('/answer/ownencoding').then(() => 'answered');
    answer.catch(() => undefined);
    expect(await Promise.race([answer, sleep(300, 'open')])).toBe('open');
  });

  test.each([
    ['cookie', ['c=a%3Db%2Fc%2Bd%20e; path=/']],
    ['cookies', ['c=a%3Db%2Fc%2Bd%20e; path=/x; secure; samesite=lax; httponly', 'd=2; path=/']],
    ['maxage', ['c=a%3Db%2Fc%2Bd%20e; max-age=5; path=/', 'c=a%3Db%2Fc%2Bd%20e; max-age=0; path=/']],
    [
      'expires',
      ['c=a%3Db%2Fc%2Bd%20e; path=/', 'c=a%3Db%2Fc%2Bd%20e; expires=Fri, 02 Jan 1970 00:00:00 GMT; path=/'],
    ],
    ['twosetcookie', ['two=2']],
  ])('set-cookie of %s', async (name, cookies) => {
    expect((await get(`/answer/${name}`)).headers['set-cookie']).toEqual(cookies);
  });
});

describe('log', () => {
  test('has a line for each entry, with function and invocation, at the level of host.json', async () => {
    const invocationId = (await get('/logs')).text;
    // The answer can be here before the lines are.
    while (!host.logLines().some((line) => line.includes('from console'))) await sleep(10);
    const log = host.logLines().join('\n');
    expect(log).toContain(`[info] logs ${invocationId} plain words`);
    expect(log).toContain(`[warning] logs ${invocationId} two\\nlines`);
    expect(log).toContain('[info] console from console');
    expect(log).not.toContain('hidden');
  });
});
