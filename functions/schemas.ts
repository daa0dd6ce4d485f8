import * as z from 'zod';
import { connectionStatuses, permissions } from '../shared/domain/connection.ts';
import { connectorNames } from '../shared/domain/connectors.ts';
import { environmentNames } from '../shared/domain/environment.ts';
import { defaultMinValidSeconds, longestMinValidSeconds } from '../shared/domain/freshness.ts';
import { isGuid } from '../shared/domain/tenant.ts';

/** Neither control characters nor those that turn the direction of writing, which make a name look like another. */
const printable = /^[^\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]*$/u;
const guid = z
  .string({ error: 'Give a GUID.' })
  .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, { error: 'Give a GUID.' })
  .toLowerCase();
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `Give one of ${values.map((value) => `"${value}"`).join(', ')}.` });
const text = (longest: number) =>
  z
    .string({ error: 'Give a text.' })
    .min(1, { error: 'Must not be empty.' })
    .max(longest, { error: `At most ${longest} characters.` });

/** What people call a connection; spaces around it do not count. */
export const connectionName = z
  .string({ error: 'Give a text.' })
  .trim()
  .min(1, { error: 'Must not be empty.' })
  .max(100, { error: 'At most 100 characters.' })
  .regex(printable, { error: 'Without control characters.' });
/**
 * Object id of a user or service principal in lower case, as tokens carry it, or the claim of another trusted issuer
 * behind that issuer's prefix, which ends with a colon.
 */
export const principalId = text(100)
  .transform((id) => (isGuid(id.toLowerCase()) ? id.toLowerCase() : id))
  .refine((id) => isGuid(id) || /^[\w.-]+:[\x21-\x7e]+$/.test(id), {
    error:
      'Give an object ID, a GUID: Entra shows it at the user or at the enterprise application. ' +
      'Names and e-mail addresses are not principal ids.',
  });
/** Client secrets of Entra have 40 characters; others may be longer. */
export const clientSecret = text(500).regex(/^[\x20-\x7e]*$/, { error: 'Only printable ASCII characters.' });

/** Who may use or manage a connection. */
export const accessList = z
  .array(
    z.strictObject(
      { principalId, permission: oneOf(permissions) },
      { error: 'Give {principalId, permission}.' },
    ),
    { error: 'Give a list.' },
  )
  .max(200, { error: 'At most 200 entries.' })
  .refine((entries) => new Set(entries.map((entry) => entry.principalId)).size === entries.length, {
    error: 'A principal stands there more than once.',
  });

/** The body of `POST /connections` and `PUT /connections/{id}`. */
export const startSchema = z.strictObject({
  name: connectionName,
  connector: oneOf(connectorNames),
  environment: oneOf(environmentNames).optional(),
  tenantId: text(253).optional(),
  clientId: text(100).optional(),
  clientSecret: clientSecret.optional(),
  clientSecretRef: z
    .string({ error: 'Give a text.' })
    .regex(/^client-secret-[0-9A-Za-z-]{1,100}$/, {
      error: 'Give the name of a vault secret that begins with client-secret-.',
    })
    .optional(),
  scopes: z
    .union(
      [
        text(4_000),
        z.array(text(300)).min(1, { error: 'Must not be empty.' }).max(100, { error: 'At most 100 scopes.' }),
      ],
      {
        error: 'Give a list of scopes, or one text with spaces between them.',
      },
    )
    .optional(),
  expectedAccount: z
    .union(
      [
        z.strictObject({ oid: guid, tid: guid }),
        z.strictObject({
          username: text(320).regex(/^[^\s\p{C}]+@[^\s\p{C}]+$/u, { error: 'Give a user principal name.' }),
          tid: guid,
        }),
      ],
      { error: 'Give {oid, tid} or {username, tid}.' },
    )
    .optional(),
  access: accessList.optional(),
});

/** The body of `PATCH /connections/{id}`. */
export const patchSchema = z
  .strictObject({ name: connectionName.optional(), access: accessList.optional() })
  .refine((patch) => patch.name !== undefined || patch.access !== undefined, {
    error: 'Give name or access.',
  });

/** The body of `POST /connections/{id}/confirm`. */
export const confirmSchema = z.strictObject({ oid: guid, tid: guid });

const pageFields = {
  limit: z.coerce
    .number({ error: 'Give a number.' })
    .int({ error: 'Give a whole number.' })
    .min(1, { error: 'At least 1.' })
    .max(100, { error: 'At most 100.' })
    .default(50),
  after: z
    .string()
    .regex(/^[\w-]{1,2000}$/, { error: 'Send back "next" of the page before, unchanged.' })
    .optional(),
};

/** The query of `GET /connections`. */
export const listQuery = z.strictObject({
  status: oneOf(connectionStatuses).optional(),
  connector: oneOf(connectorNames).optional(),
  app: guid.optional(),
  owner: principalId.optional(),
  ...pageFields,
});

/** The query of `GET /connections/{id}/events`. */
export const eventsQuery = z.strictObject(pageFields);

/** The query of routes that take none. */
export const noQuery = z.strictObject({});

/** The query of `GET /connections/{id}/token`. */
export const tokenQuery = z.strictObject({
  minValidSeconds: z
    .string()
    .regex(/^\d{1,5}$/, { error: 'Give a whole number of seconds.' })
    .transform(Number)
    .refine((seconds) => seconds <= longestMinValidSeconds, {
      error: `At most ${longestMinValidSeconds} seconds.`,
    })
    .default(defaultMinValidSeconds),
});

/** The query of lists on pages. */
export const pageQuery = z.strictObject({ after: pageFields.after });

/** The query of the connect page: the key of a connect link. */
export const connectQuery = z.strictObject({ key: text(100).optional() });

/** A longer address is not returned to after the sign-in. */
export const longestReturnTo = 2_000;

/** The query of the sign-in: where to go afterwards. */
export const signInQuery = z.strictObject({
  returnTo: z
    .string()
    .max(longestReturnTo, { error: `At most ${longestReturnTo} characters.` })
    .optional(),
});
