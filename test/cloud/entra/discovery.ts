import { environments, personalAccountsTenantId } from '../../../shared/domain/environment.ts';
import { playFault } from '../faults.ts';
import { sendJson } from '../httpServer.ts';
import { type Audience, resolveAudience } from './audience.ts';
import { type Authority, authorities, findAuthority } from './authorities.ts';
import { clientRequestId, type EntraContext, type EntraExchange } from './context.ts';
import { describeFailure, EntraFailure } from './failure.ts';
import { issuerOf } from './issueTokens.ts';

const subScopes: Readonly<Record<string, string>> = { 'usgov-l4': 'DODCON', 'usgov-l5': 'DOD' };

function issuerTenant(audience: Audience): string {
  if (audience.tenant) return audience.tenant.id;
  return audience.kind === 'consumers' ? personalAccountsTenantId : '{tenantid}';
}

function regionOf(authority: Authority): string {
  if (authority.origin.endsWith('.us')) return 'USGov';
  return authority.origin.endsWith('.cn') ? 'AS' : 'NA';
}

/** The OpenID Provider configuration of a tenant, with the real host names of its cloud. */
function openIdConfiguration(authority: Authority, audience: Audience) {
  const tenant = audience.tenant?.id ?? audience.kind;
  const base = `${authority.origin}/${tenant}`;
  const environment = audience.tenant?.environment ?? authority.environments[0] ?? 'office365';
  const subScope = audience.tenant && subScopes[audience.tenant.environment];
  const graphOrigin = environments[environment].graphOrigin;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: issuerOf(authority, issuerTenant(audience)),
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${graphOrigin}/oidc/userinfo`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported:
      'sub iss cloud_instance_name cloud_instance_host_name cloud_graph_host_name msgraph_host aud exp iat auth_time acr nonce preferred_username name tid ver at_hash c_hash email'.split(
        ' ',
      ),
    tenant_region_scope: audience.tenant ? regionOf(authority) : null,
    ...(subScope ? { tenant_region_sub_scope: subScope } : {}),
    cloud_instance_name: authority.host.replace(/^login\./, ''),
    cloud_graph_host_name: authority.origin.endsWith('.cn') ? 'graph.chinacloudapi.cn' : 'graph.windows.net',
    msgraph_host: new URL(graphOrigin).host,
  };
}

function sendDiscoveryFailure(context: EntraContext, exchange: EntraExchange, failure: EntraFailure): void {
  const { body, headers } = describeFailure(failure, {
    now: context.clock.now(),
    authorityOrigin: exchange.authority.origin,
    clientRequestId: clientRequestId(exchange),
  });
  // Discovery names a tenant it does not know otherwise than the token endpoint does.
  const error = failure.code === 90002 || failure.code === 900023 ? 'invalid_tenant' : body.error;
  sendJson(exchange.response, 400, { ...body, error }, headers);
}

function answerOrFail(context: EntraContext, exchange: EntraExchange, answer: () => unknown): void {
  try {
    sendJson(exchange.response, 200, answer(), { 'cache-control': 'max-age=86400, private' });
  } catch (error) {
    if (!(error instanceof EntraFailure)) throw error;
    sendDiscoveryFailure(context, exchange, error);
  }
}

/** `GET /{tenant}/v2.0/.well-known/openid-configuration` */
export function handleConfiguration(context: EntraContext, exchange: EntraExchange): void {
  const { authority, tenantName } = exchange;
  const fault = context.faults.take('entra', { operation: 'discovery' });
  if (fault && !('aadsts' in fault)) {
    playFault(fault, exchange.request, exchange.response);
    return;
  }
  answerOrFail(context, exchange, () => {
    if (fault) throw new EntraFailure(fault.aadsts);
    return openIdConfiguration(authority, resolveAudience(context.directory, authority, tenantName));
  });
}

/** `GET /{tenant}/discovery/v2.0/keys` */
export function handleKeys(context: EntraContext, exchange: EntraExchange): void {
  const { authority, tenantName } = exchange;
  answerOrFail(context, exchange, () => {
    const audience = resolveAudience(context.directory, authority, tenantName);
    const issuer = issuerOf(authority, issuerTenant(audience));
    return { keys: [{ ...context.keyOf(authority).publicJwk, issuer }] };
  });
}

/** `GET /common/discovery/instance`: which hosts are one authority, for clients without built-in metadata. */
export function handleInstanceDiscovery(context: EntraContext, exchange: EntraExchange): void {
  answerOrFail(context, exchange, () => {
    const asked = exchange.url.searchParams.get('authorization_endpoint') ?? '';
    if (!URL.canParse(asked)) throw new EntraFailure(50049);
    const { host, pathname } = new URL(asked);
    const authority = findAuthority(host);
    if (!authority) throw new EntraFailure(50049);
    const tenantName = pathname.split('/')[1] || 'common';
    return {
      tenant_discovery_endpoint: `${authority.origin}/${tenantName}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: authorities.map((known) => ({
        preferred_network: known.host,
        preferred_cache: known.host,
        aliases: [known.host, ...known.aliases.map((alias) => new URL(alias).host)],
      })),
    };
  });
}
