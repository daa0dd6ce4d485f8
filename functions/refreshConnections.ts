import type { Broker } from '../shared/broker.ts';
import type { RefreshSummary } from '../shared/operations/refreshConnections.ts';

/** Every five minutes; due-ness is in the data, so a missed run costs nothing but time. */
export const refreshSchedule = '0 */5 * * * *';

/** The timer. Answers what it did, for whoever calls it by hand. */
export const refreshConnections = (broker: Broker) => (): Promise<RefreshSummary> =>
  broker.refreshConnections();
