import type { TokenCredential } from '@azure/identity';
import { createTableStore } from '../../../../shared/adapters/tableStorage/createTableStore.ts';
import type { Clock, Store } from '../../../../shared/ports.ts';
import { startAzurite } from '../../../cloud/azurite.ts';
import { createCertificate } from '../../../cloud/certificate.ts';
import { createCounters } from '../../../cloud/counters.ts';
import { createFaults, type FaultAnswer, type Faults } from '../../../cloud/faults.ts';
import { startTablesProxy } from '../../../cloud/tablesProxy.ts';
import { createVirtualClock } from '../../../fakes/virtualClock.ts';
import { localCredential } from '../identity.ts';

export interface TablesRig {
  /** A store of its own tables on the one Azurite, behind the proxy that plays faults and counts. */
  open(clock?: Clock, with_?: { direct?: boolean; credential?: TokenCredential; ca?: string[] }): Store;
  readonly faults: Faults;
  /** The next `times` calls of this kind meet the fault. */
  fail(operation: 'read' | 'write', answer: FaultAnswer, times?: number): void;
  /** Calls that reached the proxy while this ran. */
  counted<T>(work: () => Promise<T>): Promise<{ result: T; read: number; write: number }>;
  close(): Promise<void>;
}

export async function startTablesRig(): Promise<TablesRig> {
  const certificate = await createCertificate();
  const azurite = await startAzurite(certificate);
  const faults = createFaults();
  const counters = createCounters();
  const proxy = await startTablesProxy({
    port: 0,
    tls: certificate,
    tablePort: azurite.tablePort,
    faults,
    counters,
  });
  const localIdentity = await localCredential();
  let stores = 0;
  return {
    faults,
    open(
      clock = createVirtualClock(),
      { direct = false, credential = localIdentity, ca = [certificate.cert] } = {},
    ) {
      stores += 1;
      return createTableStore({
        tablesUrl: `${direct ? `https://localhost:${azurite.tablePort}` : proxy.origin}/devstoreaccount1`,
        credential,
        clock,
        tablePrefix: `store${stores}`,
        tlsOptions: { ca },
      });
    },
    fail(operation, answer, times = 1) {
      faults.add({ service: 'tables', match: { operation }, answer, times });
    },
    async counted(work) {
      const before = counters.snapshot().tables;
      const result = await work();
      const after = counters.snapshot().tables;
      return { result, read: after.read - before.read, write: after.write - before.write };
    },
    async close() {
      await proxy.close();
      await azurite.close();
      await certificate.remove();
    },
  };
}
