import type { HandlerFactory } from './edge.ts';
import { json } from './respond.ts';

/** `GET /health/ready`: whether each dependency answers; 503 where one does not. */
export const checkReadiness: HandlerFactory = (broker) => async () => {
  const { ready, dependencies } = await broker.checkReadiness();
  return json(ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', dependencies });
};
