import { BrokerError } from '../shared/domain/errors.ts';
import { authenticationView, secretProblems, sentForm, typedSettings } from './authenticationForm.ts';
import { connectEntry, connectFormSetting } from './connectForm.ts';
import { continueResponse } from './continueResponse.ts';
import type { HandlerFactory } from './edge.ts';
import { readConnectionId, readForm } from './input.ts';
import { fieldProblemsOf, keepOwnFields } from './ownForm.ts';
import { authenticationPage } from './pages/authenticationPage.tsx';
import { page } from './respond.ts';
import { requireOwnForm, requireSameOrigin, viewerOf } from './session.ts';

/** `POST /connect/{id}`: starts an authorization for a pending connection, and ends any earlier one. */
export const beginAuthorization: HandlerFactory = (broker) => async (request) => {
  const body = await readForm(request);
  const entry = await connectEntry(broker, request, body.get('key'));
  if ('session' in entry) requireOwnForm(broker, request, entry.session, body);
  else requireSameOrigin(broker, request);
  const pending = await broker.openConnectPage(
    readConnectionId(request),
    'key' in entry ? entry : { caller: entry.session.caller },
  );
  const { connector } = pending.value;
  const form = sentForm(body);
  try {
    const fields = secretProblems(form);
    if (fields.length > 0) throw new BrokerError('invalid_request', 'The secret is not valid.', { fields });
    if ('session' in entry) await keepOwnFields(broker, entry.session, pending.value, form);
    const startedBy = 'session' in entry ? entry.session.caller.principalId : undefined;
    const start = await broker.beginAuthorization(pending, typedSettings(form, connector), startedBy);
    return continueResponse(start, 'session' in entry ? viewerOf(entry.session) : undefined);
  } catch (error) {
    const view = authenticationView(
      form,
      connectFormSetting(broker, entry, pending.value),
      fieldProblemsOf(error),
    );
    return page(400, authenticationPage(view));
  }
};
