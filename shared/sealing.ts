import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { BrokerError } from './domain/errors.ts';
import type { Clock, Vault, VaultSecret } from './ports.ts';

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
   * A text that a stranger may have made up (`presented`, a cookie) costs the vault no call of its own.
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
const presentedLookMilliseconds = 60_000;

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
  let current: SealingKey | undefined;
  let loading: Promise<SealingKey> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;

  const remember = (secret: VaultSecret): SealingKey => {
    const material = Buffer.from(secret.value, 'base64url');
    if (material.length < keyBytes) {
      throw new BrokerError(
        'deployment_misconfigured',
        `The vault secret ${secretName} is no sealing key: it has to be ${keyBytes} random bytes in base64url. ` +
          'Whoever runs this deployment can mend it; deleting it lets the broker make one.',
      );
    }
    const key = { version: secret.version, material };
    keys.set(key.version, key);
    return key;
  };

  /** What is read back counts, since another instance may have made a key at the same moment. */
  const fetchCurrent = async (): Promise<SealingKey> => {
    const existing = await vault.get(secretName);
    if (existing !== undefined) return remember(existing);
    const value = randomBytes(keyBytes).toString('base64url');
    const version = await vault.set(secretName, value);
    return remember((await vault.get(secretName)) ?? { value, version });
  };

  const reload = (): Promise<SealingKey> => {
    askedAt = clock.now().getTime();
    loading ??= fetchCurrent()
      .then((key) => {
        current = key;
        return key;
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  };

  const currentKey = async (): Promise<SealingKey> => {
    const known = current;
    if (known !== undefined && clock.now().getTime() - askedAt <= currentKeyTrustMilliseconds) return known;
    // A vault that fails at the hourly look takes away no key that is at hand.
    return reload().catch((error: unknown) => {
      if (known === undefined) throw error;
      return known;
    });
  };

  const storedKey = async (version: string): Promise<SealingKey | undefined> => {
    const known = keys.get(version);
    if (known !== undefined) return known;
    const secret = await vault.get(secretName, version);
    return secret === undefined ? undefined : remember(secret);
  };

  /** Another instance may have seen a new key already; whoever makes up versions learns that once a minute at most. */
  const presentedKey = async (version: string): Promise<SealingKey | undefined> => {
    await currentKey();
    if (!keys.has(version) && clock.now().getTime() - askedAt > presentedLookMilliseconds) await reload();
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
      const key = await (source === 'stored' ? storedKey(version) : presentedKey(version));
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
      const key = await storedKey(fingerprint.split('.')[0] ?? '');
      return key !== undefined && fingerprintWith(key, purpose, text) === fingerprint;
    },
  };
}
