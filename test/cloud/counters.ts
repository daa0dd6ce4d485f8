/** What the control endpoint answers on `GET /counters`: calls that reached each local service. */
export interface CounterSnapshot {
  entra: { authorize: number; token: Record<string, number> };
  keyVault: Record<string, number>;
  tables: { read: number; write: number };
  graph: number;
}

export interface Counters {
  countAuthorize(): void;
  countToken(grantType: string): void;
  countVault(operation: string): void;
  countTable(kind: 'read' | 'write'): void;
  countGraph(): void;
  snapshot(): CounterSnapshot;
}

export function createCounters(): Counters {
  const counts: CounterSnapshot = {
    entra: { authorize: 0, token: {} },
    keyVault: {},
    tables: { read: 0, write: 0 },
    graph: 0,
  };
  const increment = (record: Record<string, number>, key: string) => {
    record[key] = (record[key] ?? 0) + 1;
  };
  return {
    countAuthorize: () => {
      counts.entra.authorize += 1;
    },
    countToken: (grantType) => increment(counts.entra.token, grantType),
    countVault: (operation) => increment(counts.keyVault, operation),
    countTable: (kind) => {
      counts.tables[kind] += 1;
    },
    countGraph: () => {
      counts.graph += 1;
    },
    snapshot: () => structuredClone(counts),
  };
}
