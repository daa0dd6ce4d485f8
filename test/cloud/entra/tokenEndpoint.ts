import { playFault } from '../faults.ts';
import { readForm, sendJson } from '../httpServer.ts';
import { resolveApp, resolveAudience } from './audience.ts';
import { authenticateClient, readClient } from './clientAuthentication.ts';
import { clientRequestId, type EntraContext, type EntraExchange, type Grant } from './context.ts';
import type { AppRegistration } from './directory.ts';
import { describeFailure, EntraFailure } from './failure.ts';
import { redeemClientCredentials, redeemCode, redeemRefreshToken, type TokenRequest } from './grantTypes.ts';
import type { TokenResponse } from './issueTokens.ts';

type GrantHandler = (context: EntraContext, request: TokenRequest) => Promise<TokenResponse>;

const grantHandlers: Readonly<Record<string, GrantHandler>> = {
  authorization_code: redeemCode,
  refresh_token: redeemRefreshToken,
  client_credentials: redeemClientCredentials,
};

function presentedGrant(context: EntraContext, form: URLSearchParams) {
  const code = context.codes.find(form.get('code') ?? '');
  const refreshToken = context.refreshTokens.find(form.get('refresh_token') ?? '');
  return code ?? refreshToken;
}

/** What an injected failure can say of the request at hand. */
function faultValues(
  context: EntraContext,
  grant: { value: Grant; issuedAt: Date } | undefined,
  app: AppRegistration | undefined,
  tenantName: string,
) {
  const account = grant && context.directory.findAccountByOid(grant.value.oid);
  return {
    clientId: app?.clientId,
    app: app?.displayName,
    tenant: tenantName,
    username: account?.username,
    resource: '00000003-0000-0000-c000-000000000000',
    issuedAt: grant?.issuedAt.toISOString(),
    validFrom: (account?.sessionsRevokedAt ?? context.clock.now()).toISOString(),
    now: context.clock.now().toISOString(),
  };
}

async function answer(
  context: EntraContext,
  exchange: EntraExchange,
  form: URLSearchParams,
): Promise<TokenResponse> {
  const { authority, tenantName } = exchange;
  const audience = resolveAudience(context.directory, authority, tenantName, 900382);
  const grantType = form.get('grant_type');
  if (!grantType) throw new EntraFailure(900144, { parameter: 'grant_type' });
  const handler = grantHandlers[grantType];
  if (!handler) throw new EntraFailure(70003, { grantType });
  const presented = readClient(form, exchange.request.headers.authorization);
  if (!presented.clientId) throw new EntraFailure(900144, { parameter: 'client_id' });
  const app = resolveApp(context.directory, authority, audience, presented.clientId);
  await authenticateClient(context, app, presented);
  return handler(context, { authority, audience, tenantName, app, form });
}

/** `POST /{tenant}/oauth2/v2.0/token` */
export async function handleToken(context: EntraContext, exchange: EntraExchange): Promise<void> {
  const { authority, request, response } = exchange;
  const form = await readForm(request);
  const grantType = form.get('grant_type') ?? 'none';
  context.counters.countToken(grantType);
  const { clientId } = readClient(form, request.headers.authorization);
  const app = clientId === undefined ? undefined : context.directory.findApp(clientId);
  const grant = presentedGrant(context, form);
  const username = grant && context.directory.findAccountByOid(grant.value.oid)?.username;
  const fault = context.faults.take('entra', { grantType, clientId, username, operation: 'token' });
  try {
    if (fault && 'aadsts' in fault) {
      throw new EntraFailure(fault.aadsts, faultValues(context, grant, app, exchange.tenantName));
    }
    if (fault) {
      playFault(fault, request, response);
      return;
    }
    const tokens = await answer(context, exchange, form);
    sendJson(response, 200, tokens, { 'cache-control': 'no-store', pragma: 'no-cache' });
  } catch (error) {
    if (!(error instanceof EntraFailure)) throw error;
    const { row, body, headers } = describeFailure(error, {
      now: context.clock.now(),
      authorityOrigin: authority.origin,
      clientRequestId: clientRequestId(exchange, form),
    });
    sendJson(response, row.status, body, headers);
  }
}
