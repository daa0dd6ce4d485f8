import { expect } from '@jest/globals';
import type { CloudUnderTest } from './cloudUnderTest.ts';
import { tableRows, vaultSecrets } from './storedData.ts';

/** Shapes that only secrets have here: JWTs, refresh tokens and codes of the local Entra, 40 opaque characters. */
const secretShape = /eyJ[\w-]{10,}\.|\b1\.A[\w-]{60,}|(?<![\w-])[\w-]{40,}(?![\w-])/;

/** Fails where the broker's log, its pages and errors, or the tables hold a secret in the open. */
export async function expectNoSecretsTold(test: CloudUnderTest): Promise<void> {
  const inVault = await vaultSecrets(test);
  expect(inVault.length).toBeGreaterThan(1);
  const secrets = [...new Set([...test.secrets, ...inVault])].filter((text) => text.length > 8);
  const { text: log } = await test.control('GET', '/log');
  expect(log).not.toBe('');
  expect(log.split('\n').filter((line) => secretShape.test(withoutFramework(line)))).toEqual([]);
  expect(leaks(secrets, log)).toEqual([]);
  expect(leaks(secrets, test.told.join('\n'))).toEqual([]);
  const rows = await tableRows(test);
  expect(rows.length).toBeGreaterThan(0);
  expect(leaks(secrets, rows.join('\n'))).toEqual([]);
  expect(rows.filter((row) => /eyJ[\w-]{10,}\.eyJ|\b1\.A[\w-]{60,}/.test(row))).toEqual([]);
}

function leaks(secrets: readonly string[], text: string): string[] {
  return secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret.slice(0, 4)}…`);
}

/** Stack frames name long files. */
const withoutFramework = (line: string) => line.replaceAll(/\(?(?:file:\/\/)?\/[^\s"')]+/g, '');
