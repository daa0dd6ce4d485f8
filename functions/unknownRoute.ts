import { BrokerError } from '../shared/domain/errors.ts';
import type { HandlerFactory } from './edge.ts';

/** Everything that no other route takes: an unknown address, or a known one with another method. */
export const unknownRoute: HandlerFactory = () => async () => {
  throw new BrokerError(
    'not_found',
    'There is nothing at this address. Check how it is written, and the method of the request.',
  );
};
