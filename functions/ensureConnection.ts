import type { HandlerFactory } from './edge.ts';
import { readConnectionId, readJson, readQuery } from './input.ts';
import { json } from './respond.ts';
import { noQuery, startSchema } from './schemas.ts';
import { startedView } from './startedView.ts';

/** `PUT /api/v1/connections/{id}`: the same with an id of the caller's choosing, idempotent. */
export const ensureConnection: HandlerFactory = (broker) => async (request) => {
  const caller = await broker.callers.verify(request.headers.get('authorization') ?? undefined);
  readQuery(request, noQuery);
  const id = readConnectionId(request);
  const result = await broker.startConnection(caller, await readJson(request, startSchema), id);
  return json(result.created ? 201 : 200, startedView(result), { location: `/api/v1/connections/${id}` });
};
