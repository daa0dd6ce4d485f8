import { type Connector, connectors } from './connectors.ts';
import { type Environment, type EnvironmentFacts, environmentNames, environments } from './environment.ts';
import { adminConsentOnly, allowedBy, knownSpelling } from './graphPermissions.ts';

/** Scopes that a connection always asks for: who signed in, and a refresh token. MSAL adds `profile`. */
export const alwaysAsked = ['openid', 'offline_access'] as const;
/** Scopes of OpenID Connect; they belong to no resource and never carry a prefix. */
const oidcScopes: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];
/** The permissions configured on the app registration, in canonical form. */
export const configuredPermissions = '.default';

const mostScopes = 100;
const longestScope = 200;
const longestInput = mostScopes * (longestScope + 1);
/** Application id of Microsoft Graph, the same in every cloud. */
const graphApplicationId = '00000003-0000-0000-c000-000000000000';
/** RFC 6749 section 3.3: %x21 / %x23-5B / %x5D-7E. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const permissionName = /^[a-z][a-z0-9-]*(\.[a-z0-9_-]+)+$/i;

export type ParsedScopes =
  | { readonly ok: true; readonly scopes: string[] }
  | { readonly ok: false; readonly problems: string[] };

type Reading = { readonly scope: string } | { readonly problem: string };

const isOidc = (scope: string) => oidcScopes.includes(scope);
const isPermission = (scope: string) => !isOidc(scope) && scope !== configuredPermissions;

/** OIDC scopes first, then the rest in alphabetical order; each once, whatever its case. */
function ordered(scopes: readonly string[]): string[] {
  const unique = new Map<string, string>();
  for (const scope of scopes) {
    if (!unique.has(scope.toLowerCase())) unique.set(scope.toLowerCase(), scope);
  }
  const rest = [...unique.entries()].filter(([key]) => !isOidc(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  return [...oidcScopes.filter((scope) => unique.has(scope)), ...rest.map(([, scope]) => scope)];
}

/** Splits `https://host/Name` into what is before the last slash and what is behind it. */
function splitResource(scope: string): { resource?: string; name: string } {
  const slash = scope.lastIndexOf('/');
  if (slash < 0) return { name: scope };
  return { resource: scope.slice(0, slash).toLowerCase(), name: scope.slice(slash + 1) };
}

const isGraphOf = (facts: EnvironmentFacts, resource: string) =>
  resource === facts.graphOrigin || resource === graphApplicationId;

function readName(name: string): Reading {
  const lower = name.toLowerCase();
  if (lower === configuredPermissions || isOidc(lower)) return { scope: lower };
  if (!permissionName.test(name)) {
    return {
      problem: `"${name}" is not a Graph permission; those are named like Mail.Read or Files.Read.All.`,
    };
  }
  return { scope: knownSpelling(name) };
}

function foreignResource(scope: string, resource: string, name: string, environment: Environment): string {
  const facts = environments[environment];
  const other = environmentNames.find((candidate) => environments[candidate].graphOrigin === resource);
  return other === undefined
    ? `"${scope}" is not a Microsoft Graph permission; connections are for Microsoft Graph (${facts.graphOrigin}) only.`
    : `"${scope}" belongs to ${environments[other].title}; in ${facts.title} it is "${facts.graphOrigin}/${name}".`;
}

function readScope(scope: string, environment: Environment): Reading {
  if (scope.length > longestScope) return { problem: `A scope is longer than ${longestScope} characters.` };
  if (!scopeToken.test(scope)) {
    return {
      problem:
        'A scope has a character that scopes cannot have (RFC 6749 section 3.3): only printable ASCII.',
    };
  }
  if (scope.toLowerCase() === 'common') return { scope: configuredPermissions };
  const { resource, name } = splitResource(scope);
  if (resource === undefined) return readName(name);
  if (!isGraphOf(environments[environment], resource)) {
    return { problem: foreignResource(scope, resource, name, environment) };
  }
  if (isOidc(name.toLowerCase())) return { problem: `"${name}" is written without a resource in front.` };
  return readName(name);
}

function minimumProblems(scopes: readonly string[], connector: Connector): string[] {
  if (scopes.includes(configuredPermissions)) {
    if (!scopes.some(isPermission)) return [];
    return [
      '".default" (also written "common") means the permissions configured on the app and cannot be mixed with ' +
        'named permissions: keep one or the other.',
    ];
  }
  const { title, minimumScopes } = connectors[connector];
  const missing = missingScopes(minimumScopes, scopes, connector);
  if (missing.length > 0)
    return [`${title} cannot work without ${missing.join(' and ')}: add what is missing.`];
  if (scopes.some(isPermission)) return [];
  return ['No Graph permission is named: name at least one, or ".default" for those configured on the app.'];
}

/**
 * Reads what a person or an API caller stated, separated by spaces, commas or line breaks, into canonical scopes:
 * Graph permissions without resource, `.default`, OIDC scopes. The broker's own OIDC scopes are added.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/scopes-oidc
 */
export function parseScopes(
  input: string | readonly string[],
  environment: Environment,
  connector: Connector,
): ParsedScopes {
  const text = typeof input === 'string' ? input : input.join(' ');
  if (text.length > longestInput)
    return { ok: false, problems: [`The scopes are longer than ${longestInput} characters.`] };
  const tokens = text.split(/[\s,]+/).filter((token) => token !== '');
  if (tokens.length > mostScopes)
    return { ok: false, problems: [`More than ${mostScopes} scopes are named.`] };

  const readings = tokens.map((token) => readScope(token, environment));
  const problems = readings.flatMap((reading) => ('problem' in reading ? [reading.problem] : []));
  const named = readings.flatMap((reading) => ('scope' in reading ? [reading.scope] : []));
  // What could not be read may have been the minimum: one mistake is not told twice.
  if (problems.length === 0) problems.push(...minimumProblems(named, connector));
  if (problems.length > 0) return { ok: false, problems: [...new Set(problems)] };
  return { ok: true, scopes: ordered([...alwaysAsked, ...named]) };
}

/** Canonical scopes as they go over the wire: OIDC scopes bare, the others with the environment's Graph in front. */
export function wireScopes(scopes: readonly string[], environment: Environment): string[] {
  const { graphOrigin } = environments[environment];
  return scopes.map((scope) => (isOidc(scope) || scope.includes('/') ? scope : `${graphOrigin}/${scope}`));
}

/** Scopes of a token answer in canonical form; those of another resource stay as they came. */
export function canonicalGranted(returned: readonly string[], environment: Environment): string[] {
  const canonical = returned.map((scope) => {
    const { resource, name } = splitResource(scope);
    if (resource !== undefined && !isGraphOf(environments[environment], resource)) return scope;
    return isOidc(name.toLowerCase()) || name.toLowerCase() === configuredPermissions
      ? name.toLowerCase()
      : knownSpelling(name);
  });
  return ordered(canonical.filter((scope) => scope !== ''));
}

/**
 * Permissions asked for that the granted ones do not cover; with `.default` what the connector's minimum lacks.
 * A broader permission covers a narrower one. OIDC scopes do not count: Entra may not repeat them.
 */
export function missingScopes(
  requested: readonly string[],
  granted: readonly string[],
  connector: Connector,
): string[] {
  const wanted = requested.includes(configuredPermissions)
    ? connectors[connector].minimumScopes
    : requested.filter(isPermission);
  const allowed = allowedBy(granted);
  return wanted.filter((scope) => !allowed.has(scope.toLowerCase()));
}

/** Those of the scopes that only an administrator can consent to, as far as is known without asking Graph. */
export function needsAdmin(scopes: readonly string[]): string[] {
  return scopes.filter(adminConsentOnly);
}

/** What to ask for where nobody said anything: the least the connector needs. */
export function defaultScopes(connector: Connector): string[] {
  const { minimumScopes } = connectors[connector];
  return ordered([...alwaysAsked, ...(minimumScopes.length > 0 ? minimumScopes : ['User.Read'])]);
}
