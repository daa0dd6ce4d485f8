import { afterAll, beforeAll } from '@jest/globals';
import { storeContract } from '../../../contracts/store.contract.ts';
import { startTablesRig, type TablesRig } from './rig.ts';

let rig: TablesRig;
beforeAll(async () => {
  rig = await startTablesRig();
}, 60_000);
afterAll(() => rig.close());

storeContract('The store over tables', (clock) => rig.open(clock, { direct: true }));
