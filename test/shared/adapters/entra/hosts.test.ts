import { describe, expect, test } from '@jest/globals';
import { createIdentityProvider } from '../../../../shared/adapters/entra/identityProvider.ts';
import { environmentNames, environments } from '../../../../shared/domain/environment.ts';
import { clock, codeRequest, goodBody, refreshRequest, registration, scopes, tenant } from './samples.ts';

describe.each(environmentNames)('in %s', (environment) => {
  test('MSAL talks to the real host of the cloud, and to no other', async () => {
    const urls: string[] = [];
    const recordingFetch: typeof fetch = async (input) => {
      urls.push(String(input));
      return Response.json(goodBody);
    };
    const identity = createIdentityProvider({ clock, fetch: recordingFetch });
    await identity.refresh({ ...refreshRequest, environment });
    await identity.redeemCode({ ...codeRequest, environment, tenant: 'common' });
    const { authorityOrigin } = environments[environment];
    expect(urls.map((url) => url.split('?')[0])).toEqual([
      `${authorityOrigin}/${tenant}/oauth2/v2.0/token`,
      `${authorityOrigin}/common/oauth2/v2.0/token`,
    ]);
  });

  test('the browser is sent to the real host, or to where it is mapped', async () => {
    const request = {
      ...registration,
      environment,
      redirectUri: codeRequest.redirectUri,
      scopes,
      state: 's',
      nonce: 'n',
      codeChallenge: 'c',
    };
    const { authorityOrigin } = environments[environment];
    const path = `/${tenant}/oauth2/v2.0/authorize?`;
    const real = await createIdentityProvider({ clock }).authorizationUrl(request);
    expect(real.startsWith(`${authorityOrigin}${path}`)).toBe(true);
    const originMap = { [authorityOrigin]: 'http://localhost:1/cloud/' };
    const mapped = await createIdentityProvider({ clock, originMap }).authorizationUrl(request);
    expect(mapped.startsWith(`http://localhost:1/cloud${path}`)).toBe(true);
  });
});
