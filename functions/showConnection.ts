import { mayManage } from '../shared/domain/access.ts';
import type { HandlerFactory } from './edge.ts';
import { readConnectionId, readQuery } from './input.ts';
import { connectionPage } from './pages/connectionPage.tsx';
import { page } from './respond.ts';
import { pageQuery } from './schemas.ts';
import { requireSession, viewerOf } from './session.ts';

const eventsAPage = 20;

/** `GET /connections/{id}`: the page of one connection. */
export const showConnection: HandlerFactory = (broker) => async (request) => {
  const session = await requireSession(broker, request);
  const id = readConnectionId(request);
  const { after } = readQuery(request, pageQuery);
  const { connection, grant } = await broker.readConnection(session.caller, id);
  const events = await broker.listEvents(session.caller, id, { limit: eventsAPage, after });
  const manages = mayManage(connection, session.caller);
  const view = {
    viewer: viewerOf(session),
    connection,
    events: events.items,
    mayManage: manages,
    mayConfirm: manages && connection.status === 'pending' && connection.account !== undefined,
    redirectUri: broker.redirectUri,
    ...(events.next === undefined
      ? {}
      : { olderEventsHref: `?${new URLSearchParams({ after: events.next })}` }),
    ...(grant?.tokenExpiresAt === undefined ? {} : { tokenExpiresAt: grant.tokenExpiresAt }),
    ...(grant?.lastFailure === undefined ? {} : { lastFailure: grant.lastFailure }),
    ...(grant?.dueAt === undefined ? {} : { nextRefreshAt: grant.dueAt }),
  };
  return page(200, connectionPage(view));
};
