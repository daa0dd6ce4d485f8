import type { HandlerFactory } from './edge.ts';
import { readCallback } from './input.ts';
import { seeOther } from './respond.ts';
import { cookiesOf } from './session.ts';

/** `GET /signin/callback`: back from the organisation's sign-in, with a session from here on. */
export const completeSignIn: HandlerFactory = (broker) => async (request) => {
  const { returnTo, cookies } = await broker.signIn.complete(readCallback(request), cookiesOf(request));
  return seeOther(returnTo, cookies);
};
