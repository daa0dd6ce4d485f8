import { requireRole } from '../shared/domain/access.ts';
import type { HandlerFactory } from './edge.ts';
import { connectorsPage } from './pages/connectorsPage.tsx';
import { page } from './respond.ts';
import { requireSession, viewerOf } from './session.ts';

/** `GET /add`: choose a connector. */
export const showConnectors: HandlerFactory = (broker) => async (request) => {
  const session = await requireSession(broker, request);
  requireRole(session.caller, 'Connections.Create', 'Connections.Manage');
  return page(200, connectorsPage({ viewer: viewerOf(session) }));
};
