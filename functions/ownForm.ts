import type * as z from 'zod';
import type { Broker } from '../shared/broker.ts';
import type { AccessEntry, Connection } from '../shared/domain/connection.ts';
import type { Connector } from '../shared/domain/connectors.ts';
import { BrokerError, type FieldProblem } from '../shared/domain/errors.ts';
import type { Session } from '../shared/operations/signIn.ts';
import type { FormSetting, SentForm } from './authenticationForm.ts';
import { accessList, connectionName } from './schemas.ts';
import { viewerOf } from './session.ts';

/** The screen of somebody who is signed in to the broker and adds a connection of their own. */
export function ownFormSetting(
  broker: Broker,
  session: Session,
  connector: Connector,
  action: string,
  hidden: Readonly<Record<string, string>> = {},
  connection?: Connection,
): FormSetting {
  return {
    viewer: viewerOf(session),
    connector,
    action,
    hidden: { ...hidden, csrf: session.csrfToken },
    submitLabel: 'Continue',
    offeredEnvironments: broker.config.offeredEnvironments,
    redirectUri: broker.redirectUri,
    own: true,
    ...(connection === undefined ? {} : { connection }),
  };
}

/** Name and access list as the owner typed them; all given principals may use the connection. */
export function ownFields(
  form: SentForm,
  former: readonly AccessEntry[] = [],
): {
  readonly name: string;
  readonly access: readonly AccessEntry[];
  readonly problems: readonly FieldProblem[];
} {
  const entries = form.access
    .split(/[\s,]+/)
    .filter((id) => id !== '')
    .map(
      (principalId) =>
        former.find((entry) => entry.principalId === principalId) ?? { principalId, permission: 'use' },
    );
  const name = connectionName.safeParse(form.name);
  const access = accessList.safeParse(entries);
  const problemsOf = (field: string, error: z.ZodError | undefined) =>
    (error?.issues ?? []).map(({ message }) => ({ field, message }));
  return {
    name: name.data ?? form.name,
    access: access.data ?? [],
    problems: [...problemsOf('name', name.error), ...problemsOf('access', access.error)],
  };
}

/** Keeps name and access list as edited on the screen of a connection that waits; what its requester stated stands. */
export async function keepOwnFields(
  broker: Broker,
  { caller }: Session,
  connection: Connection,
  form: SentForm,
): Promise<void> {
  const isOpen = (field: string) => !(field in connection.statedFields);
  const { name, access, problems } = ownFields(form, connection.access);
  const fields = problems.filter(({ field }) => isOpen(field));
  if (fields.length > 0) throw new BrokerError('invalid_request', 'Some fields are not valid.', { fields });
  await broker.updateConnection(caller, connection.id, {
    ...(isOpen('name') ? { name } : {}),
    ...(isOpen('access') ? { access } : {}),
  });
}

/** The problems of the fields, where that is what went wrong; anything else is not for the form to show. */
export function fieldProblemsOf(error: unknown): readonly FieldProblem[] {
  if (error instanceof BrokerError && error.code === 'invalid_request' && error.fields.length > 0)
    return error.fields;
  throw error;
}
