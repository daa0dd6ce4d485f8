import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createVirtualClock } from '../../fakes/virtualClock.ts';
import { anyApp, anyAuthorization, anyConnection, anyEvent, anyGrant } from '../samples.ts';
import type { MakeStore } from '../store.contract.ts';
import { committed } from './commits.ts';

const numRuns = 30;

export function storeRoundTrips(makeStore: MakeStore): void {
  const open = async () => makeStore(createVirtualClock());

  describe('round trips', () => {
    test('any connection, grant and event reads as it was written', async () => {
      const store = await open();
      await fc.assert(
        fc.asyncProperty(anyConnection, anyGrant, anyEvent, async (anyOne, anyOther, event) => {
          const id = randomUUID();
          const connection = { ...anyOne, id };
          const grant = { ...anyOther, connectionId: id };
          committed(
            await store.commit(id, {
              connection: { after: connection },
              grant: { after: grant },
              events: [event],
            }),
          );
          expect((await store.readConnection(id))?.value).toStrictEqual(connection);
          expect((await store.readGrant(id))?.value).toStrictEqual(grant);
          expect((await store.listEvents(id, { limit: 1 })).items).toEqual([event]);
        }),
        { numRuns },
      );
    });

    test('any app and authorization reads as it was written', async () => {
      const store = await open();
      await fc.assert(
        fc.asyncProperty(anyApp, anyAuthorization, async (anyOne, anyOther) => {
          const app = { ...anyOne, key: randomUUID() };
          const authorization = { ...anyOther, id: randomUUID() };
          expect(await store.apps.save({ after: app })).toBe(true);
          expect((await store.apps.read(app.key))?.value).toStrictEqual(app);
          expect(await store.authorizations.save({ after: authorization })).toBe(true);
          expect((await store.authorizations.read(authorization.id))?.value).toStrictEqual(authorization);
        }),
        { numRuns },
      );
    });
  });
}
