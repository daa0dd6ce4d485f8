import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/** A port of the loopback address that nothing listened on just now. */
export function freePort(): Promise<number> {
  return probe(0);
}

/** Whether the port can be listened on. */
export async function isPortFree(port: number): Promise<boolean> {
  return probe(port).then(
    () => true,
    () => false,
  );
}

/** A port that was asked for and that somebody else listens on. */
export class PortTakenError extends Error {
  constructor(port: number, purpose: string) {
    super(
      `Port ${port}, for ${purpose}, is taken. Choose another with --port N (the control endpoint takes N + 1), or let --port 0 find free ones.`,
    );
  }
}

/** Rejects with `PortTakenError` unless the port is free or 0. */
export async function requireFreePort(port: number, purpose: string): Promise<void> {
  if (port !== 0 && !(await isPortFree(port))) throw new PortTakenError(port, purpose);
}

function probe(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const { port: taken } = server.address() as AddressInfo;
      server.close(() => resolve(taken));
    });
  });
}
