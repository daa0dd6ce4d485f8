import type { HandlerFactory } from './edge.ts';
import { readQuery } from './input.ts';
import { seeOther } from './respond.ts';
import { signInQuery } from './schemas.ts';

/** `GET /signin`: to the organisation's sign-in. */
export const beginSignIn: HandlerFactory = (broker) => async (request) => {
  const { returnTo } = readQuery(request, signInQuery);
  const { href, cookie } = await broker.signIn.begin(returnTo ?? '/');
  return seeOther(href, [cookie]);
};
