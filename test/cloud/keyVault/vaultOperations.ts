import { newestOf, secretBundle, secretItem, versionItem } from './secretBundles.ts';
import type { Secret, SecretProperties, SecretStore } from './secretStore.ts';
import { badParameter } from './vaultFailure.ts';

/** A request to the vault, as far as an operation needs it. */
export interface VaultRequest {
  origin: string;
  /** Path and query. */
  url: URL;
  name: string;
  version: string;
  body: SecretProperties & { value?: unknown };
}

/** An operation of the REST interface; `run` gives the body of a 200 answer, nothing for 204. */
export interface VaultOperation {
  /** As counters and faults know it. */
  name: string;
  method: string;
  /** Matches the path; the first group is the secret's name, the second its version. */
  path: RegExp;
  run(store: SecretStore, request: VaultRequest): object | undefined;
}

const pageSize = 25;

function page(request: VaultRequest, items: object[]): object {
  const { searchParams } = request.url;
  const size = Number(searchParams.get('maxresults') ?? pageSize);
  if (!Number.isInteger(size) || size < 1 || size > pageSize) {
    throw badParameter(`maxresults must be between 1 and ${pageSize}.`);
  }
  const skip = Number(Buffer.from(searchParams.get('$skiptoken') ?? '', 'base64url').toString() || 0);
  const value = items.slice(skip, skip + size);
  if (skip + size >= items.length) return { value, nextLink: null };
  const next = new URL(request.url);
  next.searchParams.set('$skiptoken', Buffer.from(String(skip + size)).toString('base64url'));
  return { value, nextLink: `${request.origin}${next.pathname}${next.search}` };
}

const withoutValue = (origin: string, secret: Secret) =>
  secretBundle(origin, [secret, newestOf(secret)], false);

/** The operations that the secrets client uses, in the order in which their paths are tried. */
export const vaultOperations: readonly VaultOperation[] = [
  {
    name: 'restore',
    method: 'POST',
    path: /^\/secrets\/restore$/,
    run: (store, { origin, body }) => {
      if (typeof body.value !== 'string') throw badParameter("Property 'value' is missing or no string.");
      const secret = JSON.parse(Buffer.from(body.value, 'base64url').toString()) as Secret;
      return withoutValue(origin, store.restore(secret));
    },
  },
  {
    name: 'backup',
    method: 'POST',
    path: /^\/secrets\/([^/]+)\/backup$/,
    run: (store, { name }) => {
      const secret = store.list().find((one) => one.name.toLowerCase() === name.toLowerCase());
      const backedUp = secret ?? store.get(name, '')[0];
      return { value: Buffer.from(JSON.stringify(backedUp)).toString('base64url') };
    },
  },
  {
    name: 'list',
    method: 'GET',
    path: /^\/secrets\/?$/,
    run: (store, request) =>
      page(
        request,
        store.list().map((secret) => secretItem(request.origin, secret)),
      ),
  },
  {
    name: 'listVersions',
    method: 'GET',
    path: /^\/secrets\/([^/]+)\/versions$/,
    run: (store, request) => {
      const secret = store.list().find((one) => one.name.toLowerCase() === request.name.toLowerCase());
      // The real vault lists versions in no order of time.
      const versions = [...(secret?.versions ?? [])].sort((one, other) =>
        one.version < other.version ? -1 : 1,
      );
      return page(request, secret ? versions.map((one) => versionItem(request.origin, secret, one)) : []);
    },
  },
  {
    name: 'get',
    method: 'GET',
    path: /^\/secrets\/([^/]+)(?:\/([^/]*))?$/,
    run: (store, { origin, name, version }) => secretBundle(origin, store.get(name, version), true),
  },
  {
    name: 'set',
    method: 'PUT',
    path: /^\/secrets\/([^/]+)$/,
    run: (store, { origin, name, body }) => secretBundle(origin, store.set(name, body.value, body), true),
  },
  {
    name: 'update',
    method: 'PATCH',
    path: /^\/secrets\/([^/]+)(?:\/([^/]*))?$/,
    run: (store, { origin, name, version, body }) =>
      secretBundle(origin, store.update(name, version, body), false),
  },
  {
    name: 'delete',
    method: 'DELETE',
    path: /^\/secrets\/([^/]+)$/,
    run: (store, { origin, name }) => withoutValue(origin, store.delete(name)),
  },
  {
    name: 'listDeleted',
    method: 'GET',
    path: /^\/deletedsecrets\/?$/,
    run: (store, request) =>
      page(
        request,
        store.listDeleted().map((secret) => secretItem(request.origin, secret)),
      ),
  },
  {
    name: 'getDeleted',
    method: 'GET',
    path: /^\/deletedsecrets\/([^/]+)$/,
    run: (store, { origin, name }) => withoutValue(origin, store.getDeleted(name)),
  },
  {
    name: 'recover',
    method: 'POST',
    path: /^\/deletedsecrets\/([^/]+)\/recover$/,
    run: (store, { origin, name }) => withoutValue(origin, store.recover(name)),
  },
  {
    name: 'purge',
    method: 'DELETE',
    path: /^\/deletedsecrets\/([^/]+)$/,
    run: (store, { name }) => {
      store.purge(name);
      return undefined;
    },
  },
];
