import { type Broker, createBroker } from '../../../shared/broker.ts';
import { readConfig } from '../../../shared/config.ts';
import type { Session } from '../../../shared/operations/signIn.ts';
import { createVirtualClock } from '../../fakes/virtualClock.ts';
import { callerOf } from '../../support/callers.ts';
import { recordingLog } from './answers.ts';
import { baseUrl } from './requests.ts';

/** Ada, signed in to the pages. */
export const session: Session = {
  caller: { ...callerOf('ada', 'Connections.Create'), kind: 'user', displayName: 'Ada Lovelace' },
  name: 'Ada Lovelace',
  username: 'ada@contoso.example',
  csrfToken: 'the-token-of-this-session',
  expiresAt: new Date('2027-03-01T20:00:00Z'),
};

/** The broker as it is composed in production, which calls nothing before its first use; nobody is signed in. */
export function offlineBroker(overrides: Partial<Broker> = {}): Broker {
  const config = readConfig({
    BROKER_BASE_URL: baseUrl,
    BROKER_TENANT_ID: '11111111-1111-4111-8111-111111111111',
    BROKER_CLIENT_ID: '22222222-2222-4222-8222-222222222222',
    KEY_VAULT_URL: 'https://kv.vault.azure.net',
    TABLES_URL: 'https://acc.table.core.windows.net',
    MANAGED_IDENTITY_CLIENT_ID: '33333333-3333-4333-8333-333333333333',
  });
  return { ...createBroker(config, createVirtualClock(), recordingLog().log), ...overrides };
}

/** The same broker for a browser with that session. */
export function brokerWith(current: Session): Broker {
  const broker = offlineBroker();
  return { ...broker, signIn: { ...broker.signIn, sessionOf: async () => current } };
}
