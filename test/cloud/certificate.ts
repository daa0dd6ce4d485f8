import { rmSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** The certificate of the local services, and the files by which other processes come to trust it. */
export interface LocalCertificate {
  cert: string;
  key: string;
  certFile: string;
  keyFile: string;
  /** For `NODE_EXTRA_CA_CERTS`: this certificate, after what that variable names already. */
  trustFile: string;
  /** Removes the files. */
  remove(): Promise<void>;
}

/** Makes a self-signed certificate for the loopback names, valid for two years. */
export async function createCertificate(): Promise<LocalCertificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 86_400_000),
    notAfterDate: new Date(Date.now() + 730 * 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, keyCertSign: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  const directory = await mkdtemp(join(tmpdir(), 'local-cloud-'));
  const files = {
    certFile: join(directory, 'cert.pem'),
    keyFile: join(directory, 'key.pem'),
    trustFile: join(directory, 'trust.pem'),
  };
  await writeFile(files.certFile, cert);
  await writeFile(files.keyFile, key, { mode: 0o600 });
  await writeFile(files.trustFile, `${await trustedAlready()}\n${cert}`);
  const removeAtExit = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', removeAtExit);
  return {
    cert,
    key,
    ...files,
    async remove() {
      process.off('exit', removeAtExit);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function trustedAlready(): Promise<string> {
  const file = process.env.NODE_EXTRA_CA_CERTS;
  // Node only warns when the file is missing.
  return file ? readFile(file, 'utf8').catch(() => '') : '';
}
