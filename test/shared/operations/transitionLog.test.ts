import { expect, test } from '@jest/globals';
import { ada, owner } from '../../support/callers.ts';
import { createHarness, day } from '../../support/harness.ts';

const transitionsIn = (lines: ReturnType<typeof createHarness>['lines']) =>
  lines.filter(({ event }) => event === 'connection_status_changed').map(({ fields }) => fields);

test('each transition of a connection is one line of the log, with its failure where it broke', async () => {
  const harness = createHarness();
  const { id } = await harness.connect();
  harness.identity.revoke(ada.oid);
  await harness.clock.advance(day);
  await harness.broker.refreshConnections();
  await harness.broker.deleteConnection(owner, id);
  expect(transitionsIn(harness.lines)).toMatchObject([
    { connectionId: id, from: 'pending', to: 'connected', environment: 'office365' },
    { connectionId: id, from: 'connected', to: 'needs_sign_in', code: 'grant_invalid', aadstsCode: 50173 },
    { connectionId: id, from: 'needs_sign_in', to: 'deleted' },
  ]);
  expect(harness.lines.filter(({ event }) => event === 'refresh_failed')).toHaveLength(1);
});
