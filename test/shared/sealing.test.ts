import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BrokerError } from '../../shared/domain/errors.ts';
import { createSealer, type Sealer } from '../../shared/sealing.ts';
import { createMemoryVault, type MemoryVault } from '../fakes/memoryVault.ts';
import { createVirtualClock, type VirtualClock } from '../fakes/virtualClock.ts';
import { hour } from '../support/harness.ts';

const keyName = 'sealing-key';
const purpose = { key: 'connection-1', data: 'access-token|1' };

let vault: MemoryVault;
let clock: VirtualClock;
let sealer: Sealer;

const sealerOfAnotherProcess = () => createSealer(vault, clock, keyName);

async function rotate(): Promise<void> {
  await vault.set(keyName, Buffer.alloc(32, Math.floor(Math.random() * 256)).toString('base64url'));
  await clock.advance(hour + 1);
}

beforeEach(() => {
  vault = createMemoryVault();
  clock = createVirtualClock();
  sealer = createSealer(vault, clock, keyName);
});

describe('a sealed text', () => {
  test('opens for its purpose, in this process and in another', async () => {
    const texts = fc.string({ unit: 'binary', maxLength: 3000 });
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const sealed = await sealer.seal(purpose, text);
        expect(await sealer.open(purpose, sealed)).toBe(text);
        expect(await sealerOfAnotherProcess().open(purpose, sealed)).toBe(text);
      }),
    );
  });

  test('shows nothing of what is in it, and never looks the same twice', async () => {
    const [one, other] = [await sealer.seal(purpose, 'the token'), await sealer.seal(purpose, 'the token')];
    expect(one).not.toBe(other);
    expect(Buffer.from(one.split('.')[1] ?? '', 'base64url').toString('latin1')).not.toContain('token');
  });

  test.each([
    ['connection', { ...purpose, key: 'connection-2' }],
    ['generation', { ...purpose, data: 'access-token|2' }],
    ['use', { ...purpose, data: 'stated-client-secret' }],
    ['split of the same letters', { key: 'connection-1a', data: 'ccess-token|1' }],
  ])('does not open for another %s', async (_, other) => {
    expect(await sealer.open(other, await sealer.seal(purpose, 'the token'))).toBeUndefined();
  });

  test('does not open once a single bit of it has changed', async () => {
    const sealed = await sealer.seal(purpose, 'the token');
    const [version = '', encoded = ''] = sealed.split('.');
    const length = Buffer.from(encoded, 'base64url').length;
    const places = fc.tuple(fc.nat({ max: length - 1 }), fc.nat({ max: 7 }));
    await fc.assert(
      fc.asyncProperty(places, async ([byte, bit]) => {
        const body = Buffer.from(encoded, 'base64url');
        body.writeUInt8(body.readUInt8(byte) ^ (1 << bit), byte);
        expect(await sealer.open(purpose, `${version}.${body.toString('base64url')}`)).toBeUndefined();
      }),
    );
  });

  test('is never mistaken for one, whatever somebody makes up', async () => {
    const made = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{32}\.[A-Za-z0-9_-]{0,80}$/));
    await fc.assert(
      fc.asyncProperty(made, async (text) => {
        expect(await sealer.open(purpose, text)).toBeUndefined();
        expect(await sealer.open(purpose, text, 'presented')).toBeUndefined();
      }),
    );
  });
});

describe('the sealing key', () => {
  test('is made once, at the first need', async () => {
    expect(await vault.get(keyName)).toBeUndefined();
    await sealer.seal(purpose, 'one');
    const made = await vault.get(keyName);
    await sealerOfAnotherProcess().seal(purpose, 'two');
    expect(await vault.get(keyName)).toEqual(made);
    expect(Buffer.from(made?.value ?? '', 'base64url')).toHaveLength(32);
  });

  test('is asked for once, however many texts are sealed at the same time', async () => {
    await sealer.seal(purpose, 'x');
    const before = vault.reads;
    const other = sealerOfAnotherProcess();
    await Promise.all(Array.from({ length: 50 }, () => other.seal(purpose, 'x')));
    expect([vault.reads - before, vault.writes]).toEqual([1, 1]);
  });

  test('may be rotated: new texts use the new version within an hour, old ones still open everywhere', async () => {
    const old = await sealer.seal(purpose, 'old');
    await rotate();
    const fresh = await sealer.seal(purpose, 'fresh');
    expect(fresh.split('.')[0]).not.toBe(old.split('.')[0]);
    for (const one of [sealer, sealerOfAnotherProcess()]) {
      expect(await one.open(purpose, old)).toBe('old');
      expect(await one.open(purpose, fresh)).toBe('fresh');
    }
  });

  test('a version that is gone makes its texts unreadable, not the process', async () => {
    const old = await sealer.seal(purpose, 'old');
    await vault.disable(keyName, old.split('.')[0] ?? '');
    await rotate();
    expect(await sealerOfAnotherProcess().open(purpose, old)).toBeUndefined();
  });

  test('a vault that fails is asked again', async () => {
    vault.beforeEach = async () => {
      throw new BrokerError('vault_unavailable', 'Down.');
    };
    await expect(sealer.seal(purpose, 'x')).rejects.toMatchObject({ code: 'vault_unavailable' });
    delete vault.beforeEach;
    expect(await sealer.open(purpose, await sealer.seal(purpose, 'x'))).toBe('x');
  });

  test('a vault that is down keeps nobody from opening what is under a known key', async () => {
    const sealed = await sealer.seal(purpose, 'the token');
    await clock.advance(2 * hour);
    vault.beforeEach = async () => {
      throw new BrokerError('vault_unavailable', 'Down.');
    };
    expect(await sealer.open(purpose, sealed)).toBe('the token');
    expect(await sealer.open(purpose, sealed, 'presented')).toBe('the token');
  });
});

describe('a new deployment', () => {
  test('whose processes start at the same moment agrees on one key', async () => {
    const both = [sealer, sealerOfAnotherProcess()];
    const sealed = await Promise.all(both.map((one) => one.seal(purpose, 'session')));
    for (const one of both) {
      for (const text of sealed) expect(await one.open(purpose, text)).toBe('session');
      expect(await one.open(purpose, await sealer.seal(purpose, 'later'), 'presented')).toBe('later');
    }
  });

  test('with something else in the place of the key says whose it is to mend', async () => {
    await vault.set(keyName, 'hunter2');
    await expect(sealer.seal(purpose, 'x')).rejects.toMatchObject({ code: 'deployment_misconfigured' });
  });
});

describe('what a stranger presents', () => {
  test('opens when it is genuine, also right after the start of a process', async () => {
    const sealed = await sealer.seal(purpose, 'session');
    expect(await sealerOfAnotherProcess().open(purpose, sealed, 'presented')).toBe('session');
  });

  test('never makes the broker ask the vault for a version that somebody made up', async () => {
    await sealer.seal(purpose, 'x');
    const asked = vault.reads;
    const body = Buffer.alloc(60, 7).toString('base64url');
    for (let number = 0; number < 100; number += 1) {
      await sealer.open(purpose, `${number.toString(16).padStart(32, '0')}.${body}`, 'presented');
    }
    expect(vault.reads).toBe(asked);
  });

  test('is opened under a key that another process has just taken up, with one look a minute at most', async () => {
    await sealer.seal(purpose, 'x');
    await vault.set(keyName, Buffer.alloc(32, 9).toString('base64url'));
    const fresh = await sealerOfAnotherProcess().seal(purpose, 'session');
    await clock.advance(61_000);
    const asked = vault.reads;
    expect(await sealer.open(purpose, fresh, 'presented')).toBe('session');
    await sealer.open(purpose, `${'a'.repeat(32)}.${'b'.repeat(60)}`, 'presented');
    expect(vault.reads - asked).toBe(1);
  });
});

describe('fingerprints', () => {
  test('tell the same text from another, also after a rotation', async () => {
    const taken = await sealer.fingerprint(purpose, 'the secret');
    await rotate();
    const later = sealerOfAnotherProcess();
    expect(await later.matches(purpose, 'the secret', taken)).toBe(true);
    expect(await later.matches(purpose, 'the secret!', taken)).toBe(false);
    expect(await later.matches({ ...purpose, key: 'connection-2' }, 'the secret', taken)).toBe(false);
    expect(await later.matches({ ...purpose, data: 'other' }, 'the secret', taken)).toBe(false);
  });

  test('do not give the text away, and match nothing where they are damaged', async () => {
    const taken = await sealer.fingerprint(purpose, 'the secret');
    expect(taken).not.toContain('secret');
    expect(await sealer.matches(purpose, 'the secret', `${taken}x`)).toBe(false);
    expect(await sealer.matches(purpose, 'the secret', '')).toBe(false);
  });
});
