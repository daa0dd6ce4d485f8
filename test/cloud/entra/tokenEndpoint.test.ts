import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { createPkce, startTestCloud } from './testCloud.ts';

let cloud: Awaited<ReturnType<typeof startTestCloud>>;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.close());

describe('the token endpoint', () => {
  test('redeems a code once, within ten minutes, with the right verifier', async () => {
    const { fields, status } = await cloud.connect('china');
    expect(status).toBe(200);
    expect((await cloud.postToken('china', fields)).body).toMatchObject({
      error: 'invalid_grant',
      error_codes: [54005],
      error_uri: 'https://login.partner.microsoftonline.cn/error?code=54005',
    });

    const { codeChallenge } = createPkce();
    const mismatched = await cloud.connect('china', {
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
    });
    expect(mismatched.body.error_codes).toEqual([501481]);

    cloud.clock.advance(10 * 60);
    expect((await cloud.postToken('china', mismatched.fields)).body.error_codes).toEqual([70008]);
  });

  test('leaves a used refresh token valid, until it was inactive for ninety days', async () => {
    const { body } = await cloud.connect('office365');
    const fields = { grant_type: 'refresh_token', refresh_token: body.refresh_token };
    const renewed = (await cloud.postToken('office365', fields)).body;
    expect(renewed.refresh_token).not.toBe(body.refresh_token);
    expect(renewed.scope).toBe('openid profile https://graph.microsoft.com/Mail.Read');
    expect(renewed.expires_in).toBe(4500);
    expect((await cloud.postToken('office365', fields)).status).toBe(200);

    cloud.clock.advance(90 * 86_400);
    const { body: expired } = await cloud.postToken('office365', fields);
    expect(expired).toMatchObject({ error: 'invalid_grant', error_codes: [700082] });
    expect(expired).not.toHaveProperty('suberror');
  });

  test.each([
    ['revoked sessions', { sessionsRevoked: true }, {}, 50173, 'bad_token'],
    ['a disabled account', { disabled: true }, { disabled: false }, 50057, undefined],
    ['removed consent', { consent: 'none' }, {}, 65001, 'consent_required'],
  ] as const)('ends a grant after %s, and takes a new sign-in', async (_, patch, undo, code, suberror) => {
    const username = cloud.usernameIn('usgov-l4');
    const { body } = await cloud.connect('usgov-l4');
    cloud.directory.patchAccount(username, patch);
    const fields = { grant_type: 'refresh_token', refresh_token: body.refresh_token };
    const refused = await cloud.postToken('usgov-l4', fields);
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ error: 'invalid_grant', error_codes: [code] });
    expect(refused.body.suberror).toBe(suberror);
    cloud.directory.patchAccount(username, undo);
    expect((await cloud.connect('usgov-l4')).status).toBe(200);
  });

  test('tells an expired secret from a removed one, and takes the newer of two', async () => {
    const { clientId } = cloud.apps.office365;
    const { body } = await cloud.connect('office365');
    const refresh = (client_secret: string) =>
      cloud.postToken('office365', {
        grant_type: 'refresh_token',
        refresh_token: body.refresh_token,
        client_secret,
      });
    cloud.directory.addSecret(clientId, 'short-lived-1234', 60);
    expect((await refresh('short-lived-1234')).status).toBe(200);
    cloud.clock.advance(60);
    const expired = await refresh('short-lived-1234');
    expect([expired.status, expired.body.error_codes]).toEqual([401, [7000222]]);
    expect(cloud.directory.removeSecret(clientId, '1234')).toBe(true);
    expect((await refresh('short-lived-1234')).body.error_codes).toEqual([7000215]);
  });

  test('answers .default with every scope consented so far, and a scope not consented with 65001', async () => {
    const { body } = await cloud.connect('office365');
    const refresh = (scope: string) =>
      cloud.postToken('office365', { grant_type: 'refresh_token', refresh_token: body.refresh_token, scope });
    expect((await refresh('https://graph.microsoft.com/.default')).body.scope).toContain(
      'https://graph.microsoft.com/Mail.Read',
    );
    expect((await refresh('https://graph.microsoft.com/Files.Read')).body.error_codes).toEqual([65001]);
    expect((await refresh('https://graph.microsoft.us/Mail.Read')).body.error_codes).toEqual([500011]);
    expect((await refresh('Mail.Read')).body.scope).toBe('openid profile Mail.Read');
  });

  test.each([
    ['no grant type', {}, 'common', 900144],
    ['an unknown grant type', { grant_type: 'password' }, 'common', 70003],
    ['a tenant that does not exist', { grant_type: 'refresh_token' }, 'nowhere.example', 90002],
    ['a tenant of another cloud', { grant_type: 'refresh_token' }, 'agency.example', 900382],
    ['a client of another cloud', { grant_type: 'refresh_token', client_id: 'L4' }, 'common', 700016],
    ['no credential', { grant_type: 'refresh_token', client_secret: '' }, 'common', 7000218],
    ['garbage for a refresh token', { grant_type: 'refresh_token', refresh_token: 'x' }, 'common', 9002313],
  ])('refuses %s', async (_, fields, tenantName, code) => {
    const asked: Record<string, string> = { ...fields };
    if (asked.client_id === 'L4') asked.client_id = cloud.apps['usgov-l4'].clientId;
    const { body } = await cloud.postToken('office365', asked, tenantName);
    expect(body.error_codes).toEqual([code]);
    expect(body.error_description).toMatch(/ Trace ID: \S+ Correlation ID: \S+ Timestamp: \S+ \S+Z$/);
  });

  test('plays the fault that is meant for one person’s refresh', async () => {
    const { body } = await cloud.connect('office365');
    const fields = { grant_type: 'refresh_token', refresh_token: body.refresh_token };
    const match = { grantType: 'refresh_token', username: cloud.usernameIn('office365') };
    cloud.faults.add({ service: 'entra', match, answer: { aadsts: 53003 }, times: 1 });
    const { body: blocked } = await cloud.postToken('office365', fields);
    expect(blocked).toMatchObject({ error_codes: [53003], suberror: 'message_only' });
    expect(JSON.parse(blocked.claims)).toHaveProperty('access_token');
    cloud.faults.add({ service: 'entra', match, answer: { status: 429, retryAfterSeconds: 7 }, times: 1 });
    expect((await cloud.postToken('office365', fields)).headers.get('retry-after')).toBe('7');
    expect((await cloud.postToken('office365', fields)).status).toBe(200);
  });

  test('issues app tokens with the roles of their service principal', async () => {
    const { clientId, tenantId } = cloud.apps.office365;
    const api = cloud.directory.addApp({
      clientId: '99999999-0000-4000-8000-000000000003',
      environment: 'office365',
      tenantId,
    });
    const principalId = cloud.directory.findApp(clientId)?.servicePrincipalId ?? '';
    cloud.directory.assignRole({ principalId, resourceClientId: api.clientId, role: 'Tokens.Read' });
    const fields = { grant_type: 'client_credentials', scope: `api://${api.clientId}/.default` };
    const { body } = await cloud.postToken('office365', fields, tenantId);
    const expected = {
      aud: api.clientId,
      oid: principalId,
      roles: ['Tokens.Read'],
      idtyp: 'app',
      ver: '2.0',
    };
    expect(decodeJwt(body.access_token)).toMatchObject({ ...expected, azp: clientId });
    const minted = await cloud.entra.mintToken({
      tenantId,
      principalId,
      audience: api.clientId,
      roles: ['Tokens.Read'],
    });
    expect(decodeJwt(minted)).toMatchObject({ ...expected, iss: cloud.entra.issuerOf(tenantId) });
  });
});
