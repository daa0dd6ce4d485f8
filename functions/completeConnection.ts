import type { HandlerFactory } from './edge.ts';
import { readCallback } from './input.ts';
import { resultPage } from './pages/resultPage.tsx';
import { page } from './respond.ts';
import { cookiesOf, viewerOf } from './session.ts';

/** `GET /provisioning_/callback`: Entra sends the browser back here, with a code or an error. */
export const completeConnection: HandlerFactory = (broker) => async (request) => {
  const parameters = readCallback(request);
  const cookies = cookiesOf(request);
  const { connection, missingScopes, startedBy } = await broker.completeConnection(parameters, cookies);
  const session = await broker.signIn.sessionOf(cookies);
  const own = session !== undefined && session.caller.principalId === startedBy;
  const nextStep = connection.accountConfirmed
    ? 'Runners on the access list can fetch tokens from now on. You can close this window.'
    : `${connection.ownerName} has to confirm your account before anyone gets a token. You can close this window.`;
  const view = {
    connection,
    missingScopes,
    nextStep,
    ...(own ? { viewer: viewerOf(session), connectionHref: `/connections/${connection.id}` } : {}),
  };
  return page(200, resultPage(view));
};
