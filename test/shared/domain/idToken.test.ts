import { describe, expect, test } from '@jest/globals';
import { personalAccountsTenantId } from '../../../shared/domain/environment.ts';
import { checkIdToken, type IdTokenExpectations, issuerMatches } from '../../../shared/domain/idToken.ts';

const tid = '11111111-1111-4111-8111-111111111111';
const otherTid = '33333333-3333-4333-8333-333333333333';
const clientId = '22222222-2222-4222-8222-222222222222';
const now = new Date('2027-03-01T12:00:00.000Z');
const nowSeconds = now.getTime() / 1000;
const expected: IdTokenExpectations = {
  environment: 'office365',
  tenant: 'common',
  clientId,
  now,
  nonce: 'n1',
  allowedTenants: [],
  allowPersonalAccounts: false,
};
const claims = {
  iss: `https://login.microsoftonline.com/${tid}/v2.0`,
  aud: clientId,
  exp: nowSeconds + 3600,
  nbf: nowSeconds,
  nonce: 'n1',
  oid: 'oid-1',
  tid,
  preferred_username: 'ada@contoso.example',
};
const personal = {
  ...claims,
  tid: personalAccountsTenantId,
  iss: `https://login.microsoftonline.com/${personalAccountsTenantId}/v2.0`,
};

describe('accepted', () => {
  test.each<[string, object, Partial<IdTokenExpectations>]>([
    ['a token as it should be', {}, {}],
    ['one from an alias of the authority', { iss: `https://login.microsoft.com/${tid}/v2.0` }, {}],
    ['one that expired within the skew', { exp: nowSeconds - 299 }, {}],
    ['one without nonce, of a refresh', { nonce: undefined }, { nonce: undefined }],
    ['one of the tenant asked', {}, { tenant: tid }],
    ['one of an allowed tenant', {}, { allowedTenants: [otherTid, tid] }],
  ])('%s', (_, more, how) => {
    expect(checkIdToken({ ...claims, ...more }, { ...expected, ...how })).toEqual({
      ok: true,
      account: { oid: 'oid-1', tid, username: 'ada@contoso.example' },
    });
  });

  test('a personal account where they are allowed, beside a list of tenants', () => {
    expect(
      checkIdToken(personal, { ...expected, allowPersonalAccounts: true, allowedTenants: [tid] }).ok,
    ).toBe(true);
  });
});

describe('refused', () => {
  test.each<[string, object, Partial<IdTokenExpectations>, string, RegExp]>([
    ['no oid', { oid: undefined }, {}, 'id_token_invalid', /oid, tid/],
    ['no username', { preferred_username: '' }, {}, 'id_token_invalid', /preferred_username/],
    ['no issuer', { iss: undefined }, {}, 'id_token_invalid', /not issued by the tenant/],
    ['issuer of another tenant', { tid: otherTid }, {}, 'id_token_invalid', /not issued by the tenant/],
    [
      'another cloud',
      { iss: `https://login.microsoftonline.us/${tid}/v2.0` },
      {},
      'id_token_invalid',
      /US Government/,
    ],
    ['a stranger', { iss: `https://evil.example/${tid}/v2.0` }, {}, 'id_token_invalid', /not issued by/],
    [
      'issuer with more path',
      { iss: `https://login.microsoftonline.com/x/${tid}/v2.0` },
      {},
      'id_token_invalid',
      /issued/,
    ],
    ['another app', { aud: otherTid }, {}, 'id_token_invalid', /aud/],
    ['an array as audience', { aud: [clientId, otherTid] }, {}, 'id_token_invalid', /aud/],
    ['expired', { exp: nowSeconds - 300 }, {}, 'id_token_invalid', /exp/],
    ['no end', { exp: undefined }, {}, 'id_token_invalid', /exp/],
    ['not valid yet', { nbf: nowSeconds + 301 }, {}, 'id_token_invalid', /nbf/],
    ['another nonce', { nonce: 'n2' }, {}, 'id_token_invalid', /nonce/],
    ['no nonce', { nonce: undefined }, {}, 'id_token_invalid', /nonce/],
    ['another tenant than asked', {}, { tenant: otherTid }, 'id_token_invalid', /tid/],
    ['a tenant not allowed', {}, { allowedTenants: [otherTid] }, 'account_not_allowed', /not allowed/],
    ['a personal account', personal, {}, 'account_not_allowed', /Personal/],
  ])('%s', (_, more, how, code, words) => {
    const verdict = checkIdToken({ ...claims, ...more }, { ...expected, ...how });
    expect(verdict).toMatchObject({ ok: false, code, detail: expect.stringMatching(words) });
  });
});

test('the issuer of a callback is that of the cloud, and of the tenant where it is known', () => {
  const iss = `https://login.partner.microsoftonline.cn/${tid}/v2.0`;
  expect(issuerMatches(iss, 'china')).toBe(true);
  expect(issuerMatches(iss, 'china', tid)).toBe(true);
  expect(issuerMatches(iss, 'china', otherTid)).toBe(false);
  expect(issuerMatches(iss, 'office365')).toBe(false);
  expect(issuerMatches(`${iss}/`, 'china')).toBe(false);
});
