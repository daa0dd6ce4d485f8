import { afterAll, beforeAll } from '@jest/globals';
import { createKeyVault } from '../../../../shared/adapters/keyVault/createKeyVault.ts';
import { createCertificate, type LocalCertificate } from '../../../cloud/certificate.ts';
import { createLocalClock } from '../../../cloud/clock.ts';
import { createCounters } from '../../../cloud/counters.ts';
import { createFaults } from '../../../cloud/faults.ts';
import type { LocalServer } from '../../../cloud/httpServer.ts';
import { startKeyVault } from '../../../cloud/keyVault/startKeyVault.ts';
import { vaultContract } from '../../../contracts/vault.contract.ts';
import { localCredential } from '../identity.ts';

let certificate: LocalCertificate;
let server: LocalServer;
beforeAll(async () => {
  certificate = await createCertificate();
  const parts = { clock: createLocalClock(), faults: createFaults(), counters: createCounters() };
  server = await startKeyVault({ port: 0, tls: certificate, ...parts });
}, 60_000);
afterAll(async () => {
  await server.close();
  await certificate.remove();
});

vaultContract('The key vault', async () =>
  createKeyVault({
    vaultUrl: server.origin,
    credential: await localCredential(),
    disableChallengeResourceVerification: true,
    tlsOptions: { ca: certificate.cert },
  }),
);
