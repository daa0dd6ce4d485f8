import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { environmentNames, environments } from '../../../shared/domain/environment.ts';
import { createPkce, mailScope, redirectUri, startTestCloud } from './testCloud.ts';

let cloud: Awaited<ReturnType<typeof startTestCloud>>;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.close());

describe.each(environmentNames)('with the real MSAL in %s', (environment) => {
  test('a person signs in, Graph answers, and the grant is refreshed', async () => {
    const { codeVerifier, ...challenge } = createPkce();
    const scopes = [mailScope(environment)];
    const msal = cloud.createMsal(environment);
    const url = await msal.getAuthCodeUrl({ scopes, redirectUri, state: 's1', nonce: 'n1', ...challenge });
    const callback = cloud.callbackOf(await cloud.signIn(url, cloud.usernameIn(environment)));
    expect(callback.get('state')).toBe('s1');

    const code = callback.get('code') ?? '';
    const tokens = await msal.acquireTokenByCode({ code, scopes, redirectUri, codeVerifier, nonce: 'n1' });
    expect(tokens.account?.username).toBe(cloud.usernameIn(environment));
    expect(tokens.scopes).toContain(mailScope(environment));
    expect(tokens.idTokenClaims).toMatchObject({
      iss: `${environments[environment].authorityOrigin}/${cloud.apps[environment].tenantId}/v2.0`,
      tid: cloud.apps[environment].tenantId,
      ver: '2.0',
    });

    const inbox = `${environments[environment].graphOrigin}/v1.0/me/mailFolders/inbox`;
    const authorization = { authorization: `Bearer ${tokens.accessToken}` };
    expect((await fetch(cloud.local(inbox), { headers: authorization })).status).toBe(200);
    const me = await fetch(cloud.local(inbox.replace('/mailFolders/inbox', '')), { headers: authorization });
    expect(me.status).toBe(403);

    const { RefreshToken } = JSON.parse(msal.getTokenCache().serialize());
    const [{ secret: refreshToken }] = Object.values<{ secret: string }>(RefreshToken) as [
      { secret: string },
    ];
    const later = cloud.createMsal(environment);
    const refreshed = await later.acquireTokenByRefreshToken({ refreshToken, scopes, forceCache: true });
    expect(refreshed?.account?.username).toBe(cloud.usernameIn(environment));
    expect(Object.values(JSON.parse(later.getTokenCache().serialize()).RefreshToken)).toHaveLength(1);
  });

  test('a wrong secret is an invalid client', async () => {
    const msal = cloud.createMsal(environment, { clientSecret: 'wrong' });
    const refused = msal.acquireTokenByRefreshToken({
      refreshToken: 'any',
      scopes: [mailScope(environment)],
    });
    await expect(refused).rejects.toMatchObject({ errorCode: 'invalid_client', errorNo: 7000215 });
  });

  test('a managed identity stands in for the secret once the app trusts it', async () => {
    const { managedIdentity } = cloud;
    const audience = environments[environment].federatedAudience;
    const clientAssertion = () => managedIdentity.issueToken(audience);
    const app = cloud.directory.findApp(cloud.apps[environment].clientId);
    if (!app) throw new Error('The app is gone.');
    const { body } = await cloud.connect(environment);
    const refresh = () =>
      cloud
        .createMsal(environment, { clientAssertion })
        .acquireTokenByRefreshToken({ refreshToken: body.refresh_token, scopes: [mailScope(environment)] });

    const trust = { issuer: managedIdentity.issuer, subject: managedIdentity.principalId, audience };
    await expect(refresh()).rejects.toMatchObject({ errorCode: 'invalid_request', errorNo: 70021 });
    app.federatedCredentials = [{ ...trust, subject: 'somebody else' }];
    await expect(refresh()).rejects.toMatchObject({ errorCode: 'invalid_client', errorNo: 700213 });
    app.federatedCredentials = [trust];
    expect((await refresh())?.accessToken).toBeTruthy();
  });
});

describe('the authorize endpoint', () => {
  test('asks for consent once, and returns access_denied when it is declined', async () => {
    const app = cloud.apps.office365;
    cloud.directory.patchAccount('megan.bowen@contoso.example', { consent: 'none' });
    const url = cloud.authorizeUrl('office365');
    const declined = await cloud.signIn(url, 'megan.bowen@contoso.example', 'cancel');
    const callback = cloud.callbackOf(declined);
    expect(callback.get('error')).toBe('access_denied');
    expect(callback.get('error_description')).toMatch(/^AADSTS65004: /);
    expect(callback.get('state')).toBe('some-state');

    const accepted = await cloud.signIn(url, 'megan.bowen@contoso.example');
    expect(cloud.callbackOf(accepted).get('code')).toBeTruthy();
    const picker = await (await fetch(cloud.local(url))).text();
    expect(picker).toContain('>megan.bowen@contoso.example</button>');
    expect(cloud.directory.findApp(app.clientId)?.displayName).toBe('Robots of contoso.example');
  });

  test('puts the hinted account first and escapes what it shows', async () => {
    const url = cloud.authorizeUrl('office365', { login_hint: 'megan.bowen@contoso.example' });
    const page = await (await fetch(cloud.local(url))).text();
    expect(page.indexOf('megan.bowen@')).toBeLessThan(page.indexOf('alex.wilber@'));
    expect(page).toMatch(/value="megan\.bowen@contoso\.example" autofocus/);
    const odd = await fetch(
      cloud.local(cloud.authorizeUrl('office365', { redirect_uri: 'https://x/?"><script>' })),
    );
    expect(await odd.text()).not.toContain('<script>');
  });

  test.each([
    ['an unregistered redirect URI', { redirect_uri: `${redirectUri}/` }, 'common', 50011],
    ['an unknown client', { client_id: '11111111-2222-4333-8444-555555555555' }, 'common', 700016],
    ['an unknown tenant', {}, 'nowhere.example', 90002],
    ['a tenant of another cloud', {}, 'lianhe.example', 90002],
    ['a missing scope', { scope: '' }, 'common', 900144],
  ])('shows a page for %s', async (_, parameters, tenantName, code) => {
    const response = await fetch(cloud.local(cloud.authorizeUrl('office365', parameters, tenantName)), {
      redirect: 'manual',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`AADSTS${code}: `);
  });

  test.each([
    ['a scope of another cloud', { scope: 'https://graph.microsoft.us/Mail.Read' }, 'invalid_resource'],
    [
      '.default beside a named scope',
      { scope: 'https://graph.microsoft.com/.default Mail.Read' },
      'invalid_scope',
    ],
    ['the word common as a scope', { scope: 'openid common' }, 'invalid_client'],
    ['a token instead of a code', { response_type: 'token' }, 'unsupported_response_type'],
    ['no prompt without a session', { prompt: 'none' }, 'login_required'],
  ])('returns an error to the app for %s', async (_, parameters, error) => {
    const response = await fetch(cloud.local(cloud.authorizeUrl('office365', parameters)), {
      redirect: 'manual',
    });
    expect(cloud.callbackOf(response).get('error')).toBe(error);
  });

  test('keeps a single-tenant app to its tenant', async () => {
    const tenantId = cloud.apps.office365.tenantId;
    const stranger = cloud.directory.addTenant({
      id: '99999999-0000-4000-8000-000000000001',
      domains: ['fabrikam.example'],
      environment: 'office365',
    });
    cloud.directory.addAccount({ username: 'guest@fabrikam.example', tenantId: stranger.id });
    const app = cloud.directory.addApp({
      clientId: '99999999-0000-4000-8000-000000000002',
      environment: 'office365',
      tenantId,
      redirectUris: [redirectUri],
    });
    const parameters = { client_id: app.clientId };
    const common = await fetch(cloud.local(cloud.authorizeUrl('office365', parameters)));
    expect(await common.text()).toContain('AADSTS50194');
    const picked = await cloud.signIn(
      cloud.authorizeUrl('office365', parameters, tenantId),
      'guest@fabrikam.example',
    );
    expect(await picked.text()).toContain('AADSTS50020');
  });

  test('sends a person who cannot consent to an administrator, whose consent then covers them', async () => {
    const { tenantId, clientId } = cloud.apps['usgov-l5'];
    const username = 'megan.bowen@base.example';
    cloud.directory.patchAccount(username, { consent: 'admin-required' });
    const blocked = await (await cloud.signIn(cloud.authorizeUrl('usgov-l5'), username)).text();
    expect(blocked).toContain('Need admin approval');
    expect(blocked).toContain('error=access_denied');

    const consent = `${environments['usgov-l5'].authorityOrigin}/${tenantId}/v2.0/adminconsent?${new URLSearchParams(
      {
        client_id: clientId,
        redirect_uri: redirectUri,
        state: 'admin-state',
        scope: `openid profile offline_access ${mailScope('usgov-l5')}`,
      },
    )}`;
    const page = await (await fetch(cloud.local(consent))).text();
    const done = await cloud.submit(page, 'decision', 'accept');
    expect(Object.fromEntries(cloud.callbackOf(done))).toMatchObject({
      admin_consent: 'True',
      tenant: tenantId,
      state: 'admin-state',
    });
    const allowed = await cloud.signIn(cloud.authorizeUrl('usgov-l5'), username);
    expect(cloud.callbackOf(allowed).get('code')).toBeTruthy();
  });
});

test('discovery names the real hosts of the cloud', async () => {
  const { tenantId } = cloud.apps['usgov-l4'];
  const base = `${environments['usgov-l4'].authorityOrigin}/${tenantId}`;
  const document = await (await fetch(cloud.local(`${base}/v2.0/.well-known/openid-configuration`))).json();
  expect(document).toMatchObject({
    issuer: `${base}/v2.0`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    tenant_region_sub_scope: 'DODCON',
    msgraph_host: 'graph.microsoft.us',
  });
  const { keys } = await (await fetch(cloud.local(document.jwks_uri))).json();
  expect(keys).toHaveLength(1);
});
