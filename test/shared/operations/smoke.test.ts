import { expect, test } from '@jest/globals';
import { createHarness, hour } from '../../support/harness.ts';
import { runner } from '../../support/callers.ts';
test('smoke', async () => {
  const h = createHarness();
  const c = await h.connect();
  expect(c.status).toBe('connected');
  const t = await h.broker.readToken(runner, { connectionId: c.id, minValidSeconds: 300 });
  console.log(t);
  await h.clock.advance(2*hour);
  console.log(await h.broker.readToken(runner, { connectionId: c.id, minValidSeconds: 300 }), await h.events(c.id));
});
