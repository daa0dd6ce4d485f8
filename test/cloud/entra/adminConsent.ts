import { readForm } from '../httpServer.ts';
import { resolveApp, resolveAudience } from './audience.ts';
import { authorityOf } from './authorities.ts';
import { sendFailurePage } from './authorizeEndpoint.ts';
import { failureParameters, sendCallback } from './callback.ts';
import type { AdminConsentFlow, EntraContext, EntraExchange } from './context.ts';
import type { AppRegistration, Tenant } from './directory.ts';
import { EntraFailure } from './failure.ts';
import { consentPage, sendPage, tenantPage } from './pages.ts';
import { describePermission } from './permissions.ts';
import { consentScopes, parseScopes } from './scopes.ts';

function scopesIn(context: EntraContext, flow: AdminConsentFlow, app: AppRegistration, tenant: Tenant) {
  const { directory } = context;
  const { environment, id } = tenant;
  return consentScopes(parseScopes(flow.scope, { directory, app, environment, tenantName: id }), app);
}

/** Answers to the redirect URI; the failure's callback says `admin_consent=True` as well, as Entra's does. */
function sendOutcome(
  context: EntraContext,
  exchange: EntraExchange,
  flow: AdminConsentFlow,
  failure?: EntraFailure,
): void {
  const parameters = failure
    ? failureParameters(flow, failure, context.clock.now())
    : new URLSearchParams({ tenant: flow.tenantId ?? '', scope: flow.scope });
  parameters.set('admin_consent', 'True');
  parameters.delete('error_subcode');
  if (flow.state !== undefined) parameters.set('state', flow.state);
  sendCallback(exchange.response, { ...flow, responseMode: 'query' }, parameters);
}

function showConsent(
  context: EntraContext,
  exchange: EntraExchange,
  flowId: string,
  flow: AdminConsentFlow,
): void {
  const app = context.directory.findApp(flow.clientId);
  const tenant = context.directory.findTenant(flow.tenantId ?? '');
  if (!app || !tenant) throw new EntraFailure(50089);
  const { host } = exchange.authority;
  let scopes: string[];
  try {
    scopes = scopesIn(context, flow, app, tenant);
  } catch (error) {
    if (!(error instanceof EntraFailure)) throw error;
    sendOutcome(context, exchange, flow, error);
    return;
  }
  const page = consentPage({
    host,
    action: `/${host}/${exchange.tenantName}/AdminConsent/Set`,
    flowId,
    appName: app.displayName,
    onBehalfOf: `Administrator of ${tenant.domains[0] ?? tenant.id}`,
    permissions: scopes.map(describePermission),
    administrator: true,
  });
  sendPage(exchange.response, 200, page);
}

function start(context: EntraContext, exchange: EntraExchange): void {
  const { authority, tenantName, url } = exchange;
  const { directory } = context;
  // This endpoint takes a tenant or `organizations`, and never `common`.
  if (tenantName === 'common' || tenantName === 'consumers') throw new EntraFailure(50059);
  const audience = resolveAudience(directory, authority, tenantName);
  const clientId = url.searchParams.get('client_id');
  const scope = url.searchParams.get('scope');
  if (!clientId) throw new EntraFailure(900144, { parameter: 'client_id' });
  if (!scope) throw new EntraFailure(900144, { parameter: 'scope' });
  const app = resolveApp(directory, authority, audience, clientId);
  const redirectUri = url.searchParams.get('redirect_uri') ?? app.redirectUris[0];
  if (redirectUri === undefined || !app.redirectUris.includes(redirectUri)) {
    throw new EntraFailure(50011, { redirectUri, clientId });
  }
  const flow: AdminConsentFlow = {
    authority,
    tenantId: audience.tenant?.id,
    clientId: app.clientId,
    redirectUri,
    state: url.searchParams.get('state') ?? undefined,
    scope,
  };
  const flowId = context.adminFlows.add(flow);
  if (audience.tenant) {
    showConsent(context, exchange, flowId, flow);
    return;
  }
  const tenants = directory
    .listTenants()
    .filter(
      ({ environment, id }) =>
        authorityOf(environment) === authority &&
        directory.listAccounts().some(({ tenantId }) => tenantId === id),
    )
    .map(({ id, domains }) => ({ id, name: domains[0] ?? id }));
  const action = `/${authority.host}/${tenantName}/AdminConsent/Set`;
  sendPage(
    exchange.response,
    200,
    tenantPage({ host: authority.host, action, flowId, appName: app.displayName, tenants }),
  );
}

function proceed(context: EntraContext, exchange: EntraExchange, form: URLSearchParams): void {
  const flowId = form.get('flow') ?? '';
  const found = context.adminFlows.find(flowId);
  if (!found || found.expired) throw new EntraFailure(50089);
  const flow = found.value;
  const picked = form.get('tenant');
  if (flow.tenantId === undefined && picked !== null) {
    const tenant = context.directory.findTenant(picked);
    if (!tenant || authorityOf(tenant.environment) !== flow.authority) throw new EntraFailure(90002);
    flow.tenantId = tenant.id;
    showConsent(context, exchange, flowId, flow);
    return;
  }
  const app = context.directory.findApp(flow.clientId);
  const tenant = context.directory.findTenant(flow.tenantId ?? '');
  if (!app || !tenant) throw new EntraFailure(50089);
  context.adminFlows.remove(flowId);
  if (form.get('decision') !== 'accept') {
    sendOutcome(context, exchange, flow, new EntraFailure(65004));
    return;
  }
  context.directory.consents.grant(tenant.id, app.clientId, scopesIn(context, flow, app, tenant));
  sendOutcome(context, exchange, flow);
}

function onFailurePage(context: EntraContext, exchange: EntraExchange, error: unknown): void {
  if (!(error instanceof EntraFailure)) throw error;
  sendFailurePage(context, exchange, error);
}

/** `GET /{tenant}/v2.0/adminconsent` */
export function handleAdminConsent(context: EntraContext, exchange: EntraExchange): void {
  try {
    start(context, exchange);
  } catch (error) {
    onFailurePage(context, exchange, error);
  }
}

/** `POST /{tenant}/AdminConsent/Set`: the organisation is picked, or the administrator has decided. */
export async function handleAdminDecision(context: EntraContext, exchange: EntraExchange): Promise<void> {
  const form = await readForm(exchange.request);
  try {
    proceed(context, exchange, form);
  } catch (error) {
    onFailurePage(context, exchange, error);
  }
}
