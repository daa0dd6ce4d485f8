import type { HandlerFactory } from './edge.ts';
import { readJson, readQuery } from './input.ts';
import { json } from './respond.ts';
import { noQuery, startSchema } from './schemas.ts';
import { startedView } from './startedView.ts';

/** `POST /api/v1/connections`: makes a pending connection and its connect link. */
export const startConnection: HandlerFactory = (broker) => async (request) => {
  const caller = await broker.callers.verify(request.headers.get('authorization') ?? undefined);
  readQuery(request, noQuery);
  const result = await broker.startConnection(caller, await readJson(request, startSchema));
  return json(201, startedView(result), { location: `/api/v1/connections/${result.connection.id}` });
};
