import { requireRole } from '../shared/domain/access.ts';
import { checkSettings, missingSettings } from '../shared/domain/connectionSettings.ts';
import { BrokerError } from '../shared/domain/errors.ts';
import { authenticationView, secretProblems, sentForm, typedSettings } from './authenticationForm.ts';
import { continueResponse } from './continueResponse.ts';
import type { HandlerFactory } from './edge.ts';
import { readConnector, readForm, requireConnectionId } from './input.ts';
import { fieldProblemsOf, ownFields, ownFormSetting } from './ownForm.ts';
import { authenticationPage } from './pages/authenticationPage.tsx';
import { page } from './respond.ts';
import { requireOwnForm, requireSession, viewerOf } from './session.ts';

/** `POST /add/{connector}`: makes the pending connection and sends its owner to Microsoft. */
export const addConnection: HandlerFactory = (broker) => async (request) => {
  const session = await requireSession(broker, request);
  const body = await readForm(request);
  requireOwnForm(broker, request, session, body);
  const { caller } = session;
  requireRole(caller, 'Connections.Create', 'Connections.Manage');
  const connector = readConnector(request);
  const id = requireConnectionId(body.get('connectionId') ?? undefined);
  const form = sentForm(body);
  try {
    const { name, access, problems } = ownFields(form);
    const typed = typedSettings(form, connector);
    const checked = checkSettings(typed, connector, broker.config.offeredEnvironments);
    const secret = await broker.requireSecret(caller, checked.settings, form.clientSecret);
    const wrong = [...problems, ...checked.problems, ...secretProblems(form), ...secret];
    const missing = missingSettings(checked.settings).filter(
      (one) => !wrong.some(({ field }) => field === one.field),
    );
    const all = [...wrong, ...missing];
    if (all.length > 0)
      throw new BrokerError('invalid_request', 'Some fields are not valid.', { fields: all });
    const pending = await broker.addConnection(caller, { id, name, connector, access });
    const start = await broker.beginAuthorization(pending, typed, caller.principalId);
    return continueResponse(start, viewerOf(session));
  } catch (error) {
    const setting = ownFormSetting(broker, session, connector, `/add/${connector}`, { connectionId: id });
    return page(400, authenticationPage(authenticationView(form, setting, fieldProblemsOf(error))));
  }
};
