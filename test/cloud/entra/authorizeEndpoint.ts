import { playFault } from '../faults.ts';
import { type Audience, isEligible, resolveApp, resolveAudience } from './audience.ts';
import { failureParameters, sendCallback } from './callback.ts';
import { type AuthorizationFlow, clientRequestId, type EntraContext, type EntraExchange } from './context.ts';
import type { AppRegistration } from './directory.ts';
import { describeFailure, EntraFailure } from './failure.ts';
import { rowOf } from './failureTable.ts';
import { accountPage, failurePage, sendPage } from './pages.ts';
import { parseScopes } from './scopes.ts';

const responseModes: ReadonlySet<string> = new Set(['query', 'form_post', 'fragment']);

/** Shows a failure to the person; nothing goes to the app. */
export function sendFailurePage(context: EntraContext, exchange: EntraExchange, failure: EntraFailure): void {
  const { row, body } = describeFailure(failure, {
    now: context.clock.now(),
    authorityOrigin: exchange.authority.origin,
    clientRequestId: clientRequestId(exchange),
  });
  sendPage(exchange.response, row.status, failurePage(exchange.authority.host, body));
}

/** Sends a failure where Entra would: to the redirect URI, or onto a page. */
export function sendFailure(
  context: EntraContext,
  exchange: EntraExchange,
  flow: AuthorizationFlow,
  failure: EntraFailure,
): void {
  if (rowOf(failure.code).page) {
    sendFailurePage(context, exchange, failure);
    return;
  }
  sendCallback(exchange.response, flow, failureParameters(flow, failure, context.clock.now()));
}

function checkRedirectUri(app: AppRegistration, redirectUri: string | null): string {
  const asked = redirectUri ?? app.redirectUris[0];
  if (asked !== undefined && app.redirectUris.includes(asked)) return asked;
  throw new EntraFailure(50011, { redirectUri: asked, clientId: app.clientId });
}

function readFlow(exchange: EntraExchange, redirectUri: string): AuthorizationFlow {
  const { searchParams } = exchange.url;
  const optional = (name: string) => searchParams.get(name) ?? undefined;
  return {
    authority: exchange.authority,
    tenantName: exchange.tenantName,
    clientId: searchParams.get('client_id') ?? '',
    redirectUri,
    responseMode: searchParams.get('response_mode') ?? 'query',
    state: optional('state'),
    scope: searchParams.get('scope') ?? '',
    nonce: optional('nonce'),
    codeChallenge: optional('code_challenge'),
    codeChallengeMethod: searchParams.get('code_challenge_method') ?? 'plain',
    prompt: optional('prompt'),
    loginHint: optional('login_hint'),
    clientInfo: searchParams.get('client_info') === '1',
  };
}

function checkPkce({ codeChallenge, codeChallengeMethod }: AuthorizationFlow): void {
  if (codeChallenge === undefined) return;
  const wellFormed = /^[A-Za-z0-9._~-]{43,128}$/.test(codeChallenge);
  if (!wellFormed || !['S256', 'plain'].includes(codeChallengeMethod)) throw new EntraFailure(501491);
}

/** Scopes must make sense in one of the environments that the person may turn out to live in. */
function checkScopes(
  context: EntraContext,
  flow: AuthorizationFlow,
  audience: Audience,
  app: AppRegistration,
): void {
  const candidates = audience.tenant ? [audience.tenant.environment] : flow.authority.environments;
  const failures: unknown[] = [];
  for (const environment of candidates) {
    try {
      const { directory } = context;
      parseScopes(flow.scope, { directory, app, environment, tenantName: flow.tenantName });
      return;
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0];
}

function checkFlow(
  context: EntraContext,
  flow: AuthorizationFlow,
  audience: Audience,
  app: AppRegistration,
  responseType: string,
): void {
  if (responseType !== 'code') throw new EntraFailure(700054, { responseType });
  const { responseMode } = flow;
  if (!responseModes.has(responseMode)) {
    flow.responseMode = 'query';
    throw new EntraFailure(70007, { responseMode });
  }
  checkPkce(flow);
  checkScopes(context, flow, audience, app);
  // Nobody is ever signed in already: each sign-in here starts without a session.
  if (flow.prompt === 'none') throw new EntraFailure(50058);
}

function showAccounts(
  context: EntraContext,
  exchange: EntraExchange,
  flow: AuthorizationFlow,
  audience: Audience,
  app: AppRegistration,
): void {
  const { authority } = exchange;
  const hinted = flow.loginHint === undefined ? undefined : context.directory.findAccount(flow.loginHint);
  const rank = (account: { username: string }, eligible: boolean) =>
    account.username === hinted?.username ? 0 : eligible ? 1 : 2;
  const accounts = context.directory
    .accountsAt(authority)
    .map((account) => ({ account, rank: rank(account, isEligible(account, audience, app)) }))
    .sort((a, b) => a.rank - b.rank || a.account.username.localeCompare(b.account.username))
    .map(({ account }) => account);
  const page = accountPage({
    host: authority.host,
    action: `/${authority.host}/${exchange.tenantName}/login`,
    flowId: context.flows.add(flow),
    appName: app.displayName,
    accounts,
    hintedUsername: hinted?.username,
  });
  sendPage(exchange.response, 200, page);
}

function authorize(context: EntraContext, exchange: EntraExchange): void {
  const { authority, tenantName, url } = exchange;
  const audience = resolveAudience(context.directory, authority, tenantName);
  for (const parameter of ['client_id', 'response_type', 'scope']) {
    if (!url.searchParams.get(parameter)) throw new EntraFailure(900144, { parameter });
  }
  const clientId = url.searchParams.get('client_id') ?? '';
  const app = resolveApp(context.directory, authority, audience, clientId);
  const flow = readFlow(exchange, checkRedirectUri(app, url.searchParams.get('redirect_uri')));
  try {
    checkFlow(context, flow, audience, app, url.searchParams.get('response_type') ?? '');
    showAccounts(context, exchange, flow, audience, app);
  } catch (error) {
    if (!(error instanceof EntraFailure)) throw error;
    sendFailure(context, exchange, flow, error);
  }
}

/** An injected failure goes to the redirect URI if that is one of the app's. */
function failInjected(context: EntraContext, exchange: EntraExchange, code: number): void {
  const { searchParams } = exchange.url;
  const app = context.directory.findApp(searchParams.get('client_id') ?? '');
  const failure = new EntraFailure(code, {
    clientId: app?.clientId,
    app: app?.displayName,
    tenant: exchange.tenantName,
    username: searchParams.get('login_hint') ?? undefined,
    redirectUri: searchParams.get('redirect_uri') ?? undefined,
  });
  const redirectUri = searchParams.get('redirect_uri') ?? '';
  if (app?.redirectUris.includes(redirectUri)) {
    sendFailure(context, exchange, readFlow(exchange, redirectUri), failure);
  } else {
    sendFailurePage(context, exchange, failure);
  }
}

/** `GET /{tenant}/oauth2/v2.0/authorize` */
export function handleAuthorize(context: EntraContext, exchange: EntraExchange): void {
  context.counters.countAuthorize();
  const { searchParams } = exchange.url;
  const fault = context.faults.take('entra', {
    operation: 'authorize',
    clientId: searchParams.get('client_id') ?? undefined,
    username: searchParams.get('login_hint') ?? undefined,
  });
  if (fault && 'aadsts' in fault) {
    failInjected(context, exchange, fault.aadsts);
    return;
  }
  if (fault) {
    playFault(fault, exchange.request, exchange.response);
    return;
  }
  try {
    authorize(context, exchange);
  } catch (error) {
    if (!(error instanceof EntraFailure)) throw error;
    sendFailurePage(context, exchange, error);
  }
}
