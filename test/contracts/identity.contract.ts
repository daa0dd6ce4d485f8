import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Account } from '../../shared/domain/connection.ts';
import { type Environment, environments } from '../../shared/domain/environment.ts';
import type {
  AuthorizationUrlRequest,
  ClientCredential,
  ClientRegistration,
  Clock,
  CodeRequest,
  IdentityProvider,
  TokenAnswer,
  TokenSet,
} from '../../shared/ports.ts';

/** An identity provider with one registered app and one person, and the hands to play the person. */
export interface IdentityHarness {
  readonly identity: IdentityProvider;
  readonly clock: Clock;
  readonly registration: ClientRegistration;
  readonly credential: ClientCredential;
  readonly redirectUri: string;
  readonly person: Account;
  /** Signs in at the URL and answers the authorization code. */
  signIn(authorizationUrl: string): Promise<string>;
  /** Revokes the person's sessions. */
  revoke(): Promise<void>;
  close(): Promise<void>;
}

function tokensOf(answer: TokenAnswer): TokenSet {
  if (!answer.ok) throw new Error(`No tokens: ${JSON.stringify(answer.failure)}`);
  return answer.tokens;
}

const failureOf = (answer: TokenAnswer) => (answer.ok ? undefined : answer.failure);

/** The promises of the port `IdentityProvider`, the same for the fake and for MSAL against a server. */
export function identityContract(
  name: string,
  environment: Environment,
  start: () => Promise<IdentityHarness>,
): void {
  describe(`${name}, ${environment}`, () => {
    let harness: IdentityHarness;
    beforeAll(async () => {
      harness = await start();
    });
    afterAll(() => harness.close());

    const mail = `${environments[environment].graphOrigin}/Mail.Read`;
    const scopes = ['openid', 'profile', 'offline_access', mail];

    function newFlow() {
      const codeVerifier = randomBytes(32).toString('base64url');
      const request: AuthorizationUrlRequest = {
        ...harness.registration,
        redirectUri: harness.redirectUri,
        scopes,
        state: randomBytes(32).toString('base64url'),
        nonce: randomBytes(16).toString('base64url'),
        codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      };
      const redemption: Omit<CodeRequest, 'code'> = {
        ...harness.registration,
        credential: harness.credential,
        redirectUri: harness.redirectUri,
        scopes,
        codeVerifier,
        nonce: request.nonce,
      };
      return { request, redemption };
    }

    async function signedIn() {
      const { request, redemption } = newFlow();
      const code = await harness.signIn(await harness.identity.authorizationUrl(request));
      return { ...redemption, code };
    }

    const refreshRequest = (refreshToken: string) => ({
      ...harness.registration,
      credential: harness.credential,
      scopes,
      refreshToken,
    });

    async function connected(): Promise<string> {
      const { refreshToken } = tokensOf(await harness.identity.redeemCode(await signedIn()));
      if (refreshToken === undefined) throw new Error('There is no refresh token.');
      return refreshToken;
    }

    test('the authorize URL carries state, nonce, challenge and the choice of an account', async () => {
      const { request } = newFlow();
      const parameters = new URL(await harness.identity.authorizationUrl(request)).searchParams;
      expect(Object.fromEntries(parameters)).toMatchObject({
        client_id: request.clientId,
        response_type: 'code',
        response_mode: 'query',
        redirect_uri: request.redirectUri,
        state: request.state,
        nonce: request.nonce,
        code_challenge: request.codeChallenge,
        code_challenge_method: 'S256',
        prompt: 'select_account',
      });
      expect(parameters.get('scope')?.split(' ').sort()).toEqual([...scopes].sort());
    });

    test('a known account is hinted at without a prompt, and consent can be asked for', async () => {
      const { request } = newFlow();
      const hinted = { ...request, loginHint: 'ada@contoso.example' };
      const plain = new URL(await harness.identity.authorizationUrl(hinted)).searchParams;
      expect([plain.get('login_hint'), plain.get('prompt')]).toEqual(['ada@contoso.example', null]);
      const consent = { ...hinted, prompt: 'consent' as const };
      const asking = new URL(await harness.identity.authorizationUrl(consent)).searchParams;
      expect([asking.get('login_hint'), asking.get('prompt')]).toEqual(['ada@contoso.example', 'consent']);
    });

    test('a code gives tokens with account, claims, scopes and lifetime', async () => {
      const redemption = await signedIn();
      const before = harness.clock.now().getTime();
      const tokens = tokensOf(await harness.identity.redeemCode(redemption));
      expect(tokens.account).toEqual(harness.person);
      expect(tokens.accessToken).not.toBe('');
      expect(tokens.refreshToken).toBeTruthy();
      expect(tokens.scopes).toContain(mail);
      expect(tokens.idTokenClaims).toMatchObject({ aud: redemption.clientId, nonce: redemption.nonce });
      const lifetimeSeconds = (tokens.expiresAt.getTime() - before) / 1000;
      expect(lifetimeSeconds).toBeGreaterThanOrEqual(3600);
      expect(lifetimeSeconds).toBeLessThanOrEqual(5410);
    });

    test('a code works once', async () => {
      const redemption = await signedIn();
      tokensOf(await harness.identity.redeemCode(redemption));
      const again = failureOf(await harness.identity.redeemCode(redemption));
      expect(again).toMatchObject({ kind: 'answered', error: 'invalid_grant', errorCodes: [54005] });
    });

    test('a code does not work with another verifier', async () => {
      const redemption = { ...(await signedIn()), codeVerifier: randomBytes(32).toString('base64url') };
      expect(failureOf(await harness.identity.redeemCode(redemption))).toMatchObject({
        errorCodes: [501481],
      });
    });

    test('another nonce than the one sent is told as such', async () => {
      const redemption = { ...(await signedIn()), nonce: 'another' };
      const failure = failureOf(await harness.identity.redeemCode(redemption));
      expect(failure).toMatchObject({ kind: 'answered', error: 'nonce_mismatch' });
    });

    test('a refresh gives a new refresh token and the old one stays valid', async () => {
      const first = await connected();
      const refreshed = tokensOf(await harness.identity.refresh(refreshRequest(first)));
      expect(refreshed.account).toEqual(harness.person);
      expect(refreshed.scopes).toContain(mail);
      expect(refreshed.refreshToken).toBeTruthy();
      expect(refreshed.refreshToken).not.toBe(first);
      for (const refreshToken of [first, refreshed.refreshToken ?? '']) {
        expect((await harness.identity.refresh(refreshRequest(refreshToken))).ok).toBe(true);
      }
    });

    test('a wrong secret is an invalid client', async () => {
      const request = refreshRequest(await connected());
      const credential = { kind: 'secret', secret: 'not the secret' } as const;
      const failure = failureOf(await harness.identity.refresh({ ...request, credential }));
      expect(failure).toMatchObject({
        kind: 'answered',
        status: 401,
        error: 'invalid_client',
        errorCodes: [7000215],
      });
    });

    test('an unknown app is an unauthorized client', async () => {
      const request = { ...refreshRequest('any'), clientId: '00000000-0000-4000-8000-00000000dead' };
      const failure = failureOf(await harness.identity.refresh(request));
      expect(failure).toMatchObject({ error: 'unauthorized_client', errorCodes: [700016] });
    });

    test('a garbled refresh token is an invalid grant', async () => {
      const failure = failureOf(await harness.identity.refresh(refreshRequest('no-such-token')));
      expect(failure).toMatchObject({ kind: 'answered', status: 400, error: 'invalid_grant' });
    });

    test('the admin consent URL names app, scopes and redirect URI, and never the tenant common', () => {
      const { registration, redirectUri } = harness;
      const request = { ...registration, redirectUri, scopes: [mail], tenant: 'common' };
      const url = new URL(harness.identity.adminConsentUrl(request));
      expect(url.pathname).toMatch(/\/organizations\/v2\.0\/adminconsent$/);
      expect(Object.fromEntries(url.searchParams)).toMatchObject({
        client_id: registration.clientId,
        scope: mail,
        redirect_uri: redirectUri,
      });
      expect(harness.identity.adminConsentUrl({ ...request, tenant: harness.person.tid })).toContain(
        `/${harness.person.tid}/v2.0/adminconsent`,
      );
    });

    test('after a revocation the grant is invalid', async () => {
      const request = refreshRequest(await connected());
      await harness.revoke();
      const failure = failureOf(await harness.identity.refresh(request));
      expect(failure).toMatchObject({ kind: 'answered', error: 'invalid_grant', errorCodes: [50173] });
    });
  });
}
