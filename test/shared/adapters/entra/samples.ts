import type { CodeRequest, RefreshRequest } from '../../../../shared/ports.ts';
import { createVirtualClock } from '../../../fakes/virtualClock.ts';

export const clock = createVirtualClock();
export const tenant = '11111111-1111-4111-8111-111111111111';
export const registration = {
  environment: 'office365',
  tenant,
  clientId: '22222222-2222-4222-8222-222222222222',
} as const;
export const scopes = ['openid', 'offline_access', 'https://graph.microsoft.com/Mail.Read'];
export const refreshRequest: RefreshRequest = {
  ...registration,
  credential: { kind: 'secret', secret: 'a client secret' },
  scopes,
  refreshToken: 'a refresh token',
};
export const codeRequest: CodeRequest = {
  ...registration,
  credential: { kind: 'secret', secret: 'a client secret' },
  scopes,
  redirectUri: 'https://broker.example/provisioning_/callback',
  code: 'a code',
  codeVerifier: 'v'.repeat(43),
  nonce: 'n1',
};

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
export const idToken = (claims: object) => `${encode({ alg: 'RS256' })}.${encode(claims)}.c2ln`;
export const claims = {
  oid: 'oid-1',
  tid: tenant,
  preferred_username: 'ada@contoso.example',
  sub: 's',
  nonce: 'n1',
};
export const goodBody = {
  token_type: 'Bearer',
  access_token: 'an access token',
  refresh_token: 'a new refresh token',
  expires_in: 3600,
  scope: 'openid https://graph.microsoft.com/Mail.Read',
  id_token: idToken(claims),
  client_info: encode({ uid: 'oid-1', utid: tenant }),
};
