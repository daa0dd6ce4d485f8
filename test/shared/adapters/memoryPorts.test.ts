import { storeContract } from '../../contracts/store.contract.ts';
import { vaultContract } from '../../contracts/vault.contract.ts';
import { createMemoryStore } from '../../fakes/memoryStore.ts';
import { createMemoryVault } from '../../fakes/memoryVault.ts';

storeContract('The store in memory', (clock) => createMemoryStore({ clock }));
vaultContract('The vault in memory', createMemoryVault);
