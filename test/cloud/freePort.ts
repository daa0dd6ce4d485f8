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
