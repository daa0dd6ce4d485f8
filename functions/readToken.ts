import type { HandlerFactory } from './edge.ts';
import { readConnectionId, readQuery } from './input.ts';
import { json } from './respond.ts';
import { tokenQuery } from './schemas.ts';

/** `GET /api/v1/connections/{connectionId}/token`: a valid Graph token for a runner. */
export const readToken: HandlerFactory = (broker) => async (request) => {
  const caller = await broker.callers.verify(request.headers.get('authorization') ?? undefined);
  const connectionId = readConnectionId(request);
  const { minValidSeconds } = readQuery(request, tokenQuery);
  return json(200, await broker.readToken(caller, { connectionId, minValidSeconds }));
};
