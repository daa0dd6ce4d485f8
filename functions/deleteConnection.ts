import type { HandlerFactory } from './edge.ts';
import { readConnectionId, readQuery } from './input.ts';
import { json } from './respond.ts';
import { noQuery } from './schemas.ts';

/** `DELETE /api/v1/connections/{id}`: says what remains at Entra and who can remove it. */
export const deleteConnection: HandlerFactory = (broker) => async (request) => {
  const caller = await broker.callers.verify(request.headers.get('authorization') ?? undefined);
  readQuery(request, noQuery);
  return json(200, await broker.deleteConnection(caller, readConnectionId(request)));
};
