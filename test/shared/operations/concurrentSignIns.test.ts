import { beforeEach, describe, expect, test } from '@jest/globals';
import type { AuthorizationStart } from '../../../shared/operations/beginAuthorization.ts';
import { ada, owner } from '../../support/callers.ts';
import {
  cookiesOf,
  createHarness,
  type Harness,
  minute,
  present,
  refusal,
  stateOf,
  wholeRequest,
} from '../../support/harness.ts';

let harness: Harness;
let id: string;
let started: AuthorizationStart;

const come = (flow: AuthorizationStart, cookies: (name: string) => string | undefined) => {
  const code = harness.identity.signIn(flow.href, ada);
  return harness.broker.completeConnection({ state: stateOf(flow), code }, cookies);
};
const comeBack = () => come(started, cookiesOf(started));

beforeEach(async () => {
  harness = createHarness();
  id = (await harness.start()).connection.id;
  started = await harness.begin(id);
});

describe('two tabs', () => {
  test('of two connections work side by side', async () => {
    const other = await harness.start();
    const second = await harness.begin(other.connection.id);
    const jar = (name: string) => cookiesOf(started)(name) ?? cookiesOf(second)(name);
    expect((await come(second, jar)).connection.id).toBe(other.connection.id);
    expect((await come(started, jar)).connection.id).toBe(id);
  });

  test('of one connection: the newer one counts, also when both come back at once', async () => {
    const newer = await harness.begin(id);
    const [old, fresh] = await Promise.allSettled([harness.complete(started), harness.complete(newer)]);
    expect([old.status, fresh.status]).toEqual(['rejected', 'fulfilled']);
    expect((await harness.grant(id)).generation).toBe(1);
  });

  test('a newer one that starts while the older is being redeemed wins, and nothing of the older stays', async () => {
    let newer: AuthorizationStart | undefined;
    harness.identity.afterEach = async () => {
      delete harness.identity.afterEach;
      newer = await harness.begin(id);
    };
    expect((await refusal(comeBack())).code).toBe('authorization_superseded');
    expect(harness.vault.names().filter((name) => name.startsWith('refresh-token'))).toEqual([]);
    expect((await harness.complete(present(newer))).connection.status).toBe('connected');
  });

  test('a deletion while the code is being redeemed leaves no secret behind', async () => {
    harness.identity.afterEach = async () => void (await harness.broker.deleteConnection(owner, id));
    expect((await refusal(comeBack())).code).toBe('authorization_superseded');
    expect(harness.vault.names().filter((name) => name.startsWith('refresh-token'))).toEqual([]);
    expect(await harness.store.readGrant(id)).toBeUndefined();
  });
});

describe('the client secret of a sign-in', () => {
  test('goes into the vault once, however many connections state it', async () => {
    await comeBack();
    await harness.connect();
    await harness.connect({ ...wholeRequest, name: 'Third' });
    expect(harness.vault.names().filter((name) => name.startsWith('app-credential'))).toHaveLength(1);
  });

  test('that has just been replaced at Microsoft and here is used for refreshes from then on', async () => {
    await comeBack();
    harness.identity.setSecrets(wholeRequest.clientId ?? '', 'new-secret');
    await harness.connect({ clientSecret: 'new-secret' });
    await harness.clock.advance(120 * minute);
    const answer = await harness.broker.readToken(owner, { connectionId: id, minValidSeconds: 300 });
    expect(answer.expires_in).toBe(3600);
  });
});
