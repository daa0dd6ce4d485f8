import { expect, test } from '@jest/globals';
import { createRequireSecret } from '../../../shared/operations/requireSecret.ts';
import { callerOf, owner } from '../../support/callers.ts';
import { clientId, clientSecret, createHarness } from '../../support/harness.ts';

test('a secret may be left empty by who has proven one of that app, and by nobody else', async () => {
  const harness = createHarness();
  const requireSecret = createRequireSecret(harness.store);
  const settings = { environment: 'office365', clientId } as const;
  const missing = [expect.objectContaining({ field: 'clientSecret' })];
  expect(await requireSecret(owner, settings, '')).toEqual(missing);
  await harness.connect({ clientSecret });
  expect(await requireSecret(owner, settings, '')).toEqual([]);
  expect(await requireSecret(owner, {}, '')).toEqual(missing);
  expect(await requireSecret(owner, { ...settings, environment: 'china' }, '')).toEqual(missing);
  expect(await requireSecret(callerOf('somebody-else', 'Connections.Create'), settings, '')).toEqual(missing);
  expect(await requireSecret(callerOf('somebody-else', 'Connections.Create'), settings, 'typed')).toEqual([]);
});
