import { describe } from '@jest/globals';
import type { Clock, Store } from '../../shared/ports.ts';
import { storeCommits } from './store/commits.ts';
import { storeDue } from './store/due.ts';
import { storeLists } from './store/lists.ts';
import { storeRoundTrips } from './store/roundTrips.ts';

/** An empty store on the clock given. */
export type MakeStore = (clock: Clock) => Store | Promise<Store>;

/** What every Store promises. */
export function storeContract(name: string, makeStore: MakeStore): void {
  describe(`${name} keeps the promises of a Store`, () => {
    storeCommits(makeStore);
    storeLists(makeStore);
    storeDue(makeStore);
    storeRoundTrips(makeStore);
  });
}
