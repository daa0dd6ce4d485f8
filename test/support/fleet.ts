import { randomUUID } from 'node:crypto';
import { BrokerError } from '../../shared/domain/errors.ts';
import { adoptGrant } from '../../shared/operations/adoptGrant.ts';
import { readGranted } from '../../shared/operations/fence.ts';
import type { TokenResponse } from '../../shared/operations/readToken.ts';
import { someAuthorization } from '../contracts/samples.ts';
import { ada, owner } from './callers.ts';
import { type BrokerSettings, composeBroker, type TestBroker } from './composeBroker.ts';
import { type Gate, gated, type Moment } from './gated.ts';
import { clientId, clientSecret, createHarness, type Harness, present } from './harness.ts';
import { Lineage } from './lineage.ts';

/** Something bad that happens to one instance when it comes to a moment for the nth time. */
export interface Trouble {
  /** By its place in the fleet; one that is started later has no troubles. */
  readonly instance: number;
  readonly moment: Moment;
  readonly nth: number;
  /** Crash: never heard of again. Stall: goes on after a lease's time. Fail: the call or its answer is lost. */
  readonly kind: 'crash' | 'stall' | 'fail';
}

/** Releases calls one by one, in an order of its choosing. */
export interface Turns {
  /** Resolves when it is this call's turn. */
  wait(label: string): Promise<void>;
}

interface Instance {
  readonly broker: TestBroker;
  crashed: boolean;
  /** Calls under way, and when the oldest of an unbroken row of them began. */
  busy: number;
  busySince: { step: number; at: number };
}

const stallMilliseconds = 31_000;
/** Longer than any lease and than the longest backoff. */
const longestWaitMilliseconds = 1_801_000;

/** Several processes of the broker over one store, vault and identity provider, each call of theirs held by turns. */
export class Fleet {
  readonly harness: Harness;
  readonly lineage: Lineage;
  readonly #turns: Turns;
  readonly #troubles: readonly Trouble[];
  readonly #settings: BrokerSettings;
  readonly #instances: Instance[] = [];
  #connectionId = '';
  #signIns = 0;
  /** Calls of instances that are alive and have not been answered. */
  open = 0;
  tokens = 0;
  #hiccups = 0;
  #writesSeen = 0;

  constructor(turns: Turns, troubles: readonly Trouble[], settings: BrokerSettings) {
    this.harness = createHarness({ ...settings });
    this.lineage = new Lineage(this.harness.clock, this.harness.vault);
    this.#turns = turns;
    this.#troubles = troubles;
    this.#settings = settings;
  }

  /** A connected connection, and so many instances that know nothing of it yet. */
  async begin(instances: number): Promise<void> {
    const { identity } = this.harness;
    const redeemCode = identity.redeemCode;
    identity.redeemCode = async (request) => {
      const answer = await redeemCode(request);
      if (answer.ok) this.lineage.bear(this.#signIns, answer.tokens);
      return answer;
    };
    this.#signIns = 1;
    this.#connectionId = (await this.harness.connect()).id;
    await this.lineage.noteFirst(await this.harness.grant(this.#connectionId));
    for (let index = 0; index < instances; index += 1) this.#launch();
  }

  #launch(): number {
    const { clock, store, identity, vault } = this.harness;
    const index = this.#instances.length;
    const gate = this.#gateOf(index);
    const broker = composeBroker(
      {
        ...this.lineage.watch(store, identity, gate),
        vault: gated(vault, gate),
        clock,
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      },
      this.#settings,
    );
    this.#instances.push({ broker, crashed: false, busy: 0, busySince: { step: 0, at: 0 } });
    return index;
  }

  #gateOf(index: number): Gate {
    const visits = new Map<Moment, number>();
    return async (moment) => {
      const visit = (visits.get(moment) ?? 0) + 1;
      visits.set(moment, visit);
      const trouble = this.#troubles.find(
        (one) => one.instance === index && one.moment === moment && one.nth === visit,
      );
      if (trouble?.kind === 'crash') this.crash(index);
      if (trouble?.kind === 'stall') await this.harness.clock.sleep(stallMilliseconds);
      await this.#turns.wait(`${index} ${moment}`);
      if (this.#instances[index]?.crashed) return new Promise(() => undefined);
      if (trouble?.kind === 'fail' && !moment.endsWith('refresh')) throw lostCall(moment);
    };
  }

  /** The instance is gone: whatever it was doing stays undone, and nobody waits for its answers. */
  crash(index: number): void {
    const instance = this.#instances[index];
    if (instance === undefined || instance.crashed) return;
    instance.crashed = true;
    this.open -= instance.busy;
  }

  ask(index: number, minValidSeconds: number): void {
    this.#run(index, async (instance) => {
      const request = { connectionId: this.#connectionId, minValidSeconds };
      try {
        const answer = await instance.broker.readToken(owner, request);
        this.#judgeToken(instance, answer);
      } catch (error) {
        this.#judgeError(instance, error);
      }
    });
  }

  /** The timer of an instance looks at the grant. */
  tick(index: number): void {
    this.#run(index, async (instance) => {
      const { broker } = instance;
      try {
        const state = await readGranted(broker.ports.store, this.#connectionId);
        if (state?.connection.value.status !== 'connected') return;
        await broker.refreshGrant(state, { actor: 'timer', used: false });
      } catch (error) {
        this.#judgeError(instance, error);
      }
    });
  }

  /** The person signs in anew at an instance; the sign-ins before may be revoked by that (a changed password, say). */
  async reconnect(index: number, revoke: boolean): Promise<void> {
    if (revoke) this.revoke();
    const lineage = this.#signIns + 1;
    this.#signIns = lineage;
    const signedIn = await this.#signInAtEntra();
    const authorization = someAuthorization({
      connectionId: this.#connectionId,
      startedBy: owner.principalId,
    });
    const { store } = this.harness;
    const before = present(await store.readConnection(this.#connectionId));
    const after = { ...before.value, authorizationId: authorization.id };
    await store.commit(this.#connectionId, { connection: { before, after } });
    const connection = present(await store.readConnection(this.#connectionId));
    this.#run(index, async (instance) => {
      try {
        const claimed = { authorization: { value: authorization, etag: 'any' }, connection };
        await adoptGrant(instance.broker.ports, claimed, signedIn);
      } catch (error) {
        this.#judgeError(instance, error);
      }
    });
  }

  revoke(): void {
    this.harness.identity.revoke(ada.oid);
    this.lineage.revokeUpTo(this.#signIns);
  }

  /** The next refresh that reaches Entra fails in passing. */
  hiccup(retryAfterSeconds?: number): void {
    this.#hiccups += 1;
    const asked = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    this.harness.identity.failNext({ kind: 'answered', status: 503, errorCodes: [], ...asked }, 'refresh');
  }

  async #signInAtEntra() {
    const { identity } = this.harness;
    const [codeVerifier, codeChallenge] = ['verifier', 'iMnq5o6zALKXGivsnlom_0F5_WYda32GHkxlV7mq7hQ'];
    const redirectUri = this.#instances[0]?.broker.redirectUri ?? '';
    const registration = { environment: 'office365' as const, tenant: ada.tid, clientId, redirectUri };
    const scopes = ['https://graph.microsoft.com/Mail.Read', 'https://graph.microsoft.com/Mail.Send'];
    const asked = { ...registration, scopes, nonce: 'nonce' };
    const href = await identity.authorizationUrl({ ...asked, state: randomUUID(), codeChallenge });
    const code = identity.signIn(href, ada);
    const credential = { kind: 'secret' as const, secret: clientSecret };
    const answer = await identity.redeemCode({ ...asked, credential, code, codeVerifier });
    if (!answer.ok || answer.tokens.refreshToken === undefined) throw new Error('The sign-in failed.');
    const { refreshToken } = answer.tokens;
    const granted = ['Mail.Read', 'Mail.Send'];
    return { tokens: { ...answer.tokens, refreshToken }, account: ada, granted, confirmed: true };
  }

  #run(index: number, work: (instance: Instance) => Promise<void>): void {
    const instance = this.#instances[index];
    if (instance === undefined || instance.crashed) return;
    if (instance.busy === 0) {
      instance.busySince = { step: this.lineage.step, at: this.harness.clock.now().getTime() };
    }
    instance.busy += 1;
    this.open += 1;
    void work(instance).finally(() => {
      instance.busy -= 1;
      if (!instance.crashed) this.open -= 1;
    });
  }

  /** The earliest instant at which what an instance believes now may have been read. */
  #believedSince({ busySince }: Instance): [number, number] {
    return [busySince.step, busySince.at - (this.#settings.rowTrustSeconds ?? 30) * 1000];
  }

  #judgeToken(instance: Instance, { access_token, expires_at }: TokenResponse): void {
    const { violations } = this.lineage;
    if (!this.lineage.wasCurrentSince(access_token, ...this.#believedSince(instance))) {
      violations.push('A token was handed out of a sign-in that was over before the call.');
    }
    const expiry = this.lineage.expiryOf(access_token);
    if (new Date(expires_at).getTime() !== expiry)
      violations.push('A token was told to end when it does not.');
    if (expiry <= instance.busySince.at)
      violations.push('A token was handed out that had ended before the call.');
    this.tokens += 1;
  }

  #judgeError(instance: Instance, error: unknown): void {
    if (!(error instanceof BrokerError) || error.code === 'internal') {
      this.lineage.violations.push(`A caller met a mistake of the broker: ${String(error)}`);
      return;
    }
    if (error.code !== 'grant_invalid') return;
    if (this.lineage.anyRevokedSince(...this.#believedSince(instance))) return;
    this.lineage.violations.push('A caller was told that a sign-in is over which was never revoked.');
  }

  /** What has to hold at every moment, whatever is under way. */
  async check(): Promise<void> {
    this.lineage.step += 1;
    const { store, vault } = this.harness;
    if (this.#writesSeen !== store.writes + vault.writes) await this.#checkRows();
    this.#writesSeen = store.writes + vault.writes;
    if (this.lineage.violations.length > 0) throw new Error(this.lineage.violations.join('\n'));
  }

  async #checkRows(): Promise<void> {
    const grant = await this.harness.grant(this.#connectionId);
    await this.lineage.checkRow(grant);
    const { status } = await this.harness.connection(this.#connectionId);
    if (status !== 'connected' && !this.lineage.isRevoked(grant.generation)) {
      this.lineage.violations.push(`The connection is ${status} although its newest sign-in counts.`);
    }
  }

  /**
   * A process that comes up when all is over gets a token at last, unless the person's newest sign-in is over too.
   * @param finish sees every call under way through
   */
  async checkThatLifeGoesOn(finish: () => Promise<void>): Promise<void> {
    const [instance, tokens] = [this.#launch(), this.tokens];
    for (let attempt = 0; attempt <= this.#hiccups && this.tokens === tokens; attempt += 1) {
      await this.harness.clock.advance(longestWaitMilliseconds);
      this.ask(instance, 300);
      await finish();
    }
    const { generation } = await this.harness.grant(this.#connectionId);
    if (this.tokens === tokens && !this.lineage.isRevoked(generation)) {
      throw new Error('The connection is unharmed, and yet it gives no token any more.');
    }
  }

  /** Every status came from the one before: no transition without its event, no event without its transition. */
  async checkHistory(): Promise<void> {
    const moves = (await this.harness.events(this.#connectionId)).filter(
      ({ type }) => type === 'connection.status_changed',
    );
    const { status } = await this.harness.connection(this.#connectionId);
    const path = moves.map(({ from, to }) => [from, to]);
    const chained = path.every(([from], index) => from === (path[index - 1]?.[1] ?? 'pending'));
    if (!chained || path.at(-1)?.[1] !== status) throw new Error(`Events and status differ: ${String(path)}`);
  }
}

function lostCall(moment: Moment): BrokerError {
  const ofVault = ['set', 'get', 'disable', 'remove'].includes(moment.split(' ')[1] ?? '');
  return new BrokerError(ofVault ? 'vault_unavailable' : 'storage_unavailable', 'A lost call.');
}
