import * as z from 'zod';
import { environmentNames } from './domain/environment.ts';
import { entraIssuer, type TrustedIssuer } from './domain/trustedIssuer.ts';
import type { OperationSettings } from './operations/composeOperations.ts';
import { type SettingName, settings } from './settings.ts';
import {
  commaList,
  flag,
  guid,
  httpsOrigin,
  isLoopback,
  keyVaultReferenceStart,
  localOriginMap,
  publicOrigin,
  trustedIssuers,
  wholeNumber,
} from './settingValues.ts';

export { type Setting, type SettingName, settings } from './settings.ts';

/** The broker's configuration, checked. Durations carry their unit. */
export interface Config extends OperationSettings {
  readonly trustedIssuers: readonly TrustedIssuer[];
  readonly keyVaultUrl: string;
  readonly tablesUrl: string;
  readonly managedIdentityClientId: string;
  /** Only on a laptop. */
  readonly originMap: Readonly<Record<string, string>> | undefined;
  /** Only on a laptop. */
  readonly vaultChallenge: 'strict' | 'relaxed';
}

/** A configuration that cannot be used; the message names every problem and no value. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      ['The broker cannot start, its settings are not valid:', ...problems.map((line) => `  - ${line}`)].join(
        '\n',
      ),
    );
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

const environment = z.enum(environmentNames, { error: `must be one of ${environmentNames.join(', ')}` });

const schema = z.object({
  BROKER_BASE_URL: publicOrigin,
  BROKER_ENVIRONMENT: environment,
  OFFERED_ENVIRONMENTS: commaList(environment).optional(),
  BROKER_TENANT_ID: guid,
  BROKER_CLIENT_ID: guid,
  TRUSTED_ISSUERS: trustedIssuers.optional(),
  KEY_VAULT_URL: httpsOrigin,
  TABLES_URL: httpsOrigin,
  MANAGED_IDENTITY_CLIENT_ID: guid,
  ALLOWED_TENANTS: commaList(guid).optional(),
  ALLOW_PERSONAL_ACCOUNTS: flag,
  ROW_TRUST_SECONDS: wholeNumber(0, 300),
  KEEP_ALIVE_DAYS: wholeNumber(15, 3_650),
  REFRESH_TOKEN_REWRITE_DAYS: wholeNumber(1, 80),
  CONNECT_LINK_MINUTES: wholeNumber(1, 10_080),
  SESSION_HOURS: wholeNumber(1, 24),
  REFRESH_CONCURRENCY: wholeNumber(1, 128),
  SEALING_KEY_NAME: z
    .string({ error: 'must be set' })
    .regex(/^[0-9A-Za-z-]{1,127}$/, { error: 'must be 1 to 127 letters, digits and hyphens' }),
  LOCAL_ORIGIN_MAP: localOriginMap.optional(),
  LOCAL_VAULT_CHALLENGE: z.literal('relaxed', { error: 'must be "relaxed" or left out' }).optional(),
} satisfies Record<SettingName, z.ZodType>);

/** The settings with their defaults; an empty value counts as not set. */
function collect(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(
    settings.map((setting) => {
      const stated = env[setting.name]?.trim();
      const fallback = 'default' in setting && setting.default !== '' ? setting.default : undefined;
      return [setting.name, stated === undefined || stated === '' ? fallback : stated];
    }),
  );
}

function unresolvedReferences(values: Record<string, string | undefined>): SettingName[] {
  return settings.map(({ name }) => name).filter((name) => values[name]?.startsWith(keyVaultReferenceStart));
}

/** The setting, and the field in it where that is a name or number of ours; keys of a map are values. */
function nameOf(path: readonly PropertyKey[]): string {
  return path.filter((part) => typeof part === 'number' || /^\w+$/.test(String(part))).join('.');
}

const localSettings = ['LOCAL_ORIGIN_MAP', 'LOCAL_VAULT_CHALLENGE'] as const satisfies readonly SettingName[];

function misplacedLocalSettings(values: Record<string, string | undefined>): string[] {
  if (isLoopback(values.BROKER_BASE_URL ?? '')) return [];
  return localSettings
    .filter((name) => values[name] !== undefined)
    .map(
      (name) => `${name} is for a laptop only: remove it, since BROKER_BASE_URL is not a loopback address.`,
    );
}

/**
 * Reads and checks the settings.
 * @throws ConfigurationError with every problem at once, by name and remedy, without any value
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const values = collect(env);
  const unresolved = unresolvedReferences(values);
  const parsed = schema.safeParse(values);
  const problems = [
    ...unresolved.map(
      (name) =>
        `${name} is an unresolved Key Vault reference: check that the secret exists and that the app may read it.`,
    ),
    ...(parsed.error?.issues ?? [])
      .filter((issue) => !unresolved.some((name) => name === issue.path[0]))
      .map((issue) => `${nameOf(issue.path)} ${issue.message}.`),
    ...misplacedLocalSettings(values),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigurationError(problems);
  const read = parsed.data;
  return {
    baseUrl: read.BROKER_BASE_URL,
    environment: read.BROKER_ENVIRONMENT,
    offeredEnvironments:
      read.OFFERED_ENVIRONMENTS ??
      (read.BROKER_ENVIRONMENT === 'office365' ? environmentNames : [read.BROKER_ENVIRONMENT]),
    tenantId: read.BROKER_TENANT_ID,
    clientId: read.BROKER_CLIENT_ID,
    trustedIssuers: read.TRUSTED_ISSUERS ?? [
      entraIssuer(read.BROKER_ENVIRONMENT, read.BROKER_TENANT_ID, read.BROKER_CLIENT_ID),
    ],
    keyVaultUrl: read.KEY_VAULT_URL,
    tablesUrl: read.TABLES_URL,
    managedIdentityClientId: read.MANAGED_IDENTITY_CLIENT_ID,
    allowedTenants: read.ALLOWED_TENANTS ?? [],
    allowPersonalAccounts: read.ALLOW_PERSONAL_ACCOUNTS,
    rowTrustSeconds: read.ROW_TRUST_SECONDS,
    keepAliveDays: read.KEEP_ALIVE_DAYS,
    refreshTokenRewriteDays: read.REFRESH_TOKEN_REWRITE_DAYS,
    connectLinkMinutes: read.CONNECT_LINK_MINUTES,
    sessionHours: read.SESSION_HOURS,
    refreshConcurrency: read.REFRESH_CONCURRENCY,
    sealingKeyName: read.SEALING_KEY_NAME,
    originMap: read.LOCAL_ORIGIN_MAP,
    vaultChallenge: read.LOCAL_VAULT_CHALLENGE ?? 'strict',
  };
}
