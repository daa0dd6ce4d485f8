import { describe, expect, test } from '@jest/globals';
import {
  at,
  idOfTarget,
  isExpression,
  ofType,
  only,
  regions,
  snapshotOf,
  snapshots,
  strings,
  typeOfTarget,
} from './snapshots.ts';

const everything = snapshotOf('everything');
const each = snapshots.map((snapshot) => [snapshot.title, snapshot] as const);

describe('hardening', () => {
  test.each(each)(
    '%s: storage, vault, telemetry and app take no key and no old protocol',
    (_title, snapshot) => {
      expect(only(snapshot, 'Microsoft.Storage/storageAccounts').properties).toMatchObject({
        allowSharedKeyAccess: false,
        allowBlobPublicAccess: false,
        allowCrossTenantReplication: false,
        isLocalUserEnabled: false,
        minimumTlsVersion: 'TLS1_2',
        supportsHttpsTrafficOnly: true,
      });
      expect(only(snapshot, 'Microsoft.KeyVault/vaults').properties).toMatchObject({
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: 90,
        enablePurgeProtection: true,
      });
      expect(only(snapshot, 'Microsoft.Insights/components').properties).toMatchObject({
        DisableLocalAuth: true,
      });
      expect(
        at(only(snapshot, 'Microsoft.OperationalInsights/workspaces'), 'properties.features'),
      ).toMatchObject({
        disableLocalAuth: true,
      });
      expect(only(snapshot, 'Microsoft.Web/sites').properties).toMatchObject({
        httpsOnly: true,
        siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2', ftpsState: 'Disabled' },
      });
      const policies = ofType(snapshot, 'Microsoft.Web/sites/basicPublishingCredentialsPolicies');
      expect(policies.map(({ properties }) => properties)).toEqual([{ allow: false }, { allow: false }]);
    },
  );

  test.each(each)(
    '%s: with a network, vault and storage answer it alone, and the way out is one address',
    (_title, snapshot) => {
      for (const type of ['Microsoft.Storage/storageAccounts', 'Microsoft.KeyVault/vaults']) {
        expect(only(snapshot, type).properties).toMatchObject({
          publicNetworkAccess: snapshot.isPrivate ? 'Disabled' : 'Enabled',
          networkAcls: { defaultAction: snapshot.isPrivate ? 'Deny' : 'Allow', bypass: 'None' },
        });
      }
      if (!snapshot.isPrivate)
        return expect(ofType(snapshot, 'Microsoft.Network/virtualNetworks')).toEqual([]);
      const [app, endpoints] = at(
        only(snapshot, 'Microsoft.Network/virtualNetworks'),
        'properties.subnets',
      ) as [Record<string, unknown>, Record<string, unknown>];
      expect(app).toMatchObject({
        properties: {
          natGateway: { id: only(snapshot, 'Microsoft.Network/natGateways').id },
          delegations: [
            {
              properties: {
                serviceName:
                  snapshot.cloud === 'office365' ? 'Microsoft.App/environments' : 'Microsoft.Web/serverFarms',
              },
            },
          ],
        },
      });
      expect(endpoints).toMatchObject({ properties: { privateEndpointNetworkPolicies: 'Enabled' } });
      expect(only(snapshot, 'Microsoft.Network/publicIPAddresses').properties).toMatchObject({
        publicIPAllocationMethod: 'Static',
      });
      expect(at(only(snapshot, 'Microsoft.Web/sites'), 'properties.virtualNetworkSubnetId')).toContain(
        'appSubnetId',
      );
    },
  );

  test.each(regions.map((snapshot) => [snapshot.title, snapshot] as const))(
    '%s: what cannot be had again is locked',
    (_title, snapshot) => {
      const locked = ofType(snapshot, 'Microsoft.Authorization/locks').map(({ id }) => typeOfTarget(id));
      expect(locked.sort()).toEqual([
        'Microsoft.KeyVault/vaults',
        'Microsoft.ManagedIdentity/userAssignedIdentities',
        'Microsoft.Storage/storageAccounts',
      ]);
    },
  );

  test.each(each)('%s holds nothing that looks like a secret', (_title, snapshot) => {
    const found = [...strings(snapshot.resources), ...strings(snapshot.outputs)].filter(
      ({ path, text }) =>
        /list(Account)?(Keys|Secrets|Sas|ServiceSas)|AccountKey=|SharedAccessKey|[?&]sig=|-----BEGIN|eyJ[\w-]{10}/i.test(
          text,
        ) ||
        (/(password|secret|token|credential|connection_?string|key)s?$/i.test(path.at(-1) ?? '') &&
          !isExpression(text) &&
          !harmless.has(text)),
    );
    expect(found).toEqual([]);
  });
  const harmless = new Set(['Microsoft.Storage', 'managedidentity']);
});

describe('what operators see', () => {
  test.each(each)('%s: what can report to the workspace does', (_title, snapshot) => {
    const reporting = new Set(
      ofType(snapshot, 'Microsoft.Insights/diagnosticSettings').map(({ id }) => idOfTarget(id)),
    );
    const silent = snapshot.resources.filter(
      ({ id, type, sku }) => reports(type, at(sku, 'name')) && !reporting.has(id),
    );
    expect(silent.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
  });

  test.each(each)(
    "%s: no log keeps query strings, since the callback's carries a code",
    (_title, snapshot) => {
      const categories = ofType(snapshot, 'Microsoft.Insights/diagnosticSettings').flatMap(
        ({ properties }) =>
          (at(properties, 'logs') ?? []) as readonly { category?: string; categoryGroup?: string }[],
      );
      expect(categories.filter(({ categoryGroup }) => categoryGroup !== undefined)).toEqual([]);
      expect(categories.filter(({ category }) => category === 'AppServiceHTTPLogs')).toEqual([]);
    },
  );

  test('alerts go to the addresses and groups that are stated', () => {
    const groups = ofType(everything, 'Microsoft.Insights/scheduledQueryRules').map(({ properties }) =>
      (at(properties, 'actions.actionGroups') as readonly string[]).map((id) => id.split('/').at(-1)),
    );
    expect(groups).toHaveLength(7);
    expect(groups.every(([own, other]) => own?.endsWith('-operators') === true && other === 'on-call')).toBe(
      true,
    );
  });
});

/** Whether a resource of that type has diagnostic settings that hold what is not kept already. */
function reports(type: string, sku: unknown): boolean {
  if (type === 'Microsoft.Web/serverfarms') return sku !== 'FC1';
  return [
    'Microsoft.KeyVault/vaults',
    'Microsoft.Storage/storageAccounts',
    'Microsoft.Storage/storageAccounts/blobServices',
    'Microsoft.Storage/storageAccounts/queueServices',
    'Microsoft.Storage/storageAccounts/tableServices',
    'Microsoft.Web/sites',
    'Microsoft.OperationalInsights/workspaces',
    'Microsoft.Network/virtualNetworks',
    'Microsoft.Network/networkSecurityGroups',
    'Microsoft.Network/publicIPAddresses',
  ].includes(type);
}
