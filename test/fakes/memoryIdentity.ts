import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { buildAdminConsentUrl } from '../../shared/adapters/entra/adminConsentUrl.ts';
import type { Account } from '../../shared/domain/connection.ts';
import { environments } from '../../shared/domain/environment.ts';
import type { RawTokenFailure } from '../../shared/domain/tokenFailure.ts';
import type {
  AuthorizationUrlRequest,
  ClientCredential,
  ClientRegistration,
  Clock,
  CodeRequest,
  IdentityProvider,
  RefreshRequest,
  TokenAnswer,
} from '../../shared/ports.ts';
import { type CallHooks, hooked } from './callHooks.ts';

type Operation = 'redeemCode' | 'refresh';

export interface MemoryIdentity extends IdentityProvider, CallHooks {
  /** Token requests so far, refused ones included. */
  readonly calls: Record<Operation, number>;
  /** Seconds that access tokens live. */
  tokenLifetimeSeconds: number;
  /** Makes an app known; another secret is refused with AADSTS7000215. Without secrets an assertion is needed. */
  addApp(clientId: string, app?: { secrets?: readonly string[]; configuredScopes?: readonly string[] }): void;
  /** Replaces the secrets of an app, as an operator does. */
  setSecrets(clientId: string, ...secrets: readonly string[]): void;
  /** What the browser does between `authorizationUrl` and the callback: answers the code. */
  signIn(authorizationUrl: string, account: Account, grantedScopes?: readonly string[]): string;
  /** Kills every refresh token of the person so far: AADSTS50173. */
  revoke(oid: string): void;
  /** The next token requests, or those of one operation, fail like this, one for each failure. */
  failNext(failure: RawTokenFailure, operation?: Operation): void;
}

interface FakeApp {
  secrets: readonly string[];
  readonly configuredScopes: readonly string[];
}

interface StoredCode {
  readonly parameters: URLSearchParams;
  readonly account: Account;
  readonly scopes: readonly string[];
  readonly issuedAt: Date;
  redeemed: boolean;
}

interface StoredGrant {
  readonly clientId: string;
  readonly account: Account;
  readonly scopes: readonly string[];
  usedAt: Date;
  revoked: boolean;
}

const codeLifetimeMilliseconds = 600_000;
const idleLifetimeMilliseconds = 90 * 86_400_000;
const oidc = new Set(['openid', 'profile', 'email', 'offline_access']);

const refused = (status: number, error: string, code: number): TokenAnswer => ({
  ok: false,
  failure: { kind: 'answered', status, error, errorCodes: [code], entraCorrelationId: randomUUID() },
});

/** Entra in memory: apps, codes, and refresh tokens that stay valid after use, as Entra's do. */
export function createMemoryIdentity(clock: Clock): MemoryIdentity {
  const apps = new Map<string, FakeApp>();
  const codes = new Map<string, StoredCode>();
  const grants = new Map<string, StoredGrant>();
  const scripted: { readonly failure: RawTokenFailure; readonly operation: Operation | undefined }[] = [];

  const milliseconds = () => clock.now().getTime();

  function takeScripted(operation: Operation): TokenAnswer | undefined {
    const index = scripted.findIndex((script) => (script.operation ?? operation) === operation);
    const [script] = index < 0 ? [] : scripted.splice(index, 1);
    return script === undefined ? undefined : { ok: false, failure: script.failure };
  }

  function refuseClient(clientId: string, presented: ClientCredential): TokenAnswer | undefined {
    const app = apps.get(clientId);
    if (app === undefined) return refused(400, 'unauthorized_client', 700016);
    if (presented.kind === 'assertion' || app.secrets.includes(presented.secret)) return undefined;
    return refused(401, 'invalid_client', 7000215);
  }

  function expand(scopes: readonly string[], request: ClientRegistration): string[] {
    const configured = apps.get(request.clientId)?.configuredScopes ?? [];
    const { graphOrigin } = environments[request.environment];
    return scopes.flatMap((scope) =>
      scope.endsWith('/.default') ? configured.map((name) => `${graphOrigin}/${name}`) : [scope],
    );
  }

  function issue(
    request: ClientRegistration,
    account: Account,
    scopes: readonly string[],
    nonce?: string,
  ): TokenAnswer {
    const nowSeconds = Math.floor(milliseconds() / 1000);
    const refreshToken = `refresh-${randomBytes(12).toString('base64url')}`;
    const hasRefreshToken = scopes.includes('offline_access');
    const { clientId } = request;
    if (hasRefreshToken) {
      grants.set(refreshToken, { clientId, account, scopes, usedAt: clock.now(), revoked: false });
    }
    return {
      ok: true,
      tokens: {
        accessToken: `access-${randomBytes(12).toString('base64url')}`,
        expiresAt: new Date(milliseconds() + identity.tokenLifetimeSeconds * 1000),
        ...(hasRefreshToken ? { refreshToken } : {}),
        scopes: scopes.filter((scope) => scope !== 'offline_access'),
        account,
        idTokenClaims: {
          iss: `${environments[request.environment].authorityOrigin}/${account.tid}/v2.0`,
          aud: clientId,
          iat: nowSeconds,
          nbf: nowSeconds,
          exp: nowSeconds + 3600,
          oid: account.oid,
          tid: account.tid,
          preferred_username: account.username,
          ...(nonce === undefined ? {} : { nonce }),
        },
      },
    };
  }

  function refuseCode(code: StoredCode | undefined, request: CodeRequest): TokenAnswer | undefined {
    if (code === undefined) return refused(400, 'invalid_grant', 9002313);
    const challenge = createHash('sha256').update(request.codeVerifier).digest('base64url');
    const { parameters } = code;
    if (parameters.get('client_id') !== request.clientId) return refused(400, 'invalid_grant', 70000);
    if (parameters.get('redirect_uri') !== request.redirectUri) return refused(400, 'invalid_client', 50011);
    if (parameters.get('code_challenge') !== challenge) return refused(400, 'invalid_grant', 501481);
    if (code.redeemed) return refused(400, 'invalid_grant', 54005);
    const isOld = milliseconds() - code.issuedAt.getTime() > codeLifetimeMilliseconds;
    return isOld ? refused(400, 'invalid_grant', 70008) : undefined;
  }

  function redeem(request: CodeRequest): TokenAnswer {
    const code = codes.get(request.code);
    const refusal = refuseClient(request.clientId, request.credential) ?? refuseCode(code, request);
    if (refusal !== undefined || code === undefined) return refusal ?? refused(400, 'invalid_grant', 9002313);
    code.redeemed = true;
    const nonce = code.parameters.get('nonce') ?? '';
    if (nonce === request.nonce) return issue(request, code.account, code.scopes, nonce);
    return { ok: false, failure: { kind: 'answered', status: 200, error: 'nonce_mismatch', errorCodes: [] } };
  }

  function renew(request: RefreshRequest): TokenAnswer {
    const refusal = refuseClient(request.clientId, request.credential);
    if (refusal !== undefined) return refusal;
    const grant = grants.get(request.refreshToken);
    if (grant === undefined || grant.clientId !== request.clientId)
      return refused(400, 'invalid_grant', 70000);
    if (grant.revoked) return refused(400, 'invalid_grant', 50173);
    if (milliseconds() - grant.usedAt.getTime() > idleLifetimeMilliseconds) {
      return refused(400, 'invalid_grant', 700082);
    }
    grant.usedAt = clock.now();
    const granted = expand(request.scopes, request).filter(
      (scope) => oidc.has(scope) || grant.scopes.includes(scope),
    );
    if (!granted.some((scope) => !oidc.has(scope))) return refused(400, 'invalid_grant', 65001);
    return issue(request, grant.account, granted);
  }

  function buildUrl(request: AuthorizationUrlRequest): string {
    const { authorityOrigin } = environments[request.environment];
    const prompt = request.prompt ?? (request.loginHint === undefined ? 'select_account' : undefined);
    const parameters = new URLSearchParams({
      client_id: request.clientId,
      scope: [...new Set([...request.scopes, 'openid', 'profile', 'offline_access'])].join(' '),
      redirect_uri: request.redirectUri,
      response_mode: 'query',
      response_type: 'code',
      code_challenge: request.codeChallenge,
      code_challenge_method: 'S256',
      nonce: request.nonce,
      state: request.state,
      ...(prompt === undefined ? {} : { prompt }),
      ...(request.loginHint === undefined || prompt === 'select_account'
        ? {}
        : { login_hint: request.loginHint }),
    });
    return `${authorityOrigin}/${request.tenant}/oauth2/v2.0/authorize?${parameters}`;
  }

  const environmentOf = (url: URL) =>
    Object.entries(environments).find(([, facts]) => facts.authorityOrigin === url.origin)?.[0] ??
    'office365';

  const identity: MemoryIdentity = {
    calls: { redeemCode: 0, refresh: 0 },
    tokenLifetimeSeconds: 3600,
    addApp: (clientId, { secrets = [], configuredScopes = [] } = {}) => {
      apps.set(clientId, { secrets, configuredScopes });
    },
    setSecrets(clientId, ...secrets) {
      const app = apps.get(clientId);
      if (app !== undefined) app.secrets = secrets;
    },
    signIn(authorizationUrl, account, grantedScopes) {
      const url = new URL(authorizationUrl);
      const asked = (url.searchParams.get('scope') ?? '').split(' ');
      const registration = {
        environment: environmentOf(url) as ClientRegistration['environment'],
        tenant: account.tid,
        clientId: url.searchParams.get('client_id') ?? '',
      };
      const code = `code-${randomBytes(12).toString('base64url')}`;
      codes.set(code, {
        parameters: url.searchParams,
        account,
        scopes: grantedScopes ?? expand(asked, registration),
        issuedAt: clock.now(),
        redeemed: false,
      });
      return code;
    },
    revoke(oid) {
      for (const grant of grants.values()) if (grant.account.oid === oid) grant.revoked = true;
    },
    failNext(failure, operation) {
      scripted.push({ failure, operation });
    },
    authorizationUrl: async (request) => buildUrl(request),
    adminConsentUrl: buildAdminConsentUrl,
    check: () => hooked(identity, 'check', () => undefined),
    redeemCode(request) {
      identity.calls.redeemCode += 1;
      return hooked(identity, 'redeemCode', () => takeScripted('redeemCode') ?? redeem(request));
    },
    refresh(request) {
      identity.calls.refresh += 1;
      return hooked(identity, 'refresh', () => takeScripted('refresh') ?? renew(request));
    },
  };
  return identity;
}
