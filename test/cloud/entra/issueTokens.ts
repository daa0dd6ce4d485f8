import { createHash, randomBytes } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { personalAccountsTenantId } from '../../../shared/domain/environment.ts';
import { type Authority, authorityOf } from './authorities.ts';
import type { EntraContext } from './context.ts';
import type { Account, AppRegistration } from './directory.ts';
import { grantedNames, type Resource, type ScopeRequest, scopeOfResponse } from './scopes.ts';

const idTokenLifetimeSeconds = 3600;
/** Entra dates tokens back, against clocks that are behind. */
const backdatedSeconds = 300;

/** The body of a successful answer of the token endpoint (RFC 6749 section 5.1). */
export interface TokenResponse {
  token_type: 'Bearer';
  scope?: string;
  expires_in: number;
  ext_expires_in: number;
  access_token: string;
  refresh_token?: string;
  id_token?: string;
  client_info?: string;
}

/** The issuer of version 2 tokens of a tenant. */
export function issuerOf(authority: Authority, tenantId: string): string {
  return `${authority.origin}/${tenantId}/v2.0`;
}

/** The base64url JSON from which MSAL builds the home account id. */
export function clientInfoOf({ oid, tenantId }: Account): string {
  return Buffer.from(JSON.stringify({ uid: oid, utid: tenantId })).toString('base64url');
}

function pairwiseSubject(principalId: string, clientId: string): string {
  return createHash('sha256').update(`${principalId}|${clientId}`).digest('base64url');
}

function times(now: Date, lifetimeSeconds: number) {
  const seconds = Math.floor(now.getTime() / 1000);
  return { iat: seconds - backdatedSeconds, nbf: seconds - backdatedSeconds, exp: seconds + lifetimeSeconds };
}

function uniqueClaims() {
  return { uti: randomBytes(16).toString('base64url'), rh: `1.${randomBytes(30).toString('base64url')}.` };
}

/** `roles` where there are any, as Entra leaves the claim out otherwise. */
function rolesClaim(roles: readonly string[]): { roles?: string[] } {
  return roles.length > 0 ? { roles: [...roles] } : {};
}

function randomLifetimeSeconds(context: EntraContext): number {
  return 3600 + Math.floor(context.random() * 1800);
}

function lifetimeFor(context: EntraContext, account: Account): number {
  const tenant = context.directory.findTenant(account.tenantId);
  return (
    account.accessTokenLifetimeSeconds ?? tenant?.accessTokenLifetimeSeconds ?? randomLifetimeSeconds(context)
  );
}

export interface PersonalTokenOrder {
  account: Account;
  app: AppRegistration;
  request: ScopeRequest;
  granted: ReadonlySet<string>;
  nonce?: string | undefined;
  clientInfo: boolean;
}

function graphClaims(order: PersonalTokenOrder, authority: Authority): JWTPayload {
  const { account, app, request, granted } = order;
  const oidc = ['openid', 'profile', 'email'].filter((scope) => granted.has(scope));
  return {
    iss: `${authority.v1IssuerOrigin}/${account.tenantId}/`,
    aud: request.resource.audience,
    appid: app.clientId,
    app_displayname: app.displayName,
    appidacr: '1',
    idtyp: 'user',
    name: account.name,
    oid: account.oid,
    scp: [...grantedNames(granted, request.resource), ...oidc].join(' '),
    sub: pairwiseSubject(account.oid, '00000003-0000-0000-c000-000000000000'),
    tid: account.tenantId,
    unique_name: account.username,
    upn: account.username,
    ver: '1.0',
  };
}

/** Claims of a version 2 access token of a person for an API. */
function apiClaims(order: PersonalTokenOrder, api: AppRegistration, context: EntraContext): JWTPayload {
  const { account, app, request, granted } = order;
  return {
    iss: issuerOf(authorityOf(account.environment), account.tenantId),
    aud: request.resource.audience,
    azp: app.clientId,
    azpacr: '1',
    name: account.name,
    oid: account.oid,
    preferred_username: account.username,
    scp: grantedNames(granted, request.resource).join(' '),
    sub: pairwiseSubject(account.oid, api.clientId),
    tid: account.tenantId,
    ver: '2.0',
    ...rolesClaim(context.directory.rolesOf(account.oid, api.clientId)),
    ...(account.groups ? { groups: account.groups } : {}),
  };
}

function idClaims(order: PersonalTokenOrder, authority: Authority, context: EntraContext): JWTPayload {
  const { account, app, granted, nonce } = order;
  return {
    aud: app.clientId,
    iss: issuerOf(authority, account.tenantId),
    ...times(context.clock.now(), idTokenLifetimeSeconds),
    ...(granted.has('email') ? { email: account.username } : {}),
    name: account.name,
    ...(nonce === undefined ? {} : { nonce }),
    oid: account.oid,
    preferred_username: account.username,
    sub: pairwiseSubject(account.oid, app.clientId),
    tid: account.tenantId,
    ver: '2.0',
    ...uniqueClaims(),
    ...rolesClaim(context.directory.rolesOf(account.oid, app.clientId)),
    ...(account.groups ? { groups: account.groups } : {}),
  };
}

/** Access token, id token and `client_info` of a person; the refresh token is the caller's to add. */
export async function issuePersonalTokens(
  context: EntraContext,
  order: PersonalTokenOrder,
): Promise<TokenResponse> {
  const { account, request } = order;
  const authority = authorityOf(account.environment);
  const key = context.keyOf(authority);
  const lifetimeSeconds = lifetimeFor(context, account);
  const api = request.resource.app;
  const claims = api ? apiClaims(order, api, context) : graphClaims(order, authority);
  const response: TokenResponse = {
    token_type: 'Bearer',
    scope: scopeOfResponse(request, order.granted),
    expires_in: lifetimeSeconds,
    ext_expires_in: lifetimeSeconds,
    access_token: await key.sign({
      ...claims,
      ...times(context.clock.now(), lifetimeSeconds),
      ...uniqueClaims(),
    }),
  };
  if (request.oidc.includes('openid'))
    response.id_token = await key.sign(idClaims(order, authority, context));
  if (order.clientInfo) response.client_info = clientInfoOf(account);
  return response;
}

/** The answer to client credentials: a token of the app's service principal, with its app roles. */
export async function issueAppToken(
  context: EntraContext,
  order: { authority: Authority; tenantId: string; app: AppRegistration; resource: Resource },
): Promise<TokenResponse> {
  const { app, resource, tenantId, authority } = order;
  const lifetimeSeconds = randomLifetimeSeconds(context);
  const roles = resource.app ? context.directory.rolesOf(app.servicePrincipalId, resource.app.clientId) : [];
  const claims: JWTPayload = resource.app
    ? { iss: issuerOf(authority, tenantId), azp: app.clientId, azpacr: '1', ver: '2.0' }
    : { iss: `${authority.v1IssuerOrigin}/${tenantId}/`, appid: app.clientId, appidacr: '1', ver: '1.0' };
  return {
    token_type: 'Bearer',
    expires_in: lifetimeSeconds,
    ext_expires_in: lifetimeSeconds,
    access_token: await context.keyOf(authority).sign({
      ...claims,
      aud: resource.audience,
      idtyp: 'app',
      oid: app.servicePrincipalId,
      sub: app.servicePrincipalId,
      tid: tenantId,
      ...rolesClaim(roles),
      ...times(context.clock.now(), lifetimeSeconds),
      ...uniqueClaims(),
    }),
  };
}

/** What {@link mintToken} stamps into a caller's token. */
export interface MintedToken {
  tenantId: string;
  principalId: string;
  /** Client id of the API that the caller calls. */
  audience: string;
  /** Client id of the calling app; the principal's id where it does not matter. */
  clientId?: string | undefined;
  roles?: readonly string[] | undefined;
  /** Space-separated delegated permissions; makes it a person's token. */
  scp?: string | undefined;
  username?: string | undefined;
  /** A year, unless told. */
  lifetimeSeconds?: number | undefined;
}

const yearSeconds = 365 * 86_400;

/** A version 2 access token for a caller of an API, without the ceremony of getting it. */
export async function mintToken(context: EntraContext, token: MintedToken): Promise<string> {
  const tenant = context.directory.findTenant(token.tenantId);
  if (!tenant || tenant.id === personalAccountsTenantId) {
    throw new Error(`There is no organisation with the tenant id ${token.tenantId}.`);
  }
  const authority = authorityOf(tenant.environment);
  const person = token.scp !== undefined;
  return context.keyOf(authority).sign({
    iss: issuerOf(authority, tenant.id),
    aud: token.audience,
    azp: token.clientId ?? token.principalId,
    azpacr: '1',
    oid: token.principalId,
    sub: person ? pairwiseSubject(token.principalId, token.audience) : token.principalId,
    tid: tenant.id,
    ver: '2.0',
    ...(person ? { scp: token.scp, preferred_username: token.username } : { idtyp: 'app' }),
    ...rolesClaim(token.roles ?? []),
    ...times(context.clock.now(), token.lifetimeSeconds ?? yearSeconds),
    ...uniqueClaims(),
  });
}
