import { describe, expect, test } from '@jest/globals';
import { type Environment, environmentNames, environments } from '../../shared/domain/environment.ts';
import { appSettings, at, isExpression, ofType, only, regions, snapshotOf, snapshots } from './snapshots.ts';

const everything = snapshotOf('everything');
const each = snapshots.map((snapshot) => [snapshot.title, snapshot] as const);

/** Domains of each cloud, by national clouds' public endpoint lists. */
const domains: Readonly<Record<'global' | 'usgov' | 'china', readonly string[]>> = {
  global: [
    'windows.net',
    'azure.net',
    'azure.com',
    'microsoft.com',
    'microsoftonline.com',
    'azurewebsites.net',
  ],
  usgov: ['usgovcloudapi.net', 'azure.us', 'microsoft.us', 'microsoftonline.us', 'azurewebsites.us'],
  china: ['chinacloudapi.cn', 'azure.cn', 'microsoftonline.cn', 'chinacloudsites.cn'],
};
const domainsOf = { office365: 'global', 'usgov-l4': 'usgov', 'usgov-l5': 'usgov', china: 'china' } as const;

const zonesOf: Readonly<Record<Environment, readonly string[]>> = {
  office365: [
    'privatelink.blob.core.windows.net',
    'privatelink.queue.core.windows.net',
    'privatelink.table.core.windows.net',
    'privatelink.vaultcore.azure.net',
  ],
  'usgov-l4': [
    'privatelink.blob.core.usgovcloudapi.net',
    'privatelink.queue.core.usgovcloudapi.net',
    'privatelink.table.core.usgovcloudapi.net',
    'privatelink.vaultcore.usgovcloudapi.net',
  ],
  'usgov-l5': [
    'privatelink.blob.core.usgovcloudapi.net',
    'privatelink.queue.core.usgovcloudapi.net',
    'privatelink.table.core.usgovcloudapi.net',
    'privatelink.vaultcore.usgovcloudapi.net',
  ],
  china: [
    'privatelink.blob.core.chinacloudapi.cn',
    'privatelink.queue.core.chinacloudapi.cn',
    'privatelink.table.core.chinacloudapi.cn',
    'privatelink.vaultcore.azure.cn',
  ],
};

describe('the cloud', () => {
  test('there is a region in each, under the name of its file', () => {
    expect([...new Set(regions.map(({ cloud }) => cloud))].sort()).toEqual([...environmentNames].sort());
    expect(regions.map(({ title }) => title)).toEqual(
      regions.map(({ cloud, region }) => `${cloud}.${region}`),
    );
  });

  test.each(each)('%s names no host of another', (_title, snapshot) => {
    const own = domainsOf[snapshot.cloud];
    const foreign = Object.entries(domains).flatMap(([name, hosts]) => (name === own ? [] : hosts));
    const pattern = new RegExp(`\\b(${foreign.map((host) => host.replaceAll('.', '\\.')).join('|')})\\b`);
    expect(pattern.exec(snapshot.text)?.[0]).toBeUndefined();
  });

  test.each(each)(
    "%s: app registrations trust the identity by that cloud's issuer and audience",
    (_title, snapshot) => {
      const { authorityOrigin, federatedAudience } = environments[snapshot.cloud];
      expect(snapshot.outputs).toMatchObject({
        federatedCredentialIssuer: `${authorityOrigin}/00000000-0000-4000-8000-000000000001/v2.0`,
        federatedCredentialAudience: federatedAudience,
      });
    },
  );

  test.each(each)('%s: private endpoints have the zones of that cloud', (_title, snapshot) => {
    const zones = ofType(snapshot, 'Microsoft.Network/privateDnsZones').map(({ name }) => name);
    expect(zones).toEqual(snapshot.isPrivate ? zonesOf[snapshot.cloud] : []);
    expect(ofType(snapshot, 'Microsoft.Network/privateEndpoints')).toHaveLength(snapshot.isPrivate ? 4 : 0);
  });

  test.each(each)('%s: everything is in its region', (_title, snapshot) => {
    const places = new Set(snapshot.resources.map(({ location }) => location ?? 'global'));
    expect([...places].filter((place) => place !== 'global')).toEqual([snapshot.region]);
  });
});

describe('the plan', () => {
  const skuOf = { office365: 'FC1', 'usgov-l4': 'EP1', 'usgov-l5': 'P1v3', china: 'EP1' } as const;

  test.each(regions.map((snapshot) => [snapshot.title, snapshot] as const))(
    '%s has what its cloud offers, on Node 24',
    (_title, snapshot) => {
      const { properties } = only(snapshot, 'Microsoft.Web/sites');
      expect(at(only(snapshot, 'Microsoft.Web/serverfarms'), 'sku.name')).toBe(skuOf[snapshot.cloud]);
      if (snapshot.cloud === 'office365') {
        expect(at(properties, 'functionAppConfig.runtime')).toEqual({ name: 'node', version: '24' });
        expect(at(properties, 'functionAppConfig.scaleAndConcurrency.alwaysReady')).toEqual([
          { name: 'http', instanceCount: 1 },
        ]);
      } else {
        expect(at(properties, 'siteConfig.linuxFxVersion')).toBe('NODE|24');
        expect(at(properties, 'siteConfig.alwaysOn')).toBe(snapshot.cloud === 'usgov-l5');
        expect(at(properties, 'functionAppConfig')).toBeNull();
      }
    },
  );

  test.each(each)(
    '%s runs from a package that its identity reads, without a content share',
    (_title, snapshot) => {
      const stated = appSettings(snapshot);
      expect(Object.keys(stated).filter((name) => /CONTENT(AZURE|SHARE|OVERVNET)/.test(name))).toEqual([]);
      if (snapshot.cloud === 'office365') {
        expect(Object.keys(stated).filter((name) => /^(FUNCTIONS_|WEBSITE_)/.test(name))).toEqual([]);
        const storage = at(
          only(snapshot, 'Microsoft.Web/sites'),
          'properties.functionAppConfig.deployment.storage',
        );
        expect(storage).toMatchObject({
          type: 'blobContainer',
          authentication: { type: 'UserAssignedIdentity' },
        });
      } else {
        expect(stated).toMatchObject({ FUNCTIONS_EXTENSION_VERSION: '~4', FUNCTIONS_WORKER_RUNTIME: 'node' });
        expect(stated.WEBSITE_RUN_FROM_PACKAGE).toMatch(/outputs\.blobEndpoint\.value.*\.zip/);
        expect(isExpression(stated.WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID)).toBe(true);
      }
    },
  );

  test('what is stated overrides what the cloud offers', () => {
    expect(only(everything, 'Microsoft.Web/serverfarms')).toMatchObject({
      sku: { name: 'EP2', tier: 'ElasticPremium', capacity: 3 },
      properties: { zoneRedundant: true, maximumElasticWorkerCount: 20 },
    });
    expect(at(only(everything, 'Microsoft.Web/sites'), 'properties.siteConfig')).toMatchObject({
      linuxFxVersion: 'NODE|22',
      minimumElasticInstanceCount: 3,
      functionAppScaleLimit: 20,
    });
  });
});

/** Longest name of a type, in characters. */
const longestNames: Readonly<Record<string, number>> = {
  'Microsoft.KeyVault/vaults': 24,
  'Microsoft.Storage/storageAccounts': 24,
  // Apps with longer names can come to share a host id.
  'Microsoft.Web/sites': 32,
  'Microsoft.Web/serverfarms': 60,
  'Microsoft.ManagedIdentity/userAssignedIdentities': 128,
  'Microsoft.OperationalInsights/workspaces': 63,
  'Microsoft.Network/privateEndpoints': 64,
  'Microsoft.Network/virtualNetworks': 64,
  'Microsoft.Insights/components': 260,
};

test.each(each)('%s: no name is too long', (_title, snapshot) => {
  const long = snapshot.resources.filter(({ type, name }) => name.length > (longestNames[type] ?? 260));
  expect(long.map(({ name }) => name)).toEqual([]);
  const vault = only(snapshot, 'Microsoft.KeyVault/vaults').name;
  expect(vault).toMatch(/^[a-z][a-z0-9]{2,23}$/);
});
