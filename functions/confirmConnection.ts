import { connectionView } from '../shared/operations/connectionView.ts';
import type { HandlerFactory } from './edge.ts';
import { readConnectionId, readJson, readQuery } from './input.ts';
import { json } from './respond.ts';
import { confirmSchema, noQuery } from './schemas.ts';

/** `POST /api/v1/connections/{id}/confirm`: the account that signed in is the right one. */
export const confirmConnection: HandlerFactory = (broker) => async (request) => {
  const caller = await broker.callers.verify(request.headers.get('authorization') ?? undefined);
  readQuery(request, noQuery);
  const id = readConnectionId(request);
  return json(
    200,
    connectionView(await broker.confirmConnection(caller, id, await readJson(request, confirmSchema))),
  );
};
