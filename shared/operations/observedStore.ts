import type { ConnectionChange, Store } from '../ports.ts';

/** The store, with somebody told of each change of a connection that this process has committed. */
export function observedStore(
  store: Store,
  committed: (id: string, change: ConnectionChange) => void,
): Store {
  return {
    ...store,
    async commit(id, change) {
      const result = await store.commit(id, change);
      if (result.committed) committed(id, change);
      return result;
    },
  };
}
