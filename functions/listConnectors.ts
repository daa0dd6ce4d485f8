import { connectorNames, connectors } from '../shared/domain/connectors.ts';
import { alwaysAsked, needsAdmin } from '../shared/domain/scopes.ts';
import type { HandlerFactory } from './edge.ts';
import { readQuery } from './input.ts';
import { json } from './respond.ts';
import { noQuery } from './schemas.ts';

/** `GET /api/v1/connectors`: what connections can be for, with their least scopes and presets. */
export const listConnectors: HandlerFactory = (broker) => async (request) => {
  await broker.callers.verify(request.headers.get('authorization') ?? undefined);
  readQuery(request, noQuery);
  const items = connectorNames.map((name) => {
    const { minimumScopes, ...facts } = connectors[name];
    return {
      name,
      ...facts,
      minimumScopes: [...alwaysAsked, ...minimumScopes],
      adminConsent: needsAdmin(minimumScopes),
    };
  });
  return json(200, { items });
};
