import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Vault } from '../../shared/ports.ts';

const someName = () => `secret-${randomUUID()}`;

/** What every Vault promises; `makeVault` may answer the same vault each time. */
export function vaultContract(name: string, makeVault: () => Vault | Promise<Vault>): void {
  describe(`${name} keeps the promises of a Vault`, () => {
    test('answers a check', async () => {
      await (await makeVault()).check();
    });

    test('what was never set reads as undefined', async () => {
      const vault = await makeVault();
      expect(await vault.get(someName())).toBeUndefined();
      expect(await vault.get(someName(), '0123456789abcdef0123456789abcdef')).toBeUndefined();
    });

    test('each set makes a version; the latest and every exact one can be read', async () => {
      const vault = await makeVault();
      const secret = someName();
      const first = await vault.set(secret, 'one');
      const second = await vault.set(secret, 'two ✓ größe');
      expect(second).not.toBe(first);
      expect(await vault.get(secret)).toEqual({ value: 'two ✓ größe', version: second });
      expect(await vault.get(secret, first)).toEqual({ value: 'one', version: first });
      expect(await vault.get(secret, second)).toEqual({ value: 'two ✓ größe', version: second });
      expect(await vault.get(secret, '0123456789abcdef0123456789abcdef')).toBeUndefined();
    });

    test('a disabled version cannot be read, the others can', async () => {
      const vault = await makeVault();
      const secret = someName();
      const first = await vault.set(secret, 'one');
      const second = await vault.set(secret, 'two');
      await vault.disable(secret, first);
      await vault.disable(secret, first);
      expect(await vault.get(secret, first)).toBeUndefined();
      expect(await vault.get(secret)).toEqual({ value: 'two', version: second });
      await vault.disable(secret, second);
      expect(await vault.get(secret)).toBeUndefined();
    });

    test('a removed secret is gone with all versions', async () => {
      const vault = await makeVault();
      const secret = someName();
      const first = await vault.set(secret, 'one');
      await vault.set(secret, 'two');
      await vault.remove(secret);
      expect(await vault.get(secret)).toBeUndefined();
      expect(await vault.get(secret, first)).toBeUndefined();
    });

    test('removing or disabling what is gone is no error', async () => {
      const vault = await makeVault();
      const secret = someName();
      await vault.remove(secret);
      await vault.disable(secret, '0123456789abcdef0123456789abcdef');
      const version = await vault.set(secret, 'one');
      await vault.remove(secret);
      await vault.remove(secret);
      await vault.disable(secret, version);
    });

    test('many first calls at once all keep their values', async () => {
      const vault = await makeVault();
      const secrets = Array.from({ length: 8 }, () => ({ name: someName(), value: randomUUID() }));
      await Promise.all(secrets.map((secret) => vault.set(secret.name, secret.value)));
      for (const { name: secret, value } of secrets) expect((await vault.get(secret))?.value).toBe(value);
    });
  });
}
