import { environments } from '../shared/domain/environment.ts';
import type { HandlerFactory } from './edge.ts';
import { readQuery } from './input.ts';
import { json } from './respond.ts';
import { noQuery } from './schemas.ts';

/** `GET /api/v1/environments`: the clouds that this deployment offers. */
export const listEnvironments: HandlerFactory = (broker) => async (request) => {
  await broker.callers.verify(request.headers.get('authorization') ?? undefined);
  readQuery(request, noQuery);
  const items = broker.config.offeredEnvironments.map((name) => {
    const { title, authorityOrigin, graphOrigin } = environments[name];
    return { name, title, authority: authorityOrigin, graphBaseUrl: graphOrigin };
  });
  return json(200, { items, redirectUri: broker.redirectUri });
};
