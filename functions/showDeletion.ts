import { requireManage } from '../shared/domain/access.ts';
import { environments } from '../shared/domain/environment.ts';
import type { HandlerFactory } from './edge.ts';
import { readConnectionId } from './input.ts';
import { deletePage } from './pages/deletePage.tsx';
import { page } from './respond.ts';
import { requireSession, viewerOf } from './session.ts';

/** `GET /connections/{id}/delete`: asks before deleting. */
export const showDeletion: HandlerFactory = (broker) => async (request) => {
  const session = await requireSession(broker, request);
  const { connection } = await broker.readConnection(session.caller, readConnectionId(request));
  requireManage(connection, session.caller);
  const { myAppsUrl } = environments[connection.environment ?? broker.config.environment];
  return page(200, deletePage({ viewer: viewerOf(session), connection, myAppsUrl }));
};
