import type { Authorization } from './authorization.ts';
import type { Connection, Grant } from './connection.ts';

/** Whose connections are listed: everybody's, or those that a principal owns or is on the access list of. */
export type ListScope = { readonly all: true } | { readonly principalId: string };

export const dueKinds = ['grant', 'pending', 'authorization'] as const;
/** `grant`: a refresh may be due. `pending`: a pending connection may end. `authorization`: an old one may go. */
export type DueKind = (typeof dueKinds)[number];

/** A hint that something may be due; what it points at decides. */
export interface DueHint {
  readonly kind: DueKind;
  /** Connection id, or authorization id. */
  readonly id: string;
  readonly dueAt: Date;
}

const bucketMilliseconds = 5 * 60 * 1000;

/** The number of the five-minute bucket that an instant falls into, counted from 1970. */
export function bucketOf(instant: Date): number {
  return Math.floor(instant.getTime() / bucketMilliseconds);
}

/** When the timer has to look at the grant; none where it is not kept alive. */
export function grantHint(grant: Grant): DueHint | undefined {
  return grant.dueAt === undefined
    ? undefined
    : { kind: 'grant', id: grant.connectionId, dueAt: grant.dueAt };
}

/** When a connection that is still pending may end. */
export function pendingHint(connection: Connection): DueHint | undefined {
  return connection.pendingUntil === undefined
    ? undefined
    : { kind: 'pending', id: connection.id, dueAt: connection.pendingUntil };
}

/** When an authorization may go. */
export function authorizationHint(authorization: Authorization): DueHint {
  return { kind: 'authorization', id: authorization.id, dueAt: authorization.expiresAt };
}

/** What an index gains before a value is swapped and loses after it. */
export interface Moves<T> {
  readonly add: readonly T[];
  readonly remove: readonly T[];
}

/**
 * A hint where it is kept: one from the past goes into the current bucket, so nothing is added behind a
 * reader.
 */
export function placeHint(hint: DueHint, now: Date): DueHint {
  if (bucketOf(hint.dueAt) >= bucketOf(now)) return hint;
  return { ...hint, dueAt: new Date(bucketOf(now) * bucketMilliseconds) };
}

/**
 * How the due index follows a value whose hint changes. An unchanged hint costs nothing; a changed one is
 * written even within its bucket, so that whoever read the old one cannot remove it.
 */
export function hintMoves(
  before: DueHint | undefined,
  after: DueHint | undefined,
  now: Date,
): Moves<DueHint> {
  if (before?.dueAt.getTime() === after?.dueAt.getTime()) return { add: [], remove: [] };
  const placed = after === undefined ? undefined : placeHint(after, now);
  const replaced =
    placed !== undefined && before !== undefined && bucketOf(placed.dueAt) === bucketOf(before.dueAt);
  return {
    add: placed === undefined ? [] : [placed],
    remove: before === undefined || replaced ? [] : [before],
  };
}

function principalsOf(connection: Connection | undefined): ReadonlySet<string> {
  if (connection === undefined) return new Set();
  return new Set([connection.owner, ...connection.access.map((entry) => entry.principalId)]);
}

/**
 * How the lists of connections follow one connection: everybody's list, and those of its owner and access
 * list.
 */
export function listMoves(before: Connection | undefined, after: Connection | undefined): Moves<ListScope> {
  const had = principalsOf(before);
  const has = principalsOf(after);
  const everybody: readonly ListScope[] = [{ all: true }];
  const scopes = (of: ReadonlySet<string>, without: ReadonlySet<string>): ListScope[] =>
    [...of].filter((principalId) => !without.has(principalId)).map((principalId) => ({ principalId }));
  return {
    add: [...(before === undefined && after !== undefined ? everybody : []), ...scopes(has, had)],
    remove: [...(before !== undefined && after === undefined ? everybody : []), ...scopes(had, has)],
  };
}
