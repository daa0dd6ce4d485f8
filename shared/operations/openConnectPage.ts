import { requireManage } from '../domain/access.ts';
import type { Caller } from '../domain/caller.ts';
import type { Connection } from '../domain/connection.ts';
import type { Clock, Store, Versioned } from '../ports.ts';
import { requireWaiting } from './beginAuthorization.ts';
import { requireLink } from './connectLink.ts';

/** With what a browser comes to the connect page: the key of a link, or the session of somebody who manages. */
export type ConnectPageEntry = { readonly key: string } | { readonly caller: Caller };

/** Reads the connection behind a connect page and changes nothing: mail scanners open links. */
export type OpenConnectPage = (id: string, entry: ConnectPageEntry) => Promise<Versioned<Connection>>;

/** @throws BrokerError `link_invalid`, `link_expired`, `not_found`, `forbidden`, `connection_not_pending` */
export function createOpenConnectPage(store: Store, clock: Clock): OpenConnectPage {
  return async (id, entry) => {
    const found = await store.readConnection(id);
    if ('key' in entry) requireLink(found?.value, entry.key, clock.now());
    else requireManage(found?.value, entry.caller);
    if (found === undefined) throw new Error('A connection that passed its checks exists.');
    requireWaiting(found.value);
    return found;
  };
}
