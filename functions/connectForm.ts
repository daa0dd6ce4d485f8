import type { HttpRequest } from '@azure/functions';
import type { Broker } from '../shared/broker.ts';
import type { Connection } from '../shared/domain/connection.ts';
import type { Session } from '../shared/operations/signIn.ts';
import type { FormSetting } from './authenticationForm.ts';
import { ownFormSetting } from './ownForm.ts';
import { requireSession } from './session.ts';

/** How a browser came to the connect page: with the key of a link, or with a session. */
export type ConnectEntry = { readonly key: string } | { readonly session: Session };

/** A key in the request wins: the link is for whoever has it, signed in here or not. */
export async function connectEntry(
  broker: Broker,
  request: HttpRequest,
  key: string | null,
): Promise<ConnectEntry> {
  if (key !== null && key !== '') return { key };
  return { session: await requireSession(broker, request) };
}

/** The connect page of that connection, for that entry. */
export function connectFormSetting(broker: Broker, entry: ConnectEntry, connection: Connection): FormSetting {
  const action = `/connect/${connection.id}`;
  if ('session' in entry)
    return ownFormSetting(broker, entry.session, connection.connector, action, {}, connection);
  return {
    connector: connection.connector,
    action,
    hidden: { key: entry.key },
    submitLabel: 'Continue',
    offeredEnvironments: broker.config.offeredEnvironments,
    redirectUri: broker.redirectUri,
    own: false,
    connection,
    invitation: invitationOf(connection),
  };
}

function invitationOf(connection: Connection): NonNullable<FormSetting['invitation']> {
  const { expectedAccount, link } = connection;
  const expected =
    expectedAccount === undefined
      ? undefined
      : 'username' in expectedAccount
        ? expectedAccount.username
        : `the account with object id ${expectedAccount.oid}`;
  return {
    requesterName: connection.ownerName,
    requesterId: connection.owner,
    users: connection.access.map((entry) => entry.principalId),
    ...(expected === undefined ? {} : { expectedAccount: expected }),
    expiresAt: link?.expiresAt ?? connection.updatedAt,
  };
}
