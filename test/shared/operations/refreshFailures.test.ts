import { beforeEach, describe, expect, test } from '@jest/globals';
import { appKey } from '../../../shared/domain/app.ts';
import type { RawTokenFailure } from '../../../shared/domain/tokenFailure.ts';
import { runner } from '../../support/callers.ts';
import {
  clientId,
  clientSecret,
  createHarness,
  day,
  type Harness,
  hour,
  minute,
  refusal,
  second,
} from '../../support/harness.ts';

let harness: Harness;
let id: string;

const ask = () => harness.broker.readToken(runner, { connectionId: id, minValidSeconds: 300 });
const busy = (retryAfterSeconds?: number): RawTokenFailure => ({
  kind: 'answered',
  status: 503,
  errorCodes: [],
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});
const rejections = async () =>
  (await harness.store.apps.read(appKey('office365', clientId)))?.value.credentials.flatMap(
    ({ rejected }) => rejected ?? [],
  );

beforeEach(async () => {
  harness = createHarness();
  id = (await harness.connect()).id;
  await harness.clock.advance(2 * hour);
});

describe('Microsoft gives no usable answer', () => {
  test.each<[string, RawTokenFailure]>([
    ['busy', busy()],
    ['a hang', { kind: 'timeout', errorCodes: [] }],
    ['a dropped connection', { kind: 'network', errorCodes: [] }],
    ['an answer without tokens', { kind: 'answered', status: 200, errorCodes: [] }],
  ])('%s: the caller waits, the connection stays as it is', async (_, failure) => {
    harness.identity.failNext(failure);
    expect(await refusal(ask())).toMatchObject({ code: 'identity_unavailable', status: 503, remedy: 'wait' });
    expect((await harness.connection(id)).status).toBe('connected');
    expect((await ask()).expires_in).toBe(3600);
  });

  test('the first failure may be tried again at once, the next ones wait longer and longer', async () => {
    for (let number = 0; number < 4; number += 1) harness.identity.failNext(busy());
    await refusal(ask());
    await refusal(ask());
    expect(harness.identity.calls.refresh).toBe(2);
    const told = await refusal(ask());
    expect(told).toMatchObject({ code: 'identity_unavailable', retryAfterSeconds: 2 });
    expect(harness.identity.calls.refresh).toBe(2);
    await harness.clock.advance(2 * second);
    await refusal(ask());
    expect((await refusal(ask())).retryAfterSeconds).toBe(4);
    expect(harness.identity.calls.refresh).toBe(3);
  });

  test('success ends the waiting', async () => {
    for (let number = 0; number < 5; number += 1) {
      harness.identity.failNext(busy());
      await refusal(ask());
      await harness.clock.advance(minute);
    }
    await ask();
    expect(await harness.grant(id)).toMatchObject({ failures: 0 });
    expect((await harness.grant(id)).retryAt).toBeUndefined();
  });

  test('a time that Microsoft gives is kept, from the first failure on', async () => {
    harness.identity.failNext({ ...busy(120), status: 429 });
    expect(await refusal(ask())).toMatchObject({ code: 'throttled', retryAfterSeconds: 120 });
    await harness.clock.advance(119 * second);
    expect((await refusal(ask())).retryAfterSeconds).toBe(1);
    expect(harness.identity.calls.refresh).toBe(1);
    await harness.clock.advance(second);
    expect((await ask()).expires_in).toBe(3600);
  });

  test('who asks early gets the token that still works', async () => {
    await ask();
    await harness.clock.advance(56 * minute);
    harness.identity.failNext(busy(60));
    expect((await ask()).expires_in).toBe(240);
    expect((await ask()).expires_in).toBe(240);
    expect(harness.identity.calls.refresh).toBe(2);
  });

  test('a process that never gives its lease back makes the others wait, not for ever', async () => {
    const crashed = harness.anotherBroker();
    harness.identity.beforeEach = () => new Promise(() => undefined);
    void crashed.readToken(runner, { connectionId: id, minValidSeconds: 300 });
    await harness.clock.advance(1);
    delete harness.identity.beforeEach;
    const asked = ask();
    await harness.clock.advance(29 * second);
    expect(harness.identity.calls.refresh).toBe(1);
    await harness.clock.advance(2 * second);
    expect((await asked).expires_in).toBeGreaterThan(3590);
    expect(harness.identity.calls.refresh).toBe(2);
  });

  test('leases that others hold one after the other end in an honest answer', async () => {
    const holdOn = async () => {
      const grant = await harness.store.readGrant(id);
      const lease = { id: 'theirs', until: new Date(harness.clock.now().getTime() + 30 * second) };
      if (grant !== undefined)
        await harness.store.commit(id, { grant: { before: grant, after: { ...grant.value, lease } } });
    };
    await holdOn();
    const asked = refusal(ask());
    for (let number = 0; number < 4; number += 1) {
      await harness.clock.advance(10 * second);
      await holdOn();
    }
    expect(await asked).toMatchObject({ code: 'identity_unavailable', retryAfterSeconds: 5 });
    expect(harness.identity.calls.refresh).toBe(0);
  });
});

describe('Microsoft rejects the credential of the app', () => {
  beforeEach(() => harness.identity.setSecrets(clientId, 'another-secret'));

  test('the app is marked once, no connection is touched, and Microsoft is not asked again', async () => {
    const events = await harness.events(id);
    for (let number = 0; number < 5; number += 1) {
      expect(await refusal(ask())).toMatchObject({
        code: 'app_credential_rejected',
        status: 502,
        remedy: 'operator',
      });
      await harness.clock.advance(hour);
    }
    expect(harness.identity.calls.refresh).toBe(1);
    expect(await rejections()).toMatchObject([{ aadstsCode: 7000215 }]);
    expect((await harness.connection(id)).status).toBe('connected');
    expect(await harness.events(id)).toEqual(events);
  });

  test('a sign-in with a new secret that works brings every connection of the app back', async () => {
    await refusal(ask());
    await harness.connect({ clientSecret: 'another-secret' });
    expect(await rejections()).toEqual([]);
    expect((await ask()).expires_in).toBe(3600);
  });

  test('a secret that Microsoft did not know yet counts again when it is stated and works', async () => {
    await refusal(ask());
    harness.identity.setSecrets(clientId, clientSecret);
    await harness.connect();
    expect(await rejections()).toEqual([]);
    expect((await ask()).expires_in).toBe(3600);
  });
});

describe('the refresh token in the vault', () => {
  const version = async () => (await harness.grant(id)).secretVersion;
  const isReadable = async (one: string) =>
    (await harness.vault.get((await harness.grant(id)).secretName, one)) !== undefined;

  test('stays for a week, then a newer one replaces it and the old version cannot be read', async () => {
    const first = await version();
    await ask();
    expect(await version()).toBe(first);
    await harness.clock.advance(7 * day);
    await ask();
    expect(await version()).not.toBe(first);
    expect([await isReadable(first), await isReadable(await version())]).toEqual([false, true]);
  });

  test('a vault that takes no writes costs nobody a token', async () => {
    const first = await version();
    await harness.clock.advance(8 * day);
    harness.vault.beforeEach = async (operation) => {
      if (operation === 'set') throw new Error('Down.');
    };
    expect((await ask()).expires_in).toBe(3600);
    expect(await version()).toBe(first);
  });

  test('one that is gone from the vault needs a new sign-in', async () => {
    await harness.vault.remove((await harness.grant(id)).secretName);
    expect((await refusal(ask())).code).toBe('grant_invalid');
    expect((await harness.connection(id)).status).toBe('needs_sign_in');
  });
});
