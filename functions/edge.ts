import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Broker } from '../shared/broker.ts';

/** A handler of one route, as the Functions runtime calls it. */
export type Handler = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>;

/** Handlers are made from the broker, so that importing one needs no host. */
export type HandlerFactory = (broker: Broker) => Handler;
