import type { HandlerFactory } from './edge.ts';
import { readConnectionId, readQuery } from './input.ts';
import { json } from './respond.ts';
import { eventsQuery } from './schemas.ts';

/** `GET /api/v1/connections/{id}/events`: newest first, paged; also of a deleted connection. */
export const listEvents: HandlerFactory = (broker) => async (request) => {
  const caller = await broker.callers.verify(request.headers.get('authorization') ?? undefined);
  return json(
    200,
    await broker.listEvents(caller, readConnectionId(request), readQuery(request, eventsQuery)),
  );
};
