import type { HandlerFactory } from './edge.ts';
import { json } from './respond.ts';

/** `GET /health`: the process runs and its configuration is valid; asks no dependency. */
export const checkLiveness: HandlerFactory = () => async () => json(200, { status: 'alive' });
