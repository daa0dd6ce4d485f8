import type { HandlerFactory } from './edge.ts';
import { readQuery } from './input.ts';
import { connectionsPage } from './pages/connectionsPage.tsx';
import { page } from './respond.ts';
import { pageQuery } from './schemas.ts';
import { requireSession, viewerOf } from './session.ts';

const connectionsAPage = 50;

/** `GET /`: the connections that are the viewer's or shared with them. */
export const showConnections: HandlerFactory = (broker) => async (request) => {
  const session = await requireSession(broker, request);
  const { caller } = session;
  const { after } = readQuery(request, pageQuery);
  const { items, next } = await broker.listConnections(caller, {}, { limit: connectionsAPage, after });
  const view = {
    viewer: viewerOf(session),
    connections: items,
    mayAdd: caller.roles.has('Connections.Create') || caller.roles.has('Connections.Manage'),
    managesAll: caller.roles.has('Connections.Manage'),
    principalId: caller.principalId,
    ...(next === undefined ? {} : { nextHref: `/?${new URLSearchParams({ after: next })}` }),
  };
  return page(200, connectionsPage(view));
};
