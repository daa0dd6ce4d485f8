import type { Connection, ConnectLink } from '../domain/connection.ts';
import { BrokerError } from '../domain/errors.ts';
import { equalSecrets, randomSecret, sha256 } from '../secrets.ts';

/** A connect link just made; `key` is in the address alone and never stored. */
export interface FreshLink {
  readonly href: string;
  readonly link: ConnectLink;
}

/** The key stands in the query, which request telemetry leaves out. */
export function freshLink(
  baseUrl: string,
  connectionId: string,
  now: Date,
  lifetimeMinutes: number,
): FreshLink {
  const key = randomSecret();
  const href = new URL(`/connect/${connectionId}`, baseUrl);
  href.searchParams.set('key', key);
  return {
    href: href.href,
    link: { hash: sha256(key), expiresAt: new Date(now.getTime() + lifetimeMinutes * 60_000) },
  };
}

/** @throws BrokerError `link_invalid`, `link_expired`; a used link says that it was used */
export function requireLink(connection: Connection | undefined, key: string, now: Date): Connection {
  const link = connection?.link;
  if (connection === undefined || link === undefined || !equalSecrets(link.hash, sha256(key))) {
    throw new BrokerError(
      'link_invalid',
      'This connect link is not valid, or it has ended. Ask whoever sent it to you for a new one.',
    );
  }
  if (link.usedAt !== undefined) {
    throw new BrokerError(
      'link_invalid',
      'This connect link has been used: the sign-in behind it succeeded.',
    );
  }
  if (link.expiresAt <= now) {
    throw new BrokerError(
      'link_expired',
      'This connect link has expired. Ask whoever sent it to you for a new one.',
    );
  }
  return connection;
}
