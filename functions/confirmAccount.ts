import type { HandlerFactory } from './edge.ts';
import { check, readConnectionId, readForm } from './input.ts';
import { seeOther } from './respond.ts';
import { confirmSchema } from './schemas.ts';
import { requireOwnForm, requireSession } from './session.ts';

/** `POST /connections/{id}/confirm`: the button *Confirm account*. */
export const confirmAccount: HandlerFactory = (broker) => async (request) => {
  const session = await requireSession(broker, request);
  const form = await readForm(request);
  requireOwnForm(broker, request, session, form);
  const id = readConnectionId(request);
  const account = check(confirmSchema, { oid: form.get('oid') ?? '', tid: form.get('tid') ?? '' });
  await broker.confirmConnection(session.caller, id, account);
  return seeOther(`/connections/${id}`);
};
