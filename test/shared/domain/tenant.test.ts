import { expect, test } from '@jest/globals';
import { parseClientId, parseTenant } from '../../../shared/domain/tenant.ts';

const guid = 'AAAAAAAA-1111-4111-8111-111111111111';

test.each([
  ['common', 'common'],
  [' Organizations ', 'organizations'],
  [guid, guid.toLowerCase()],
  ['Contoso.OnMicrosoft.com', 'contoso.onmicrosoft.com'],
  ['contoso.xn--p1ai', 'contoso.xn--p1ai'],
])('%s is a tenant', (text, tenant) => {
  expect(parseTenant(text)).toEqual({ ok: true, tenant });
});

test.each([
  '',
  'consumers',
  '9188040d-6c67-4c5b-b112-36a304b66dad',
  'contoso',
  'contoso..com',
  '-a.com',
  'a.com/../b',
  'https://login.microsoftonline.com/common',
  `{${guid}}`,
  '127.0.0.1',
  `${'a'.repeat(64)}.com`,
  'a.com\nb.com',
  'adfs',
])('%j is no tenant', (text) => {
  expect(parseTenant(text)).toMatchObject({ ok: false, problem: expect.any(String) });
});

test('a client id is a GUID', () => {
  expect(parseClientId(` ${guid} `)).toEqual({ ok: true, clientId: guid.toLowerCase() });
  expect(parseClientId('my-app')).toMatchObject({ ok: false, problem: expect.stringMatching(/GUID/) });
});
