import type { Connector } from './connectors.ts';
import { type Environment, environmentNames, environments } from './environment.ts';
import type { FieldProblem } from './errors.ts';
import { parseScopes } from './scopes.ts';
import { parseClientId, parseTenant } from './tenant.ts';

/** The settings of the authentication screen as somebody typed or sent them, under their public names. */
export interface StatedSettings {
  readonly environment?: string | undefined;
  readonly tenantId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly scopes?: string | readonly string[] | undefined;
}

/** The same settings checked and in canonical form. */
export interface Settings {
  readonly environment: Environment;
  readonly tenant: string;
  readonly clientId: string;
  readonly requestedScopes: readonly string[];
}

export interface CheckedSettings {
  readonly settings: Partial<Settings>;
  readonly problems: readonly FieldProblem[];
}

/** Checks what is there, all at once; what is left out is left out of the result too. */
export function checkSettings(
  stated: StatedSettings,
  connector: Connector,
  offered: readonly Environment[],
): CheckedSettings {
  const environment = checkEnvironment(stated.environment, offered);
  const candidates =
    environment.settings.environment === undefined ? offered : [environment.settings.environment];
  const checked = [
    environment,
    checkTenant(stated.tenantId),
    checkClientId(stated.clientId),
    checkScopes(stated.scopes, candidates, connector),
  ];
  return {
    settings: Object.assign({}, ...checked.map(({ settings }) => settings)),
    problems: checked.flatMap(({ problems }) => problems),
  };
}

const nothing: CheckedSettings = { settings: {}, problems: [] };
const fine = (settings: Partial<Settings>): CheckedSettings => ({ settings, problems: [] });
const wrong = (field: string, ...messages: readonly string[]): CheckedSettings => ({
  settings: {},
  problems: messages.map((message) => ({ field, message })),
});

function checkEnvironment(stated: string | undefined, offered: readonly Environment[]): CheckedSettings {
  if (stated === undefined) return nothing;
  const environment = environmentNames.find((name) => name === stated);
  if (environment !== undefined && offered.includes(environment)) return fine({ environment });
  return wrong('environment', environmentProblem(environment, offered));
}

function checkTenant(stated: string | undefined): CheckedSettings {
  if (stated === undefined) return nothing;
  const parsed = parseTenant(stated);
  return parsed.ok ? fine({ tenant: parsed.tenant }) : wrong('tenantId', parsed.problem);
}

function checkClientId(stated: string | undefined): CheckedSettings {
  if (stated === undefined) return nothing;
  const parsed = parseClientId(stated);
  return parsed.ok ? fine({ clientId: parsed.clientId }) : wrong('clientId', parsed.problem);
}

/** Before the environment is known, scopes may be of any that is offered. */
function checkScopes(
  stated: StatedSettings['scopes'],
  candidates: readonly Environment[],
  connector: Connector,
): CheckedSettings {
  if (stated === undefined) return nothing;
  const attempts = candidates.map((environment) => parseScopes(stated, environment, connector));
  const parsed = attempts.find((attempt) => attempt.ok) ?? attempts[0];
  if (parsed === undefined) return nothing;
  return parsed.ok ? fine({ requestedScopes: parsed.scopes }) : wrong('scopes', ...parsed.problems);
}

/** Names each setting that is still missing. */
export function missingSettings(settings: Partial<Settings>): FieldProblem[] {
  const required: readonly [keyof Settings, string, string][] = [
    ['environment', 'environment', 'Choose the cloud that the account lives in.'],
    ['clientId', 'clientId', 'Give the application (client) ID of your app registration.'],
    ['requestedScopes', 'scopes', 'Give the permissions to ask for.'],
    ['tenant', 'tenantId', 'Give the tenant ID, or "common" for a multitenant app.'],
  ];
  return required
    .filter(([key]) => settings[key] === undefined)
    .map(([, field, message]) => ({ field, message }));
}

function environmentProblem(known: Environment | undefined, offered: readonly Environment[]): string {
  const choices = offered.map((name) => `"${name}"`).join(', ');
  return known === undefined
    ? `Choose one of ${choices}.`
    : `${environments[known].title} is not offered by this deployment, which offers ${choices}.`;
}
