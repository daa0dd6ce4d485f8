import { type Environment, environments } from '../../../shared/domain/environment.ts';
import type { AppRegistration, Directory } from './directory.ts';
import { EntraFailure } from './failure.ts';

const oidcScopes: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access']);
const graphAppId = '00000003-0000-0000-c000-000000000000';
const graphPermissionPattern = /^[A-Z][A-Za-z]+(\.[A-Za-z-]+)+$/;

/** What a token is for: Microsoft Graph of one environment, or an app registration as an API. */
export interface Resource {
  /** Prefix of its scopes: Graph's origin or the application id URI. */
  identifier: string;
  /** `aud` of its access tokens. */
  audience: string;
  /** The API, unless it is Graph. */
  app?: AppRegistration | undefined;
}

/** A scope parameter, understood. */
export interface ScopeRequest {
  resource: Resource;
  oidc: string[];
  /** Short names of permissions of the resource. */
  names: string[];
  isDefault: boolean;
  /** Whether the scopes came with the resource's prefix; the answer then carries it too. */
  prefixed: boolean;
}

export interface ScopeSituation {
  directory: Directory;
  app: AppRegistration;
  /** Environment of the account, or of the app while no account is known. */
  environment: Environment;
  /** For messages. */
  tenantName: string;
}

interface NamedScope {
  prefix: string | undefined;
  name: string;
}

function splitScope(scope: string): NamedScope {
  const end = scope.lastIndexOf('/');
  return end < 0
    ? { prefix: undefined, name: scope }
    : { prefix: scope.slice(0, end).replace(/\/$/, ''), name: scope.slice(end + 1) };
}

/** Microsoft Graph of an environment as a resource. */
export function graphResource(environment: Environment): Resource {
  const { graphOrigin } = environments[environment];
  return { identifier: graphOrigin, audience: graphOrigin };
}

function findResource(prefix: string | undefined, situation: ScopeSituation): Resource {
  const graph = graphResource(situation.environment);
  if (prefix === undefined || prefix === graph.identifier || prefix === graphAppId) return graph;
  const app = situation.directory.findResourceApp(prefix);
  if (app) return { identifier: app.appIdUri, audience: app.accessTokenAudience, app };
  throw new EntraFailure(500011, { resource: prefix, tenant: situation.tenantName });
}

function checkName(name: string, resource: Resource, app: AppRegistration): void {
  if (name === '.default') return;
  const known = resource.app ? resource.app.exposedScopes.includes(name) : graphPermissionPattern.test(name);
  if (known) return;
  const asked = resource.app?.clientId ?? graphAppId;
  throw new EntraFailure(650053, { app: app.displayName, scope: name, resource: asked });
}

/**
 * Understands a scope parameter: OIDC scopes bare, others of one resource, bare ones being Graph's.
 * @throws EntraFailure 70011, 28000, 500011, 650053
 */
export function parseScopes(parameter: string, situation: ScopeSituation): ScopeRequest {
  const asked = [...new Set(parameter.split(' ').filter((scope) => scope !== ''))];
  const oidc = asked.filter((scope) => oidcScopes.has(scope));
  const named = asked.filter((scope) => !oidcScopes.has(scope)).map(splitScope);
  const resources = named.map(({ prefix }) => findResource(prefix, situation));
  const resource = resources[0] ?? graphResource(situation.environment);
  if (resources.some(({ identifier }) => identifier !== resource.identifier)) {
    throw new EntraFailure(28000, { scope: parameter });
  }
  const names = named.map(({ name }) => name);
  for (const name of names) checkName(name, resource, situation.app);
  const isDefault = names.includes('.default');
  if (isDefault && names.length > 1) {
    throw new EntraFailure(70011, {
      scope: parameter,
      reason: ".default scope can't be combined with resource-specific scopes.",
    });
  }
  return {
    resource,
    oidc,
    names: isDefault ? [] : names,
    isDefault,
    prefixed: named.some(({ prefix }) => prefix !== undefined),
  };
}

/** The scopes as consents keep them: OIDC bare, others with the resource's prefix. */
export function consentScopes(request: ScopeRequest, app: AppRegistration): string[] {
  const names = request.isDefault ? defaultNames(request, app) : request.names;
  return [...request.oidc, ...names.map((name) => `${request.resource.identifier}/${name}`)];
}

function defaultNames({ resource }: ScopeRequest, app: AppRegistration): string[] {
  return resource.app ? resource.app.exposedScopes : app.configuredScopes;
}

/** Short names of what is consented for the resource. */
export function grantedNames(granted: ReadonlySet<string>, resource: Resource): string[] {
  const prefix = `${resource.identifier}/`;
  return [...granted].filter((scope) => scope.startsWith(prefix)).map((scope) => scope.slice(prefix.length));
}

/** Whether the person still has to consent; `.default` asks only while nothing of the resource is consented. */
export function lacksConsent(
  request: ScopeRequest,
  app: AppRegistration,
  granted: ReadonlySet<string>,
): boolean {
  if (request.isDefault) return grantedNames(granted, request.resource).length === 0;
  return consentScopes(request, app).some((scope) => !granted.has(scope));
}

/** The `scope` of a token response: everything consented for the resource, in the form that was asked for. */
export function scopeOfResponse(request: ScopeRequest, granted: ReadonlySet<string>): string {
  const prefix = request.prefixed ? `${request.resource.identifier}/` : '';
  const oidc = ['openid', 'profile', 'email'].filter((scope) => granted.has(scope));
  return [...oidc, ...grantedNames(granted, request.resource).map((name) => `${prefix}${name}`)].join(' ');
}
