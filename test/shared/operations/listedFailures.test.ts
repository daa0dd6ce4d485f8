import { expect, test } from '@jest/globals';
import { owner, runner } from '../../support/callers.ts';
import { clientId, createHarness, day, refusal } from '../../support/harness.ts';

test('an app whose secret is rejected shows on every connection of it, in the list and by itself', async () => {
  const harness = createHarness();
  const first = await harness.connect();
  const second = await harness.connect();
  const failures = async () =>
    (await harness.broker.listConnections(owner, {}, { limit: 10 })).items.map(
      ({ lastFailure }) => lastFailure?.code,
    );
  expect(await failures()).toEqual([undefined, undefined]);

  harness.identity.setSecrets(clientId, 'another-secret');
  await harness.clock.advance(day);
  const told = await refusal(
    harness.broker.readToken(runner, { connectionId: first.id, minValidSeconds: 300 }),
  );
  expect(told.code).toBe('app_credential_rejected');

  expect(await failures()).toEqual(['app_credential_rejected', 'app_credential_rejected']);
  const { connection, grant } = await harness.broker.readConnection(owner, second.id);
  expect(connection.status).toBe('connected');
  expect(grant?.lastFailure).toMatchObject({ code: 'app_credential_rejected', remedy: 'operator' });
});
