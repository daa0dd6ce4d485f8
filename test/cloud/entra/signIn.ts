import { randomUUID } from 'node:crypto';
import { readForm } from '../httpServer.ts';
import { isEligible, resolveApp, resolveAudience } from './audience.ts';
import { sendFailure, sendFailurePage } from './authorizeEndpoint.ts';
import { callbackUrl, failureParameters, sendCallback } from './callback.ts';
import type { AuthorizationFlow, EntraContext, EntraExchange } from './context.ts';
import type { Account, AppRegistration } from './directory.ts';
import { EntraFailure } from './failure.ts';
import { clientInfoOf, issuerOf } from './issueTokens.ts';
import { adminApprovalPage, consentPage, sendPage } from './pages.ts';
import { describePermission } from './permissions.ts';
import { consentScopes, lacksConsent, parseScopes, type ScopeRequest } from './scopes.ts';

/** A flow whose account is known. */
interface SignedIn {
  flowId: string;
  flow: AuthorizationFlow;
  app: AppRegistration;
  account: Account;
  request: ScopeRequest;
}

function takeFlow(context: EntraContext, form: URLSearchParams) {
  const flowId = form.get('flow') ?? '';
  const found = context.flows.find(flowId);
  if (!found || found.expired) throw new EntraFailure(50089);
  return { flowId, flow: found.value };
}

/** Whether this account may go on, through the path and the app of the flow. */
function admit(context: EntraContext, flow: AuthorizationFlow, account: Account): AppRegistration {
  const { directory } = context;
  const audience = resolveAudience(directory, flow.authority, flow.tenantName);
  const app = resolveApp(directory, flow.authority, audience, flow.clientId);
  if (!isEligible(account, audience, app)) {
    const target = audience.tenant?.id ?? app.tenantId;
    throw new EntraFailure(50020, {
      username: account.username,
      identityProvider: issuerOf(flow.authority, account.tenantId),
      tenant: directory.findTenant(target)?.domains[0] ?? target,
      clientId: app.clientId,
      app: app.displayName,
    });
  }
  if (account.disabled) throw new EntraFailure(50057);
  return app;
}

function sendCode(context: EntraContext, exchange: EntraExchange, signedIn: SignedIn): void {
  const { flow, flowId, account, app } = signedIn;
  context.flows.remove(flowId);
  const code = context.codes.add({
    oid: account.oid,
    clientId: app.clientId,
    scope: flow.scope,
    signedInAt: context.clock.now(),
    sessionGeneration: account.sessionGeneration,
    flow,
    redeemed: false,
  });
  const parameters = new URLSearchParams({ code });
  if (flow.clientInfo) parameters.set('client_info', clientInfoOf(account));
  if (flow.state !== undefined) parameters.set('state', flow.state);
  parameters.set('session_state', randomUUID());
  sendCallback(exchange.response, flow, parameters);
}

function askForConsent(context: EntraContext, exchange: EntraExchange, signedIn: SignedIn): void {
  const { flow, flowId, account, app, request } = signedIn;
  const { host } = exchange.authority;
  const permissions = consentScopes(request, app).map(describePermission);
  if (account.consent !== 'admin-required') {
    const page = consentPage({
      host,
      action: `/${host}/${exchange.tenantName}/Consent/Set`,
      flowId,
      appName: app.displayName,
      onBehalfOf: account.username,
      permissions,
      administrator: false,
    });
    sendPage(exchange.response, 200, page);
    return;
  }
  const failure = new EntraFailure(90094, { app: app.displayName });
  const page = adminApprovalPage({
    host,
    appName: app.displayName,
    username: account.username,
    tenantName: context.directory.findTenant(account.tenantId)?.domains[0] ?? account.tenantId,
    permissions,
    returnUrl: callbackUrl(
      { redirectUri: flow.redirectUri, responseMode: 'query' },
      failureParameters(flow, failure, context.clock.now()),
    ),
    code: failure.code,
  });
  sendPage(exchange.response, 200, page);
}

function understandScopes(
  context: EntraContext,
  flow: AuthorizationFlow,
  app: AppRegistration,
  account: Account,
): ScopeRequest {
  const { directory } = context;
  const { environment } = account;
  return parseScopes(flow.scope, { directory, app, environment, tenantName: flow.tenantName });
}

/** `POST /{tenant}/login`: the person has picked an account. */
export async function handleLogin(context: EntraContext, exchange: EntraExchange): Promise<void> {
  const form = await readForm(exchange.request);
  let flow: AuthorizationFlow | undefined;
  try {
    const taken = takeFlow(context, form);
    const username = form.get('username') ?? '';
    const account = context.directory.findAccount(username);
    if (!account) throw new EntraFailure(50034, { username, tenant: exchange.tenantName });
    const app = admit(context, taken.flow, account);
    flow = taken.flow;
    flow.oid = account.oid;
    const signedIn = { ...taken, app, account, request: understandScopes(context, flow, app, account) };
    const granted = context.directory.consents.grantedTo(account, app.clientId);
    if (flow.prompt === 'consent' || lacksConsent(signedIn.request, app, granted)) {
      askForConsent(context, exchange, signedIn);
    } else {
      sendCode(context, exchange, signedIn);
    }
  } catch (error) {
    if (!(error instanceof EntraFailure)) throw error;
    if (flow) sendFailure(context, exchange, flow, error);
    else sendFailurePage(context, exchange, error);
  }
}

/** `POST /{tenant}/Consent/Set`: the person has accepted or cancelled. */
export async function handleConsent(context: EntraContext, exchange: EntraExchange): Promise<void> {
  const form = await readForm(exchange.request);
  let flow: AuthorizationFlow | undefined;
  try {
    const taken = takeFlow(context, form);
    const account = context.directory.findAccountByOid(taken.flow.oid ?? '');
    if (!account || account.consent === 'admin-required') throw new EntraFailure(50089);
    const app = admit(context, taken.flow, account);
    flow = taken.flow;
    if (form.get('decision') !== 'accept') {
      context.flows.remove(taken.flowId);
      throw new EntraFailure(65004);
    }
    const request = understandScopes(context, flow, app, account);
    context.directory.consents.grant(account.oid, app.clientId, consentScopes(request, app));
    sendCode(context, exchange, { ...taken, app, account, request });
  } catch (error) {
    if (!(error instanceof EntraFailure)) throw error;
    if (flow) sendFailure(context, exchange, flow, error);
    else sendFailurePage(context, exchange, error);
  }
}
