import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, readConfig, settings } from '../../shared/config.ts';
import { environmentNames } from '../../shared/domain/environment.ts';

const tenantId = '11111111-1111-4111-8111-111111111111';
const clientId = '22222222-2222-4222-8222-222222222222';
const identityId = '33333333-3333-4333-8333-333333333333';
const least = {
  BROKER_BASE_URL: 'https://broker.contoso.com',
  BROKER_TENANT_ID: tenantId,
  BROKER_CLIENT_ID: clientId,
  KEY_VAULT_URL: 'https://kv.vault.azure.net/',
  TABLES_URL: 'https://acc.table.core.windows.net',
  MANAGED_IDENTITY_CLIENT_ID: identityId,
};

function problemsOf(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return [...error.problems];
    throw error;
  }
  return [];
}

test('the least that has to be set gives every default', () => {
  expect(readConfig(least)).toEqual({
    baseUrl: 'https://broker.contoso.com',
    environment: 'office365',
    offeredEnvironments: environmentNames,
    tenantId,
    clientId,
    trustedIssuers: [
      {
        issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`,
        audiences: [clientId, `api://${clientId}`],
        jwksUri: `https://login.microsoftonline.com/${tenantId}/discovery/v2.0/keys`,
        scope: 'access_as_user',
        principalClaim: 'oid',
        rolesClaim: 'roles',
        principalPrefix: '',
      },
    ],
    keyVaultUrl: 'https://kv.vault.azure.net',
    tablesUrl: 'https://acc.table.core.windows.net',
    managedIdentityClientId: identityId,
    allowedTenants: [],
    allowPersonalAccounts: false,
    rowTrustSeconds: 30,
    keepAliveDays: 180,
    refreshTokenRewriteDays: 7,
    connectLinkMinutes: 30,
    sessionHours: 8,
    refreshConcurrency: 16,
    sealingKeyName: 'sealing-key',
    originMap: undefined,
    vaultChallenge: 'strict',
  });
});

test('a sovereign deployment offers its own cloud, unless told', () => {
  const gov = { ...least, BROKER_ENVIRONMENT: 'usgov-l4' };
  expect(readConfig(gov).offeredEnvironments).toEqual(['usgov-l4']);
  expect(readConfig(gov).trustedIssuers[0]?.issuer).toBe(`https://login.microsoftonline.us/${tenantId}/v2.0`);
  const both = { ...gov, OFFERED_ENVIRONMENTS: 'usgov-l4, usgov-l5,usgov-l4' };
  expect(readConfig(both).offeredEnvironments).toEqual(['usgov-l4', 'usgov-l5']);
});

test('an empty setting counts as not set', () => {
  const read = readConfig({ ...least, ALLOWED_TENANTS: '', ROW_TRUST_SECONDS: ' ', LOCAL_ORIGIN_MAP: '' });
  expect([read.allowedTenants, read.rowTrustSeconds, read.originMap]).toEqual([[], 30, undefined]);
});

test('every problem is told at once, by name and without values', () => {
  const env = {
    BROKER_BASE_URL: 'http://secret-host.example',
    BROKER_TENANT_ID: 'secret-tenant',
    KEY_VAULT_URL: '@Microsoft.KeyVault(SecretUri=https://secret.vault.azure.net/)',
    TABLES_URL: 'http://secret.table',
    TRUSTED_ISSUERS: '[secret',
    ROW_TRUST_SECONDS: '301',
    ALLOWED_TENANTS: `${tenantId},secret`,
    LOCAL_ORIGIN_MAP: '{"https://secret.example":"https://secret.example"}',
  };
  const problems = problemsOf(env);
  const names = problems.map((problem) => problem.split(/[ .]/)[0]);
  expect(new Set(names)).toEqual(
    new Set([...Object.keys(env), 'BROKER_CLIENT_ID', 'MANAGED_IDENTITY_CLIENT_ID']),
  );
  expect(problems.join('\n')).not.toContain('secret-');
  expect(problems.join('\n')).not.toContain('secret.');
  expect(() => readConfig(env)).toThrow(/settings are not valid:\n {2}- /);
});

describe('refused', () => {
  test.each<[string, string]>([
    ['BROKER_BASE_URL', 'http://broker.contoso.com'],
    ['BROKER_BASE_URL', 'https://broker.contoso.com/path'],
    ['BROKER_BASE_URL', 'https://broker.contoso.com?a'],
    ['BROKER_BASE_URL', 'https://me:you@broker.contoso.com'],
    ['BROKER_BASE_URL', 'http://localhost.evil.example'],
    ['BROKER_BASE_URL', 'broker.contoso.com'],
    ['BROKER_ENVIRONMENT', 'global'],
    ['OFFERED_ENVIRONMENTS', 'office365,moon'],
    ['OFFERED_ENVIRONMENTS', ','],
    ['KEY_VAULT_URL', 'http://kv.vault.azure.net'],
    ['TABLES_URL', 'https://acc.table.core.windows.net/?sv=1'],
    ['MANAGED_IDENTITY_CLIENT_ID', 'mine'],
    ['ALLOW_PERSONAL_ACCOUNTS', 'yes'],
    ['ROW_TRUST_SECONDS', '-1'],
    ['ROW_TRUST_SECONDS', '1.5'],
    ['KEEP_ALIVE_DAYS', '0'],
    ['REFRESH_TOKEN_REWRITE_DAYS', '81'],
    ['CONNECT_LINK_MINUTES', '10081'],
    ['REFRESH_CONCURRENCY', '1e3'],
    ['SEALING_KEY_NAME', 'a/b'],
    ['LOCAL_VAULT_CHALLENGE', 'strict'],
    ['TRUSTED_ISSUERS', '{}'],
    ['TRUSTED_ISSUERS', '[]'],
    ['TRUSTED_ISSUERS', '[{"issuer":"https://a.example"}]'],
    [
      'TRUSTED_ISSUERS',
      '[{"issuer":"https://a.example","audience":"b","jwksUri":"https://a.example/k","x":1}]',
    ],
    ['TRUSTED_ISSUERS', '[{"issuer":"https://a.example","audience":"b","jwksUri":"http://a.example/k"}]'],
    // Another issuer could otherwise name its callers like people of the tenant.
    ['TRUSTED_ISSUERS', '[{"issuer":"https://a.example","audience":"b","jwksUri":"https://a.example/k"}]'],
  ])('%s=%s', (name, value) => {
    const names = problemsOf({ ...least, [name]: value }).map((problem) => problem.split(/[ .]/)[0]);
    expect(new Set(names)).toEqual(new Set([name]));
  });
});

test('an issuer other than Entra is trusted under a prefix', () => {
  const issuer = { issuer: 'https://a.example', audience: ['b', 'c'], jwksUri: 'https://a.example/k' };
  const env = {
    ...least,
    TRUSTED_ISSUERS: JSON.stringify([{ ...issuer, principalClaim: 'sub', principalPrefix: 'a:' }]),
  };
  expect(readConfig(env).trustedIssuers).toEqual([
    {
      issuer: 'https://a.example',
      audiences: ['b', 'c'],
      jwksUri: 'https://a.example/k',
      scope: 'access_as_user',
      principalClaim: 'sub',
      rolesClaim: 'roles',
      principalPrefix: 'a:',
    },
  ]);
});

describe('what is for a laptop only', () => {
  const local = {
    LOCAL_ORIGIN_MAP: '{"https://login.microsoftonline.com":"http://localhost:4010/com"}',
    LOCAL_VAULT_CHALLENGE: 'relaxed',
  };

  test.each(['http://localhost:7071', 'http://127.8.9.1:80', 'http://[::1]:7071', 'https://localhost'])(
    'is taken where the broker is at %s',
    (baseUrl) => {
      const read = readConfig({ ...least, ...local, BROKER_BASE_URL: baseUrl });
      expect(read.originMap).toEqual({ 'https://login.microsoftonline.com': 'http://localhost:4010/com' });
      expect(read.vaultChallenge).toBe('relaxed');
    },
  );

  test.each(['https://broker.contoso.com', 'https://localhost.contoso.com', 'https://127.0.0.1.nip.io'])(
    'is refused where the broker is at %s',
    (baseUrl) => {
      const problems = problemsOf({ ...least, ...local, BROKER_BASE_URL: baseUrl });
      expect(problems.map((problem) => problem.split(' ')[0])).toEqual(Object.keys(local));
    },
  );

  test('a map does not lead away from the laptop', () => {
    const env = { ...least, BROKER_BASE_URL: 'http://localhost:7071' };
    const map = '{"https://login.microsoftonline.com":"https://elsewhere.example"}';
    expect(problemsOf({ ...env, LOCAL_ORIGIN_MAP: map })).toHaveLength(1);
  });
});

test('every setting is described, and each default is the one that holds', () => {
  const defaults = Object.fromEntries(
    settings.flatMap((setting) => ('default' in setting ? [[setting.name, setting.default]] : [])),
  );
  expect(readConfig({ ...least, ...defaults })).toEqual(readConfig(least));
  const required = settings.filter((setting) => setting.required).map((setting) => setting.name);
  expect([...required].sort()).toEqual(Object.keys(least).sort());
  for (const setting of settings) expect(setting.description).toMatch(/\.$/);
});
