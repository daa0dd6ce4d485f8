import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock, Vault } from './ports.ts';

/**
 * What a sealed text is for: `key` chooses the derived key (a connection id, say), `data` is bound as associated
 * data, so that a text moved to another row or generation does not open.
 */
export interface SealPurpose {
  readonly key: string;
  readonly data: string;
}

/** Keeps texts in tables and cookies under keys derived from the vault's sealing key. */
export interface Sealer {
  seal(purpose: SealPurpose, text: string): Promise<string>;
  /**
   * Undefined for whatever cannot be opened: another purpose, a damaged text, a key version that is gone.
   * A text that a stranger may have made up (`presented`, a cookie) never causes a call to the vault.
   */
  open(purpose: SealPurpose, sealed: string, source?: 'stored' | 'presented'): Promise<string | undefined>;
  /** A keyed digest that tells whether two texts are the same without revealing either. */
  fingerprint(purpose: SealPurpose, text: string): Promise<string>;
  /** Whether `text` has that fingerprint, also one made under an older key version. */
  matches(purpose: SealPurpose, text: string, fingerprint: string): Promise<boolean>;
}

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** A rotated sealing key is noticed within this time; texts under the old version still open. */
const currentKeyTrustMilliseconds = 3_600_000;

interface SealingKey {
  readonly version: string;
  readonly material: Buffer;
}

/**
 * AES-256-GCM under an HKDF key for each purpose (RFC 5869, NIST SP 800-38D). The sealing key is a vault secret;
 * its version stands in every sealed text and an unknown version is fetched on demand.
 */
export function createSealer(vault: Vault, clock: Clock, secretName: string): Sealer {
  const keys = new LRUCache<string, SealingKey>({ max: 20 });
  const derived = new LRUCache<string, Buffer>({ max: 10_000 });
  let current: { readonly key: Promise<SealingKey>; readonly loadedAt: Date } | undefined;

  const remember = (secret: { value: string; version: string }): SealingKey => {
    const key = { version: secret.version, material: Buffer.from(secret.value, 'base64url') };
    keys.set(key.version, key);
    return key;
  };

  const loadCurrent = async (): Promise<SealingKey> => {
    const existing = await vault.get(secretName);
    if (existing !== undefined) return remember(existing);
    const value = randomBytes(keyBytes).toString('base64url');
    return remember({ value, version: await vault.set(secretName, value) });
  };

  const currentKey = async (): Promise<SealingKey> => {
    const now = clock.now();
    if (current === undefined || now.getTime() - current.loadedAt.getTime() > currentKeyTrustMilliseconds) {
      const key = loadCurrent();
      current = { key, loadedAt: now };
      key.catch(() => {
        current = undefined;
      });
    }
    return current.key;
  };

  const keyOfVersion = async (version: string): Promise<SealingKey | undefined> => {
    const known = keys.get(version);
    if (known !== undefined) return known;
    const secret = await vault.get(secretName, version);
    return secret === undefined ? undefined : remember(secret);
  };

  /** What a stranger may have made up is held against the keys in memory, the current one among them. */
  const keyToOpen = async (version: string, source: 'stored' | 'presented') => {
    if (source === 'stored') return keyOfVersion(version);
    if (!keys.has(version)) await currentKey();
    return keys.get(version);
  };

  const deriveFor = (key: SealingKey, purpose: SealPurpose, use: 'seal' | 'fingerprint'): Buffer => {
    const info = `${use}|${purpose.key}`;
    const cacheKey = `${key.version}|${info}`;
    const known = derived.get(cacheKey);
    if (known !== undefined) return known;
    const made = Buffer.from(hkdfSync('sha256', key.material, Buffer.alloc(0), info, keyBytes));
    derived.set(cacheKey, made);
    return made;
  };

  const associatedData = (purpose: SealPurpose, version: string) =>
    Buffer.from(JSON.stringify([purpose.key, purpose.data, version]));

  const fingerprintWith = (key: SealingKey, purpose: SealPurpose, text: string): string => {
    const digest = createHmac('sha256', deriveFor(key, purpose, 'fingerprint'))
      .update(JSON.stringify([purpose.data, text]))
      .digest('base64url');
    return `${key.version}.${digest}`;
  };

  return {
    async seal(purpose, text) {
      const key = await currentKey();
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', deriveFor(key, purpose, 'seal'), nonce);
      cipher.setAAD(associatedData(purpose, key.version));
      const body = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${key.version}.${body.toString('base64url')}`;
    },

    async open(purpose, sealed, source = 'stored') {
      const [version, encoded] = sealed.split('.');
      if (version === undefined || encoded === undefined || !/^[0-9A-Za-z]{1,64}$/.test(version))
        return undefined;
      const body = Buffer.from(encoded, 'base64url');
      if (body.length < nonceBytes + tagBytes) return undefined;
      const key = await keyToOpen(version, source);
      if (key === undefined) return undefined;
      try {
        const decipher = createDecipheriv(
          'aes-256-gcm',
          deriveFor(key, purpose, 'seal'),
          body.subarray(0, nonceBytes),
        );
        decipher.setAAD(associatedData(purpose, version));
        decipher.setAuthTag(body.subarray(body.length - tagBytes));
        const text = decipher.update(body.subarray(nonceBytes, body.length - tagBytes));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },

    async fingerprint(purpose, text) {
      return fingerprintWith(await currentKey(), purpose, text);
    },

    async matches(purpose, text, fingerprint) {
      const key = await keyOfVersion(fingerprint.split('.')[0] ?? '');
      return key !== undefined && fingerprintWith(key, purpose, text) === fingerprint;
    },
  };
}
