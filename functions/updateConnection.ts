import { connectionView } from '../shared/operations/connectionView.ts';
import type { HandlerFactory } from './edge.ts';
import { readConnectionId, readJson, readQuery } from './input.ts';
import { json } from './respond.ts';
import { noQuery, patchSchema } from './schemas.ts';

/** `PATCH /api/v1/connections/{id}`: name and access list. */
export const updateConnection: HandlerFactory = (broker) => async (request) => {
  const caller = await broker.callers.verify(request.headers.get('authorization') ?? undefined);
  readQuery(request, noQuery);
  const id = readConnectionId(request);
  return json(
    200,
    connectionView(await broker.updateConnection(caller, id, await readJson(request, patchSchema))),
  );
};
