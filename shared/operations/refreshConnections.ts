import pMap from 'p-map';
import { appKey } from '../domain/app.ts';
import { errorCodeOf } from '../domain/errors.ts';
import { bucketOf, type DueHint } from '../domain/indexing.ts';
import { idleWarningAt, planRefresh, type RefreshPolicy } from '../domain/planRefresh.ts';
import { eventOf } from '../domain/transition.ts';
import type { Clock, Log, Store, Vault } from '../ports.ts';
import type { CredentialReader } from './clientCredential.ts';
import { removeRows } from './deleteConnection.ts';
import { type GrantedConnection, readGranted, readState } from './fence.ts';
import type { RefreshGrant } from './refreshGrant.ts';

/** What one run of the timer did, in numbers. */
export interface RefreshSummary {
  examined: number;
  refreshed: number;
  failed: number;
  /** Somebody else was refreshing, or the row moved meanwhile. */
  busy: number;
  postponed: number;
  /** No longer in the due index: broken, or unused for too long. */
  dropped: number;
  warned: number;
  /** Hints that pointed at nothing due any more. */
  surplus: number;
  expiredConnections: number;
  removedAuthorizations: number;
  /** Could not be handled: a dependency failed. They stay due. */
  errors: number;
  /** Left for the next run because the time was used up. */
  left: number;
}

export interface RefreshConnectionsPorts {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
  readonly credentials: CredentialReader;
  readonly refreshGrant: RefreshGrant;
  readonly policy: RefreshPolicy;
  /** Refreshes under way at once. */
  readonly concurrency: number;
}

export type RefreshConnections = () => Promise<RefreshSummary>;

/** A run ends well before the next one is due and before the host would cut it off. */
const budgetMilliseconds = 200_000;

/** Takes what is due from the index and sees to it: the cost follows what is due, not what exists. */
export function createRefreshConnections(ports: RefreshConnectionsPorts): RefreshConnections {
  const { store, vault, clock, log, refreshGrant } = ports;

  const refreshOne = async (state: GrantedConnection, summary: RefreshSummary): Promise<void> => {
    const outcome = await refreshGrant(state, { actor: 'timer', used: false });
    if (outcome.kind === 'refreshed') {
      summary.refreshed += 1;
      await lookInTimeToWarn(outcome.state);
    } else if (outcome.kind === 'failed') summary.failed += 1;
    else summary.busy += 1;
  };

  /** An idle connection is looked at once a week, but its warning keeps the day. */
  const lookInTimeToWarn = async (state: GrantedConnection): Promise<void> => {
    const connection = state.connection.value;
    const { dueAt } = state.grant.value;
    const warningAt = idleWarningAt(connection, ports.policy);
    const isBetween = dueAt !== undefined && warningAt < dueAt && warningAt > clock.now();
    if (isBetween && connection.idleWarnedAt === undefined) await moveDue(state, warningAt);
  };

  const moveDue = async ({ grant }: GrantedConnection, dueAt: Date | undefined): Promise<void> => {
    const { dueAt: _former, ...kept } = grant.value;
    const after = dueAt === undefined ? kept : { ...kept, dueAt };
    await store.commit(kept.connectionId, { grant: { before: grant, after } });
  };

  const warn = async (state: GrantedConnection, cause: string): Promise<void> => {
    const at = clock.now();
    const after = { ...state.connection.value, idleWarnedAt: at };
    await store.commit(after.id, {
      connection: { before: state.connection, after },
      events: [eventOf('connection.idle_warning', { actor: 'timer', cause, at })],
    });
  };

  /** One of the current bucket may belong to a change that is being written just now, so it is left. */
  const dropSurplus = async (hint: DueHint, summary: RefreshSummary): Promise<void> => {
    summary.surplus += 1;
    if (bucketOf(hint.dueAt) < bucketOf(clock.now())) await store.removeDue(hint);
  };

  const seeToGrant = async (hint: DueHint, summary: RefreshSummary): Promise<void> => {
    const state = await readGranted(store, hint.id);
    if (state === undefined || !pointsAt(hint, state.grant.value.dueAt)) {
      return dropSurplus(hint, summary);
    }
    const plan = planRefresh(
      state.connection.value,
      state.grant.value,
      ports.policy,
      clock.now(),
      await isAppRejected(ports, state),
    );
    switch (plan.action) {
      case 'refresh':
        return refreshOne(state, summary);
      case 'postpone':
        summary.postponed += 1;
        return moveDue(state, plan.dueAt);
      case 'drop':
        summary.dropped += 1;
        return moveDue(state, undefined);
      case 'warn': {
        summary.warned += 1;
        await warn(state, plan.reason);
        const warned = await readGranted(store, hint.id);
        return warned === undefined ? undefined : refreshOne(warned, summary);
      }
    }
  };

  const seeToPending = async (hint: DueHint, summary: RefreshSummary): Promise<void> => {
    const { connection, grant } = await readState(store, hint.id);
    const endsAt = connection?.value.pendingUntil;
    if (connection === undefined || endsAt === undefined || !pointsAt(hint, endsAt)) {
      return dropSurplus(hint, summary);
    }
    if (endsAt > clock.now()) return;
    const cause =
      grant === undefined
        ? 'Nobody signed in while the link was valid.'
        : 'The account was not confirmed in time.';
    const deed = { actor: 'timer', cause, at: clock.now() };
    // The rows go first: whoever confirms at this moment wins, and their grant is still there.
    if (!(await removeRows(store, connection, grant, deed, 'connection.expired'))) return;
    summary.expiredConnections += 1;
    if (grant !== undefined) await vault.remove(grant.value.secretName);
  };

  const seeToAuthorization = async (hint: DueHint, summary: RefreshSummary): Promise<void> => {
    const authorization = await store.authorizations.read(hint.id);
    if (authorization === undefined) {
      return dropSurplus(hint, summary);
    }
    if (authorization.value.expiresAt > clock.now()) return;
    if (await store.authorizations.save({ before: authorization })) summary.removedAuthorizations += 1;
  };

  const seeTo = { grant: seeToGrant, pending: seeToPending, authorization: seeToAuthorization };

  return async () => {
    const startedAt = clock.now();
    const summary = emptySummary();
    const isTimeUp = () => clock.now().getTime() - startedAt.getTime() >= budgetMilliseconds;
    try {
      for await (const hints of store.listDue(startedAt)) {
        await pMap(
          hints,
          async (hint) => {
            if (isTimeUp()) {
              summary.left += 1;
              return;
            }
            summary.examined += 1;
            try {
              await seeTo[hint.kind](hint, summary);
            } catch (error) {
              // One connection's trouble must not stop the others; the hint stays and is looked at again.
              summary.errors += 1;
              log.error('refresh_run_item_failed', {
                kind: hint.kind,
                id: hint.id,
                reason: errorCodeOf(error),
              });
            }
          },
          { concurrency: ports.concurrency },
        );
        if (isTimeUp()) break;
      }
    } catch (error) {
      // The index could not be read to its end; what is left is the next run's.
      summary.errors += 1;
      log.error('refresh_run_cut_short', { reason: errorCodeOf(error) });
    }
    log.info('refresh_run_finished', {
      ...summary,
      milliseconds: clock.now().getTime() - startedAt.getTime(),
    });
    return summary;
  };
}

/**
 * Whether the hint is of what the row says. The hint of an instant that had passed when it was written stands in a
 * later bucket than the instant itself, so every instant up to the hint's bucket counts.
 */
function pointsAt(hint: DueHint, dueAt: Date | undefined): boolean {
  return dueAt !== undefined && bucketOf(dueAt) <= bucketOf(hint.dueAt);
}

async function isAppRejected(
  ports: RefreshConnectionsPorts,
  { connection }: GrantedConnection,
): Promise<boolean> {
  const { environment, clientId } = connection.value;
  if (environment === undefined || clientId === undefined) return false;
  const app = await ports.store.apps.read(appKey(environment, clientId));
  return app !== undefined && (await ports.credentials.usable(app.value)).length === 0;
}

function emptySummary(): RefreshSummary {
  return {
    examined: 0,
    refreshed: 0,
    failed: 0,
    busy: 0,
    postponed: 0,
    dropped: 0,
    warned: 0,
    surplus: 0,
    expiredConnections: 0,
    removedAuthorizations: 0,
    errors: 0,
    left: 0,
  };
}
