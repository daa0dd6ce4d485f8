import * as z from 'zod';
import { isGuid } from './domain/tenant.ts';
import { entraClaimMap, isEntraIssuer, type TrustedIssuer } from './domain/trustedIssuer.ts';

/** How the platform hands over a reference it could not resolve. */
export const keyVaultReferenceStart = '@Microsoft.KeyVault(';

const notSet = 'must be set';
const setText = z.string({ error: notSet });

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** Whether the URL points at this machine: localhost, 127.0.0.0/8 or [::1]. */
export function isLoopback(text: string): boolean {
  const host = parseUrl(text)?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** Nothing but scheme, host and port; a slash at the end is forgiven. */
const isBareOrigin = (url: URL) => url.origin !== 'null' && url.href === `${url.origin}/`;

function isHttps(text: string): boolean {
  return parseUrl(text)?.protocol === 'https:';
}

const toOrigin = (text: string) => new URL(text).origin;

function origin(accepts: (url: URL) => boolean, message: string) {
  return setText
    .refine((text) => {
      const url = parseUrl(text);
      return url !== undefined && isBareOrigin(url) && accepts(url);
    }, message)
    .transform(toOrigin);
}

/** An https origin; http where it is a loopback address. */
export const publicOrigin = origin(
  (url) => url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.href)),
  'must be an https origin without path, query or user; http is for loopback addresses only',
);

/** An https address without query or user; a path is kept, since a local service may live under one. */
export const httpsOrigin = setText
  .refine((text) => {
    const url = parseUrl(text);
    return (
      url?.protocol === 'https:' &&
      url.search === '' &&
      url.hash === '' &&
      url.username === '' &&
      url.password === ''
    );
  }, 'must be an https address without query or user')
  .transform((text) => new URL(text).href.replace(/\/$/, ''));

/** A GUID, read in lower case. */
export const guid = setText
  .transform((text) => text.toLowerCase())
  .refine(isGuid, 'must be a GUID, as the portal shows it');

/** `true` or `false`. */
export const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((text) => text === 'true');

/** A whole number between the bounds, both included. */
export function wholeNumber(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return setText
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((number) => number >= least && number <= most, message);
}

/** Items separated by commas, each once; blanks around them are forgiven. */
export function commaList<T extends z.ZodType<unknown, string>>(item: T) {
  return z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(item as z.ZodType<z.output<T>, string>).min(1, 'must name at least one'))
    .transform((items) => [...new Set(items)]);
}

/** Text that holds JSON; the message never quotes it. */
const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
});

const claimName = z.string({ error: 'must be the name of a claim' }).min(1, 'must be the name of a claim');

const issuer = z
  .strictObject(
    {
      issuer: z.string({ error: notSet }).refine(isHttps, 'must be an https URL'),
      audience: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
        error: 'must be an audience or an array of audiences',
      }),
      jwksUri: z.string({ error: notSet }).refine(isHttps, 'must be an https URL'),
      scope: claimName.optional(),
      principalClaim: claimName.optional(),
      rolesClaim: claimName.optional(),
      principalPrefix: z
        .string()
        .regex(
          /^([A-Za-z0-9._-]{1,32}:)?$/,
          'must be letters, digits, dots, hyphens or underscores and a colon',
        )
        .optional(),
    },
    { error: 'must be {issuer, audience, jwksUri, scope?, principalClaim?, rolesClaim?, principalPrefix?}' },
  )
  .transform(
    ({ audience, scope, principalClaim, rolesClaim, principalPrefix, ...rest }): TrustedIssuer => ({
      ...rest,
      audiences: typeof audience === 'string' ? [audience] : audience,
      scope: scope ?? entraClaimMap.scope,
      principalClaim: principalClaim ?? entraClaimMap.principalClaim,
      rolesClaim: rolesClaim ?? entraClaimMap.rolesClaim,
      principalPrefix: principalPrefix ?? entraClaimMap.principalPrefix,
    }),
  )
  // Without it, whoever runs that issuer could name their callers like people of the tenant.
  .refine(
    (read) => read.principalPrefix !== '' || (read.principalClaim === 'oid' && isEntraIssuer(read.issuer)),
    'needs a principalPrefix, since only object ids of Entra are unique without one',
  );

const distinct = (texts: readonly string[]) => new Set(texts).size === texts.length;

/** Issuers of callers' tokens, each once and each with principals of its own. */
export const trustedIssuers = json.pipe(
  z
    .array(issuer, { error: 'must be a JSON array' })
    .min(1, 'must name at least one issuer')
    .refine((read) => distinct(read.map((one) => one.issuer)), 'must not name an issuer twice')
    .refine(
      (read) => distinct(read.map((one) => one.principalPrefix).filter((prefix) => prefix !== '')),
      'must not use a principalPrefix twice',
    ),
);

/** Real origins to local addresses that serve them; the addresses are of this machine. */
export const localOriginMap = json.pipe(
  z.record(
    z.string().refine((key) => parseUrl(key)?.origin === key, 'must have origins as keys'),
    z.string({ error: 'must be a loopback address' }).refine(isLoopback, 'must be a loopback address'),
    { error: 'must be a JSON object from origin to address' },
  ),
);
