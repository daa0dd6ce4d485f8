/** One environment variable of the broker, as the README and the infrastructure tests read it. */
export interface Setting {
  readonly name: string;
  /** What holds where it is not set; absent where it has to be set or its default is derived. */
  readonly default?: string;
  readonly required: boolean;
  readonly description: string;
}

/** Every setting of the broker; it reads no other environment variable. */
export const settings = [
  {
    name: 'BROKER_BASE_URL',
    required: true,
    description:
      'Origin under which browsers and callers reach the broker: `https://broker.contoso.com`, no path.',
  },
  {
    name: 'BROKER_ENVIRONMENT',
    default: 'office365',
    required: false,
    description:
      'Microsoft cloud the broker itself lives in: `office365`, `usgov-l4`, `usgov-l5` or `china`.',
  },
  {
    name: 'OFFERED_ENVIRONMENTS',
    required: false,
    description:
      'Clouds that connections may be in, separated by commas. Default: all four on `office365`, else the own one.',
  },
  {
    name: 'BROKER_TENANT_ID',
    required: true,
    description: "Tenant id (GUID) of the broker's own app registration.",
  },
  {
    name: 'BROKER_CLIENT_ID',
    required: true,
    description:
      "Client id (GUID) of the broker's own app registration: audience of the API, sign-in to the pages.",
  },
  {
    name: 'TRUSTED_ISSUERS',
    required: false,
    description:
      'JSON array of issuers of access tokens for the API: `{issuer, audience, jwksUri, scope?, principalClaim?, ' +
      "rolesClaim?, principalPrefix?}`. Default: the broker's own tenant and app registration. " +
      'An issuer other than Entra needs a `principalPrefix` that ends with a colon.',
  },
  {
    name: 'KEY_VAULT_URL',
    required: true,
    description: 'Key Vault of secrets: `https://name.vault.azure.net`.',
  },
  {
    name: 'TABLES_URL',
    required: true,
    description: 'Table endpoint: `https://name.table.core.windows.net`.',
  },
  {
    name: 'MANAGED_IDENTITY_CLIENT_ID',
    required: true,
    description: 'Client id (GUID) of the user-assigned managed identity that the broker runs as.',
  },
  {
    name: 'ALLOWED_TENANTS',
    default: '',
    required: false,
    description:
      'Tenant ids (GUIDs) whose accounts may be connected, separated by commas. Empty allows every tenant.',
  },
  {
    name: 'ALLOW_PERSONAL_ACCOUNTS',
    default: 'false',
    required: false,
    description: '`true` lets personal Microsoft accounts be connected.',
  },
  {
    name: 'ROW_TRUST_SECONDS',
    default: '30',
    required: false,
    description:
      'Seconds (0 to 300) that a connection read from the tables is believed, its access list included.',
  },
  {
    name: 'KEEP_ALIVE_DAYS',
    default: '180',
    required: false,
    description:
      'Days (15 to 3650) that a connection nobody uses is kept alive; the warning comes 14 days before.',
  },
  {
    name: 'REFRESH_TOKEN_REWRITE_DAYS',
    default: '7',
    required: false,
    description: 'Age in days (1 to 80) from which a refresh token in the vault is replaced by a newer one.',
  },
  {
    name: 'CONNECT_LINK_MINUTES',
    default: '30',
    required: false,
    description: 'Minutes (1 to 10080) that a connect link is valid.',
  },
  {
    name: 'SESSION_HOURS',
    default: '8',
    required: false,
    description: 'Hours (1 to 24) that a sign-in to the pages lasts.',
  },
  {
    name: 'REFRESH_CONCURRENCY',
    default: '16',
    required: false,
    description: 'Number (1 to 128) of refreshes the timer has under way at once.',
  },
  {
    name: 'SEALING_KEY_NAME',
    default: 'sealing-key',
    required: false,
    description: 'Name of the vault secret from which the keys that seal access tokens are derived.',
  },
  {
    name: 'LOCAL_ORIGIN_MAP',
    required: false,
    description:
      'Only on a laptop: JSON object from a Microsoft origin to the local address that serves it. ' +
      'Refused unless BROKER_BASE_URL is a loopback address.',
  },
  {
    name: 'LOCAL_VAULT_CHALLENGE',
    required: false,
    description:
      'Only on a laptop: `relaxed` accepts a vault whose host is not that of its challenge. ' +
      'Refused unless BROKER_BASE_URL is a loopback address.',
  },
] as const satisfies readonly Setting[];

export type SettingName = (typeof settings)[number]['name'];
