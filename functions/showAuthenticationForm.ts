import { randomUUID } from 'node:crypto';
import { requireRole } from '../shared/domain/access.ts';
import { authenticationView, blankForm } from './authenticationForm.ts';
import type { HandlerFactory } from './edge.ts';
import { readConnector } from './input.ts';
import { ownFormSetting } from './ownForm.ts';
import { authenticationPage } from './pages/authenticationPage.tsx';
import { page } from './respond.ts';
import { requireSession } from './session.ts';

/** `GET /add/{connector}`: the authentication screen, empty. */
export const showAuthenticationForm: HandlerFactory = (broker) => async (request) => {
  const session = await requireSession(broker, request);
  requireRole(session.caller, 'Connections.Create', 'Connections.Manage');
  const connector = readConnector(request);
  const setting = ownFormSetting(broker, session, connector, `/add/${connector}`, {
    connectionId: randomUUID(),
  });
  const form = blankForm(connector, broker.config.offeredEnvironments);
  return page(200, authenticationPage(authenticationView(form, setting)));
};
