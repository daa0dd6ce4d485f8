import { createHash } from 'node:crypto';
import type { Audience } from './audience.ts';
import type { Authority } from './authorities.ts';
import type { CodeGrant, EntraContext, Grant } from './context.ts';
import type { Account, AppRegistration } from './directory.ts';
import { EntraFailure } from './failure.ts';
import { issueAppToken, issuePersonalTokens, issuerOf, type TokenResponse } from './issueTokens.ts';
import { lacksConsent, parseScopes } from './scopes.ts';

/** A token request whose tenant and client are known and whose client has authenticated. */
export interface TokenRequest {
  authority: Authority;
  audience: Audience;
  tenantName: string;
  app: AppRegistration;
  form: URLSearchParams;
}

function required(form: URLSearchParams, parameter: string): string {
  const value = form.get(parameter);
  if (!value) throw new EntraFailure(900144, { parameter });
  return value;
}

/** The account behind a grant, if it may still be used. */
function accountOf(context: EntraContext, grant: Grant, issuedAt: Date): Account {
  const account = context.directory.findAccountByOid(grant.oid);
  if (!account) throw new EntraFailure(500341, { username: grant.oid });
  if (account.disabled) throw new EntraFailure(50057);
  if (grant.sessionGeneration !== account.sessionGeneration) {
    throw new EntraFailure(50173, {
      issuedAt: issuedAt.toISOString(),
      validFrom: account.sessionsRevokedAt?.toISOString(),
    });
  }
  return account;
}

async function issue(
  context: EntraContext,
  { form, app, tenantName }: TokenRequest,
  grant: Grant,
  account: Account,
  nonce?: string,
): Promise<TokenResponse> {
  const { directory } = context;
  const request = parseScopes(form.get('scope') ?? grant.scope, {
    directory,
    app,
    environment: account.environment,
    tenantName,
  });
  const granted = directory.consents.grantedTo(account, app.clientId);
  if (lacksConsent({ ...request, oidc: [] }, app, granted)) {
    throw new EntraFailure(65001, { clientId: app.clientId, app: app.displayName });
  }
  const clientInfo = form.get('client_info') === '1';
  const tokens = await issuePersonalTokens(context, { account, app, request, granted, nonce, clientInfo });
  if (!grant.scope.split(' ').includes('offline_access')) return tokens;
  const { oid, clientId, scope, signedInAt, sessionGeneration } = grant;
  const renewed: Grant = { oid, clientId, scope, signedInAt, sessionGeneration };
  return { ...tokens, refresh_token: context.refreshTokens.add(renewed) };
}

/** RFC 7636 section 4.6; a verifier without a challenge is as wrong as a challenge without a verifier. */
function checkCodeVerifier({ flow }: CodeGrant, verifier: string | null): void {
  if (flow.codeChallenge === undefined && verifier === null) return;
  const transformed =
    flow.codeChallengeMethod === 'S256' && verifier !== null
      ? createHash('sha256').update(verifier).digest('base64url')
      : verifier;
  if (transformed !== (flow.codeChallenge ?? '')) throw new EntraFailure(501481);
}

/** `grant_type=authorization_code` */
export async function redeemCode(context: EntraContext, request: TokenRequest): Promise<TokenResponse> {
  const { form, app, audience } = request;
  const code = required(form, 'code');
  const redirectUri = required(form, 'redirect_uri');
  const found = context.codes.find(code);
  if (!found) throw new EntraFailure(9002313);
  const grant = found.value;
  if (grant.clientId !== app.clientId) throw new EntraFailure(70000);
  if (found.expired) throw new EntraFailure(70008);
  if (grant.redeemed) throw new EntraFailure(54005);
  if (grant.flow.redirectUri !== redirectUri) {
    throw new EntraFailure(500112, { redirectUri, expected: grant.flow.redirectUri });
  }
  const account = accountOf(context, grant, found.issuedAt);
  if (audience.tenant && audience.tenant.id !== account.tenantId) throw new EntraFailure(700005);
  checkCodeVerifier(grant, form.get('code_verifier'));
  grant.redeemed = true;
  return issue(context, request, grant, account, grant.flow.nonce);
}

/** `grant_type=refresh_token`; the token that was used stays valid. */
export async function redeemRefreshToken(
  context: EntraContext,
  request: TokenRequest,
): Promise<TokenResponse> {
  const { form, app, audience, authority } = request;
  const found = context.refreshTokens.find(required(form, 'refresh_token'));
  if (!found) throw new EntraFailure(9002313);
  const grant = found.value;
  if (grant.clientId !== app.clientId) throw new EntraFailure(70000);
  if (found.expired) throw new EntraFailure(700082, { issuedAt: found.issuedAt.toISOString() });
  const account = accountOf(context, grant, grant.signedInAt);
  if (audience.tenant && audience.tenant.id !== account.tenantId) {
    throw new EntraFailure(50020, {
      username: account.username,
      identityProvider: issuerOf(authority, account.tenantId),
      tenant: audience.tenant.domains[0],
      clientId: app.clientId,
      app: app.displayName,
    });
  }
  return issue(context, request, grant, account);
}

/** `grant_type=client_credentials`; the scope is `{resource}/.default`. */
export async function redeemClientCredentials(
  context: EntraContext,
  request: TokenRequest,
): Promise<TokenResponse> {
  const { form, app, audience, authority, tenantName } = request;
  if (!audience.tenant) throw new EntraFailure(50059);
  const scope = required(form, 'scope');
  if (!/^\S+\/\.default$/.test(scope)) throw new EntraFailure(1002012, { scope });
  const { environment, id } = audience.tenant;
  const { resource } = parseScopes(scope, { directory: context.directory, app, environment, tenantName });
  return issueAppToken(context, { authority, tenantId: id, app, resource });
}
