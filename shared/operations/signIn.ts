import * as z from 'zod';
import { asSignInFailure, classifyAuthorizationError } from '../domain/authorizationError.ts';
import { type Caller, personLabel, type Role, roles } from '../domain/caller.ts';
import type { Environment } from '../domain/environment.ts';
import { BrokerError } from '../domain/errors.ts';
import { checkIdToken, issuerMatches } from '../domain/idToken.ts';
import { classifyTokenFailure } from '../domain/tokenFailure.ts';
import type { ClientCredential, Clock, IdentityProvider } from '../ports.ts';
import type { Sealer, SealPurpose } from '../sealing.ts';
import { equalSecrets, randomSecret, sha256 } from '../secrets.ts';
import type { CallbackParameters, CookieJar } from './claimAuthorization.ts';

/** A person signed in to the broker's own pages. */
export interface Session {
  readonly caller: Caller;
  readonly name: string;
  readonly username: string;
  /** Comes back in every form: a form of another site cannot know it. */
  readonly csrfToken: string;
  readonly expiresAt: Date;
}

/** A cookie to set; with `maxAgeSeconds` 0 it is deleted. */
export interface CookieToSet {
  readonly name: string;
  readonly value: string;
  readonly maxAgeSeconds: number;
}

export interface SignIn {
  begin(returnTo: string): Promise<{ readonly href: string; readonly cookie: CookieToSet }>;
  /** @throws BrokerError for everything that is not a successful sign-in of this browser */
  complete(
    parameters: CallbackParameters,
    cookies: CookieJar,
  ): Promise<{ readonly returnTo: string; readonly cookies: readonly CookieToSet[] }>;
  /** The session of a request; undefined where there is none, it has ended, or the cookie is not the broker's. */
  sessionOf(cookies: CookieJar): Promise<Session | undefined>;
  /** The cookie that ends a session. */
  signOut(): CookieToSet;
}

export interface SignInPorts {
  readonly identity: IdentityProvider;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly environment: Environment;
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: ClientCredential;
  readonly redirectUri: string;
  readonly sessionHours: number;
}

const sessionCookie = '__Host-session';
/** One cookie for each attempt, so that two tabs work. */
const attemptCookieName = (state: string) => `__Host-sign-in-${sha256(state).slice(0, 16)}`;
const attemptSeconds = 600;
const sessionPurpose: SealPurpose = { key: 'session', data: 'session' };
const attemptPurpose: SealPurpose = { key: 'session', data: 'sign-in' };
const scopes = ['openid', 'profile'];

const attemptSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  returnTo: z.string(),
  expiresAt: z.number(),
});
type Attempt = z.infer<typeof attemptSchema>;

const sessionSchema = z.object({
  principalId: z.string(),
  name: z.string(),
  username: z.string(),
  roles: z.array(z.enum(roles)),
  csrfToken: z.string(),
  expiresAt: z.number(),
});

/** Sign-in of people to the broker's own pages, with the broker's own app registration and no client secret. */
export function createSignIn(ports: SignInPorts): SignIn {
  const { identity, clock, sealer, environment, tenantId, clientId } = ports;
  const registration = { environment, tenant: tenantId, clientId };

  const openJson = async <T>(purpose: SealPurpose, sealed: string | undefined, schema: z.ZodType<T>) => {
    if (sealed === undefined) return undefined;
    const text = await sealer.open(purpose, sealed, 'presented');
    return text === undefined ? undefined : schema.safeParse(JSON.parse(text)).data;
  };

  const attemptOf = async ({ state }: CallbackParameters, cookies: CookieJar): Promise<Attempt> => {
    const cookie = state === undefined ? undefined : cookies(attemptCookieName(state));
    const attempt = await openJson(attemptPurpose, cookie, attemptSchema);
    if (attempt === undefined || state === undefined || !equalSecrets(attempt.state, state)) {
      throw new BrokerError(
        'state_invalid',
        'This sign-in was not started in this browser. Open the start page again.',
      );
    }
    if (attempt.expiresAt <= clock.now().getTime()) {
      throw new BrokerError(
        'state_expired',
        'The sign-in took more than ten minutes. Open the start page again.',
      );
    }
    return attempt;
  };

  const sealSession = async (claims: Readonly<Record<string, unknown>>, oid: string, username: string) => {
    const granted = Array.isArray(claims.roles) ? claims.roles : [];
    const session: z.infer<typeof sessionSchema> = {
      principalId: oid,
      name: typeof claims.name === 'string' ? claims.name : username,
      username,
      roles: roles.filter((role) => granted.includes(role)),
      csrfToken: randomSecret(),
      expiresAt: clock.now().getTime() + ports.sessionHours * 3_600_000,
    };
    return sealer.seal(sessionPurpose, JSON.stringify(session));
  };

  return {
    async begin(returnTo) {
      const [state, nonce, codeVerifier] = [randomSecret(), randomSecret(), randomSecret()];
      const expiresAt = clock.now().getTime() + attemptSeconds * 1000;
      const attempt: Attempt = { state, nonce, codeVerifier, returnTo: localPath(returnTo), expiresAt };
      const href = await identity.authorizationUrl({
        ...registration,
        redirectUri: ports.redirectUri,
        scopes,
        state,
        nonce,
        codeChallenge: sha256(codeVerifier),
      });
      const value = await sealer.seal(attemptPurpose, JSON.stringify(attempt));
      return { href, cookie: { name: attemptCookieName(state), value, maxAgeSeconds: attemptSeconds } };
    },

    async complete(parameters, cookies) {
      const attempt = await attemptOf(parameters, cookies);
      if (parameters.iss !== undefined && !issuerMatches(parameters.iss, environment, tenantId)) {
        throw new BrokerError(
          'state_invalid',
          'The answer names another identity provider than the one you were sent to.',
        );
      }
      if (parameters.error !== undefined || parameters.code === undefined) {
        const failure = classifyAuthorizationError(parameters.error ?? '', parameters.errorDescription);
        throw new BrokerError(failure.code, failure.detail);
      }
      const answer = await identity.redeemCode({
        ...registration,
        credential: ports.credential,
        redirectUri: ports.redirectUri,
        scopes,
        code: parameters.code,
        codeVerifier: attempt.codeVerifier,
        nonce: attempt.nonce,
      });
      if (!answer.ok) {
        const failure = asSignInFailure(classifyTokenFailure(answer.failure));
        throw new BrokerError(failure.code, failure.detail, { members: { aadstsCode: failure.aadstsCode } });
      }
      const claims = answer.tokens.idTokenClaims;
      const verdict = checkIdToken(claims, {
        environment,
        tenant: tenantId,
        clientId,
        now: clock.now(),
        nonce: attempt.nonce,
        allowedTenants: [tenantId],
        allowPersonalAccounts: false,
      });
      if (!verdict.ok) throw new BrokerError(verdict.code, verdict.detail);
      const value = await sealSession(claims, verdict.account.oid, verdict.account.username);
      return {
        returnTo: attempt.returnTo,
        cookies: [
          { name: sessionCookie, value, maxAgeSeconds: ports.sessionHours * 3600 },
          { name: attemptCookieName(attempt.state), value: '', maxAgeSeconds: 0 },
        ],
      };
    },

    async sessionOf(cookies) {
      const session = await openJson(sessionPurpose, cookies(sessionCookie), sessionSchema);
      if (session === undefined || session.expiresAt <= clock.now().getTime()) return undefined;
      const { principalId, name, username, csrfToken } = session;
      const displayName = personLabel(name, username) ?? username;
      const caller: Caller = { principalId, kind: 'user', displayName, roles: new Set<Role>(session.roles) };
      return { caller, name, username, csrfToken, expiresAt: new Date(session.expiresAt) };
    },

    signOut: () => ({ name: sessionCookie, value: '', maxAgeSeconds: 0 }),
  };
}

/** Only paths of this broker are returned to; anything else is its start page. */
function localPath(text: string): string {
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/';
}
