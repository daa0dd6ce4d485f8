import type { Connection } from '../shared/domain/connection.ts';
import type { HandlerFactory } from './edge.ts';
import { readCallback } from './input.ts';
import { resultPage } from './pages/resultPage.tsx';
import { texts } from './pages/texts.ts';
import { page } from './respond.ts';
import { cookiesOf, viewerOf } from './session.ts';

/** `GET /provisioning_/callback`: Entra sends the browser back here, with a code or an error. */
export const completeConnection: HandlerFactory = (broker) => async (request) => {
  const parameters = readCallback(request);
  const cookies = cookiesOf(request);
  const { connection, missingScopes, startedBy } = await broker.completeConnection(parameters, cookies);
  const session = await broker.signIn.sessionOf(cookies);
  const own = session !== undefined && session.caller.principalId === startedBy;
  const viewerId = own ? session.caller.principalId : undefined;
  const view = {
    connection,
    missingScopes,
    nextStep: nextStepOf(connection, viewerId),
    ...(own ? { viewer: viewerOf(session), connectionHref: `/connections/${connection.id}` } : {}),
  };
  return page(200, resultPage(view));
};

/** Who can fetch tokens from now on, or what has to happen before anybody can. */
function nextStepOf(connection: Connection, viewerId: string | undefined): string {
  const { next } = texts.result;
  if (!connection.accountConfirmed) return next.unconfirmed(connection.ownerName);
  if (connection.access.length > 0) return next.shared;
  return connection.owner === viewerId ? next.onlyYou : next.onlyOwner;
}
