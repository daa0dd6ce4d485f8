import { authenticationView, blankForm } from './authenticationForm.ts';
import { connectEntry, connectFormSetting } from './connectForm.ts';
import type { HandlerFactory } from './edge.ts';
import { readConnectionId, readQuery } from './input.ts';
import { authenticationPage } from './pages/authenticationPage.tsx';
import { page } from './respond.ts';
import { connectQuery } from './schemas.ts';

/** `GET /connect/{id}`: the page behind a connect link, and of an owner who goes on; changes nothing. */
export const showConnectPage: HandlerFactory = (broker) => async (request) => {
  const { key } = readQuery(request, connectQuery);
  const entry = await connectEntry(broker, request, key ?? null);
  const by = 'key' in entry ? entry : { caller: entry.session.caller };
  const { value } = await broker.openConnectPage(readConnectionId(request), by);
  const form = blankForm(value.connector, broker.config.offeredEnvironments, value);
  return page(200, authenticationPage(authenticationView(form, connectFormSetting(broker, entry, value))));
};
