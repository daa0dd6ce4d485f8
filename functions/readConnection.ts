import { connectionView } from '../shared/operations/connectionView.ts';
import type { HandlerFactory } from './edge.ts';
import { readConnectionId, readQuery } from './input.ts';
import { json } from './respond.ts';
import { noQuery } from './schemas.ts';

/** `GET /api/v1/connections/{id}` */
export const readConnection: HandlerFactory = (broker) => async (request) => {
  const caller = await broker.callers.verify(request.headers.get('authorization') ?? undefined);
  readQuery(request, noQuery);
  const { connection, grant } = await broker.readConnection(caller, readConnectionId(request));
  return json(200, connectionView(connection, grant));
};
