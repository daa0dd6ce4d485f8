import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createIdentityProvider } from '../../../../shared/adapters/entra/identityProvider.ts';
import { environmentNames } from '../../../../shared/domain/environment.ts';
import { redirectUri, startTestCloud } from '../../../cloud/entra/testCloud.ts';
import { identityContract } from '../../../contracts/identity.contract.ts';
import { createMemoryIdentity } from '../../../fakes/memoryIdentity.ts';
import { createVirtualClock } from '../../../fakes/virtualClock.ts';

for (const environment of environmentNames) {
  identityContract('MSAL against the local Entra', environment, async () => {
    const cloud = await startTestCloud();
    const { clientId, clientSecret, tenantId } = cloud.apps[environment];
    const username = cloud.usernameIn(environment);
    const oid = cloud.directory.findAccount(username)?.oid ?? '';
    const clock = { now: () => cloud.clock.now(), sleep: (milliseconds: number) => sleep(milliseconds) };
    return {
      identity: createIdentityProvider({ clock, originMap: cloud.entra.originMap }),
      clock,
      registration: { environment, tenant: 'common', clientId },
      credential: { kind: 'secret', secret: clientSecret },
      redirectUri,
      person: { oid, tid: tenantId, username },
      async signIn(authorizationUrl) {
        const response = await cloud.signIn(authorizationUrl, username);
        const code = response.headers.has('location') ? cloud.callbackOf(response).get('code') : undefined;
        if (!code) throw new Error(`There is no code: ${response.status} ${await response.text()}`);
        return code;
      },
      async revoke() {
        cloud.directory.patchAccount(username, { sessionsRevoked: true });
      },
      async close() {
        await cloud.close();
      },
    };
  });
}

identityContract('the fake', 'usgov-l5', async () => {
  const clock = createVirtualClock();
  const identity = createMemoryIdentity(clock);
  const clientId = randomUUID();
  const person = { oid: randomUUID(), tid: randomUUID(), username: 'ada@base.example' };
  identity.addApp(clientId, { secrets: ['right'] });
  return {
    identity,
    clock,
    registration: { environment: 'usgov-l5', tenant: 'common', clientId },
    credential: { kind: 'secret', secret: 'right' },
    redirectUri,
    person,
    signIn: async (authorizationUrl) => identity.signIn(authorizationUrl, person),
    async revoke() {
      identity.revoke(person.oid);
    },
    async close() {},
  };
});
