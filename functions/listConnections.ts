import { connectionView } from '../shared/operations/connectionView.ts';
import type { HandlerFactory } from './edge.ts';
import { readQuery } from './input.ts';
import { json } from './respond.ts';
import { listQuery } from './schemas.ts';

/** `GET /api/v1/connections`: what the caller may see, paged and filtered. */
export const listConnections: HandlerFactory = (broker) => async (request) => {
  const caller = await broker.callers.verify(request.headers.get('authorization') ?? undefined);
  const { limit, after, ...filter } = readQuery(request, listQuery);
  const { items, next } = await broker.listConnections(caller, filter, { limit, after });
  return json(200, { items: items.map((connection) => connectionView(connection)), ...(next && { next }) });
};
