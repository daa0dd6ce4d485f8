import type { HandlerFactory } from './edge.ts';
import { readForm } from './input.ts';
import { messagePage } from './pages/messagePage.tsx';
import { page } from './respond.ts';
import { requireOwnForm, requireSession } from './session.ts';

/** `POST /signout`: ends the session here; the one at Microsoft is the browser's own. */
export const signOut: HandlerFactory = (broker) => async (request) => {
  const session = await requireSession(broker, request);
  requireOwnForm(broker, request, session, await readForm(request));
  const view = {
    title: 'Signed out',
    text: 'You are signed out of the connection broker. You may still be signed in to Microsoft in this browser.',
    link: { href: '/signin', label: 'Sign in again' },
  };
  return page(200, messagePage(view), [broker.signIn.signOut()]);
};
