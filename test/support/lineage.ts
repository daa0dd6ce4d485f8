import type { Grant, Lease } from '../../shared/domain/connection.ts';
import type { ConnectionChange, IdentityProvider, Store, Vault } from '../../shared/ports.ts';
import { type Gate, gated } from './gated.ts';

/** One generation of the grant, and when it was the current one: in observed steps, and on the clock. */
interface Reign {
  readonly lineage: number;
  endedStep: number;
  endedAt: number;
}

/** What an instance may use of the ports; every call is watched. */
export interface WatchedPorts {
  readonly store: Store;
  readonly identity: IdentityProvider;
}

/**
 * Watches who takes leases, who asks Entra, and from which sign-in every token descends. What must never happen is
 * written down in `violations`, since an error thrown here could be swallowed by the code under test.
 */
export class Lineage {
  readonly violations: string[] = [];
  /** The number of the sign-in that each refresh or access token descends from. */
  readonly #descent = new Map<string, number>();
  readonly #expiry = new Map<string, number>();
  readonly #reigns = new Map<number, Reign>();
  readonly #asked = new Set<string>();
  readonly #clock: { now(): Date };
  readonly #vault: Vault;
  #revokedUpTo = 0;
  step = 0;

  constructor(clock: { now(): Date }, vault: Vault) {
    this.#clock = clock;
    this.#vault = vault;
  }

  bear(lineage: number, tokens: { accessToken: string; refreshToken?: string; expiresAt: Date }): void {
    this.#descent.set(tokens.accessToken, lineage);
    this.#expiry.set(tokens.accessToken, tokens.expiresAt.getTime());
    if (tokens.refreshToken !== undefined) this.#descent.set(tokens.refreshToken, lineage);
  }

  /** Sign-ins up to this number count no longer at Entra. */
  revokeUpTo(lineage: number): void {
    this.#revokedUpTo = Math.max(this.#revokedUpTo, lineage);
  }

  isRevoked(generation: number): boolean {
    return (this.#reigns.get(generation)?.lineage ?? 0) <= this.#revokedUpTo;
  }

  /** Whether any generation that was current since then belongs to a sign-in that was revoked. */
  anyRevokedSince(step: number, at: number): boolean {
    return [...this.#reigns.keys()].some(
      (generation) => this.#reignedSince(generation, step, at) && this.isRevoked(generation),
    );
  }

  /** When Entra's own token ends, in milliseconds. */
  expiryOf(accessToken: string): number {
    return this.#expiry.get(accessToken) ?? Number.NaN;
  }

  /** Whether the access token belongs to a generation that was current at some time since then. */
  wasCurrentSince(accessToken: string, step: number, at: number): boolean {
    const lineage = this.#descent.get(accessToken);
    return [...this.#reigns].some(
      ([generation, reign]) => reign.lineage === lineage && this.#reignedSince(generation, step, at),
    );
  }

  #reignedSince(generation: number, step: number, at: number): boolean {
    const reign = this.#reigns.get(generation);
    return reign !== undefined && (reign.endedStep >= step || reign.endedAt > at);
  }

  /** The secret that the row points at exists, is enabled, and is of the sign-in that made the row's generation. */
  async checkRow(grant: Grant): Promise<void> {
    const secret = await this.#vault.get(grant.secretName, grant.secretVersion);
    if (secret === undefined)
      this.violations.push('The row points at a secret version that nobody can read.');
    else if (this.#descent.get(secret.value) !== this.#reigns.get(grant.generation)?.lineage) {
      this.violations.push('The row points at a refresh token of another sign-in than its own.');
    }
  }

  async noteFirst(grant: Grant): Promise<void> {
    await this.#noteGeneration(undefined, grant);
  }

  async #noteGeneration(before: Grant | undefined, after: Grant): Promise<void> {
    if (before?.generation === after.generation) return;
    const former = before === undefined ? undefined : this.#reigns.get(before.generation);
    if (former !== undefined) {
      former.endedStep = this.step;
      former.endedAt = this.#clock.now().getTime();
    }
    if (this.#reigns.has(after.generation)) this.violations.push('Two sign-ins share a generation.');
    const secret = await this.#vault.get(after.secretName, after.secretVersion);
    const lineage = this.#descent.get(secret?.value ?? '') ?? Number.NaN;
    if (former !== undefined && lineage <= former.lineage) {
      this.violations.push('An older sign-in took the place of a newer one.');
    }
    this.#reigns.set(after.generation, { lineage, endedStep: Infinity, endedAt: Infinity });
  }

  /**
   * The ports of one instance, for which the leases it takes are kept apart from those of the others. The store is
   * watched where calls take effect, the identity provider where they are made.
   */
  watch(store: Store, identity: IdentityProvider, gate: Gate): WatchedPorts {
    let held: Lease | undefined;
    const now = () => this.#clock.now().getTime();

    const noteCommit = async ({ grant }: ConnectionChange): Promise<void> => {
      const [before, after] = [grant?.before?.value, grant?.after];
      if (after === undefined) return;
      await this.#noteGeneration(before, after);
      if (after.lease === undefined || after.lease.id === before?.lease?.id) return;
      if (before?.lease !== undefined && before.lease.until.getTime() > now()) {
        this.violations.push('A lease was taken while another one had not expired.');
      }
      if (after.lease.until.getTime() > now() + 30_000)
        this.violations.push('A lease is longer than 30 seconds.');
      held = after.lease;
    };

    const noteQuestion = (): void => {
      if (held === undefined) return void this.violations.push('Entra was asked without a lease.');
      if (this.#asked.has(held.id)) this.violations.push('Entra was asked twice under one lease.');
      if (held.until.getTime() - now() < 10_000) {
        this.violations.push('Entra was asked with less than the identity deadline left of the lease.');
      }
      this.#asked.add(held.id);
    };

    const asked = gated(identity, gate);
    const watchedStore: Store = {
      ...store,
      commit: async (id, change) => {
        const result = await store.commit(id, change);
        if (result.committed) await noteCommit(change);
        return result;
      },
    };
    return {
      store: gated(watchedStore, gate),
      identity: {
        ...identity,
        refresh: async (request) => {
          noteQuestion();
          const lineage = this.#descent.get(request.refreshToken);
          const answer = await asked.refresh(request);
          if (answer.ok && lineage !== undefined) this.bear(lineage, answer.tokens);
          return answer;
        },
      },
    };
  }
}
