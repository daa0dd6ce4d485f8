import type { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import { type Connector, connectorNames } from '../shared/domain/connectors.ts';
import { BrokerError, type FieldProblem } from '../shared/domain/errors.ts';

/** Bodies of this API and of its forms are small; a larger one is a mistake or an attack. */
const largestBodyBytes = 65_536;

/**
 * Reads the query strictly: unknown and repeated parameters are refused. The host joins repeated ones, so the
 * address itself is read.
 * @throws BrokerError `invalid_request` naming each parameter
 */
export function readQuery<T>(request: HttpRequest, schema: z.ZodType<T>): T {
  const parameters = new URL(request.url).searchParams;
  refuseRepeated(parameters);
  return check(schema, Object.fromEntries(parameters));
}

/** Reads the parameters of an OAuth callback: unknown ones are ignored, repeated ones refused (RFC 6749 section 3.1). */
export function readCallback(request: HttpRequest) {
  const parameters = new URL(request.url).searchParams;
  refuseRepeated(parameters);
  const value = (name: string) => parameters.get(name) ?? undefined;
  const read = {
    state: value('state'),
    code: value('code'),
    error: value('error'),
    errorDescription: value('error_description'),
    iss: value('iss'),
  };
  return withoutUndefined(read);
}

/** @throws BrokerError `invalid_request` */
export async function readJson<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new BrokerError('invalid_request', 'Send the body as application/json and say so in Content-Type.');
  }
  const text = await readText(request);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    const detail =
      text === '' ? 'The body is empty. Send it as one JSON object, not chunked.' : 'The body is not JSON.';
    throw new BrokerError('invalid_request', detail);
  }
  return check(schema, body);
}

/** Every field of the forms of the pages; only presets are ticked more than once. */
const formFields = new Set([
  ...['name', 'environment', 'tenantId', 'clientId', 'clientSecret', 'scopes', 'preset', 'access'],
  ...['csrf', 'key', 'connectionId', 'oid', 'tid'],
]);

/** Reads a form of the pages. @throws BrokerError `invalid_request` naming unknown and repeated fields */
export async function readForm(request: HttpRequest): Promise<URLSearchParams> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    throw new BrokerError('invalid_request', 'Forms are sent as application/x-www-form-urlencoded.');
  }
  const form = new URLSearchParams(await readText(request));
  const names = [...form.keys()];
  const unknown = [...new Set(names)].filter((name) => !formFields.has(name));
  const repeated = repeatedIn(names.filter((name) => name !== 'preset'));
  if (unknown.length + repeated.length === 0) return form;
  throw new BrokerError('invalid_request', 'The form was not sent as its page has it. Open the page anew.', {
    fields: [
      ...unknown.map((field) => ({ field, message: 'There is no such field. Leave it out.' })),
      ...repeated.map((field) => ({ field, message: 'Send it once.' })),
    ],
  });
}

/** @throws BrokerError `invalid_request` where the id in the path is not a lower-case UUID */
export function readConnectionId(request: HttpRequest): string {
  return requireConnectionId(request.params.connectionId);
}

/** @throws BrokerError `invalid_request` where this is not a lower-case UUID */
export function requireConnectionId(id = ''): string {
  if (connectionId.safeParse(id).success) return id;
  throw new BrokerError('invalid_request', 'The connection id is not valid.', {
    fields: [{ field: 'connectionId', message: connectionIdHint }],
  });
}

/** @throws BrokerError `not_found` for a connector that there is not */
export function readConnector(request: HttpRequest): Connector {
  const connector = connectorNames.find((name) => name === request.params.connector);
  if (connector !== undefined) return connector;
  throw new BrokerError(
    'not_found',
    `There is no such connector. Choose one of ${connectorNames.join(', ')}.`,
  );
}

const connectionIdHint = 'Connection ids are UUIDs in lower case, like 3f2c8a5e-0b6d-4d8e-9a41-7c5b2e1f6a90.';

/** A connection id as it stands in paths and forms. */
export const connectionId = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, { error: connectionIdHint });

async function readText(request: HttpRequest): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > largestBodyBytes) throw tooLarge();
  const text = await request.text();
  if (Buffer.byteLength(text) > largestBodyBytes) throw tooLarge();
  return text;
}

function tooLarge(): BrokerError {
  return new BrokerError('invalid_request', `The body is larger than ${largestBodyBytes} bytes.`);
}

function repeatedIn(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

function refuseRepeated(parameters: URLSearchParams): void {
  const repeated = repeatedIn([...parameters.keys()]);
  if (repeated.length === 0) return;
  throw new BrokerError('invalid_request', 'A query parameter stands there more than once.', {
    fields: repeated.map((field) => ({ field, message: 'Send it once.' })),
  });
}

/** @throws BrokerError `invalid_request` naming each field */
export function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BrokerError('invalid_request', 'Some fields are not valid.', {
    fields: parsed.error.issues.flatMap(problemsOf),
  });
}

function problemsOf(issue: z.core.$ZodIssue): FieldProblem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: [...path, key].join('.'),
      message: 'There is no such field. Leave it out.',
    }));
  }
  if (issue.code === 'invalid_union') {
    // An option that is of another type altogether says nothing about what was meant.
    const closest = issue.errors
      .filter(([first]) => first?.code !== 'invalid_type' || first.path.length > 0)
      .toSorted((left, right) => left.length - right.length)[0];
    if (closest !== undefined)
      return closest.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  if (path.length === 0 && issue.code === 'invalid_type')
    return [{ field: 'body', message: 'Send one JSON object.' }];
  return [{ field: path.join('.') || 'body', message: issue.message }];
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends Record<string, unknown>>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>;
}
