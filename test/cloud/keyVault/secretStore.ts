import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import { badParameter, secretNotFound, VaultFailure } from './vaultFailure.ts';

/** Instants are seconds since 1970, as on the wire. */
export interface SecretVersion {
  version: string;
  value: string;
  contentType: string | undefined;
  tags: Record<string, string> | undefined;
  enabled: boolean;
  notBefore: number | undefined;
  expires: number | undefined;
  created: number;
  updated: number;
}

export interface Secret {
  name: string;
  /** The newest last. */
  versions: SecretVersion[];
  deleted?: { at: number; purgedAt: number };
}

/** What a client may state about a version; what is undefined stays as it was. */
export interface SecretProperties {
  contentType?: string | undefined;
  tags?: Record<string, string> | undefined;
  attributes?: { enabled?: boolean; nbf?: number | null; exp?: number | null } | undefined;
}

/** Days for which a deleted secret can be recovered. */
export const recoverableDays = 90;
const longestValueBytes = 25 * 1024;
const mostTags = 15;

/** The secrets of one vault, in memory, with soft delete. Every method throws `VaultFailure`. */
export interface SecretStore {
  set(name: string, value: unknown, properties: SecretProperties): [Secret, SecretVersion];
  /** The newest version when `version` is empty. */
  get(name: string, version: string): [Secret, SecretVersion];
  update(name: string, version: string, properties: SecretProperties): [Secret, SecretVersion];
  list(): Secret[];
  delete(name: string): Secret;
  getDeleted(name: string): Secret;
  listDeleted(): Secret[];
  recover(name: string): Secret;
  purge(name: string): void;
  restore(secret: Secret): Secret;
}

export function createSecretStore(clock: LocalClock): SecretStore {
  const secrets = new Map<string, Secret>();
  const now = () => Math.floor(clock.now().getTime() / 1000);
  const dropPurged = () => {
    for (const [key, secret] of secrets) {
      if (secret.deleted && secret.deleted.purgedAt <= now()) secrets.delete(key);
    }
  };
  const find = (name: string, deleted: boolean) => {
    dropPurged();
    const secret = secrets.get(name.toLowerCase());
    if (secret && (secret.deleted !== undefined) === deleted) return secret;
    if (!deleted) throw secretNotFound(name);
    throw new VaultFailure(404, 'SecretNotFound', `Deleted Secret not found: ${name}`);
  };
  const findVersion = (name: string, version: string): [Secret, SecretVersion] => {
    const secret = find(name, false);
    const found =
      version === '' ? secret.versions.at(-1) : secret.versions.find((one) => one.version === version);
    if (!found) throw secretNotFound(name, version);
    return [secret, found];
  };
  const sorted = (deleted: boolean) => {
    dropPurged();
    return [...secrets.values()]
      .filter((secret) => (secret.deleted !== undefined) === deleted)
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  };

  return {
    set(name, value, properties) {
      checkName(name);
      checkValue(value);
      dropPurged();
      const secret = secrets.get(name.toLowerCase()) ?? { name, versions: [] };
      if (secret.deleted) throw deletedButRecoverable(name);
      const created = now();
      const version = {
        version: randomUUID().replaceAll('-', ''),
        value,
        contentType: undefined,
        tags: undefined,
        enabled: true,
        notBefore: undefined,
        expires: undefined,
        created,
        updated: created,
      };
      assign(version, properties);
      secret.versions.push(version);
      secrets.set(name.toLowerCase(), secret);
      return [secret, version];
    },
    get(name, version) {
      const [secret, found] = findVersion(name, version);
      if (!found.enabled) {
        const message = 'Operation get is not allowed on a disabled secret.';
        throw new VaultFailure(403, 'Forbidden', message, { innerCode: 'SecretDisabled' });
      }
      return [secret, found];
    },
    update(name, version, properties) {
      const [secret, found] = findVersion(name, version);
      assign(found, properties);
      found.updated = now();
      return [secret, found];
    },
    list: () => sorted(false),
    delete(name) {
      const secret = find(name, false);
      secret.deleted = { at: now(), purgedAt: now() + recoverableDays * 86_400 };
      return secret;
    },
    getDeleted: (name) => find(name, true),
    listDeleted: () => sorted(true),
    recover(name) {
      const secret = find(name, true);
      delete secret.deleted;
      return secret;
    },
    purge(name) {
      secrets.delete(find(name, true).name.toLowerCase());
    },
    restore(secret) {
      const there = secrets.get(secret.name.toLowerCase());
      if (there?.deleted) throw deletedButRecoverable(secret.name);
      if (there) throw new VaultFailure(409, 'Conflict', `A secret named ${secret.name} exists already.`);
      secrets.set(secret.name.toLowerCase(), secret);
      return secret;
    },
  };
}

function deletedButRecoverable(name: string): VaultFailure {
  const message = `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`;
  return new VaultFailure(409, 'Conflict', message, { innerCode: 'ObjectIsDeletedButRecoverable' });
}

function checkName(name: string): void {
  if (/^[0-9A-Za-z-]{1,127}$/.test(name)) return;
  throw badParameter(`The request URI contains an invalid name: ${name}`);
}

function checkValue(value: unknown): asserts value is string {
  if (typeof value !== 'string') throw badParameter("Property 'value' is missing or no string.");
  if (Buffer.byteLength(value) <= longestValueBytes) return;
  throw badParameter(`Property 'value' exceeds the maximum length of ${longestValueBytes}.`);
}

function assign(version: SecretVersion, properties: SecretProperties): void {
  const { contentType, tags, attributes } = properties;
  if (tags && Object.keys(tags).length > mostTags) {
    throw badParameter(`Property 'tags' has more than ${mostTags} entries.`);
  }
  if (contentType !== undefined) version.contentType = contentType;
  if (tags !== undefined) version.tags = tags;
  if (attributes?.enabled !== undefined) version.enabled = attributes.enabled;
  if (attributes?.nbf !== undefined) version.notBefore = attributes.nbf ?? undefined;
  if (attributes?.exp !== undefined) version.expires = attributes.exp ?? undefined;
}
