import type { HandlerFactory } from './edge.ts';
import { readConnectionId, readForm } from './input.ts';
import { messagePage } from './pages/messagePage.tsx';
import { page } from './respond.ts';
import { requireOwnForm, requireSession, viewerOf } from './session.ts';

/** `POST /connections/{id}/delete`: deletes and says what remains at Entra. */
export const deleteFromPage: HandlerFactory = (broker) => async (request) => {
  const session = await requireSession(broker, request);
  requireOwnForm(broker, request, session, await readForm(request));
  const { remainingConsent } = await broker.deleteConnection(session.caller, readConnectionId(request));
  const view = {
    viewer: viewerOf(session),
    title: 'Connection deleted',
    text: 'The connection and its secrets are gone; its history is kept.',
    more: Object.values(remainingConsent ?? {}),
    link: { href: '/', label: 'Back to the connections' },
  };
  return page(200, messagePage(view));
};
