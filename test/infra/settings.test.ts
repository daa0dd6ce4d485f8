import { describe, expect, test } from '@jest/globals';
import { readConfig, settings } from '../../shared/config.ts';
import { appSettings, isExpression, only, type Snapshot, snapshotOf, snapshots } from './snapshots.ts';

const everything = snapshotOf('everything');
const each = snapshots.map((snapshot) => [snapshot.title, snapshot] as const);

describe('the settings', () => {
  /** What the platform reads; everything else is the broker's. */
  const platform =
    /^(APPLICATIONINSIGHTS_(CONNECTION|AUTHENTICATION)_STRING|AzureWebJobs(DisableHomepage|Storage__(blob|queue|table)ServiceUri|Storage__(credential|clientId))|FUNCTIONS_(EXTENSION_VERSION|WORKER_RUNTIME)|WEBSITE_RUN_FROM_PACKAGE(_BLOB_MI_RESOURCE_ID)?)$/;
  const own = (snapshot: Snapshot) =>
    Object.keys(appSettings(snapshot)).filter((name) => !platform.test(name));
  const forLaptops = ['LOCAL_ORIGIN_MAP', 'LOCAL_VAULT_CHALLENGE'];
  const known = settings.map(({ name }) => name).filter((name) => !forLaptops.includes(name));

  test.each(each)(
    '%s states every setting that the broker requires and none that it does not know',
    (_title, snapshot) => {
      const required = settings.filter(({ required: isRequired }) => isRequired).map(({ name }) => name);
      expect(own(snapshot)).toEqual(expect.arrayContaining(required));
      expect(known).toEqual(expect.arrayContaining(own(snapshot)));
    },
  );

  test('every setting of the broker can be stated', () => {
    expect(own(everything).sort()).toEqual([...known].sort());
  });

  test.each(each)('the broker reads those of %s', (_title, snapshot) => {
    const stated: Record<string, string> = { ...appSettings(snapshot) };
    expect(isExpression(stated.KEY_VAULT_URL) && isExpression(stated.TABLES_URL)).toBe(true);
    const resolved: Readonly<Record<string, string>> = {
      ...(isExpression(stated.BROKER_BASE_URL) ? { BROKER_BASE_URL: 'https://broker.contoso.example' } : {}),
      KEY_VAULT_URL: 'https://vault.contoso.example/',
      TABLES_URL: 'https://tables.contoso.example/',
      MANAGED_IDENTITY_CLIENT_ID: '55555555-5555-4555-8555-555555555555',
    };
    expect(readConfig({ ...stated, ...resolved })).toMatchObject({
      environment: snapshot.cloud,
      baseUrl: 'https://broker.contoso.example',
    });
  });

  test.each(each)(
    "%s: endpoints come from the resources, and the host's storage from the identity",
    (_title, snapshot) => {
      const stated = appSettings(snapshot);
      expect(stated.KEY_VAULT_URL).toContain('outputs.uri.value');
      expect(stated.TABLES_URL).toContain('outputs.tableEndpoint.value');
      for (const service of ['blob', 'queue', 'table']) {
        expect(stated[`AzureWebJobsStorage__${service}ServiceUri`]).toContain(
          `outputs.${service}Endpoint.value`,
        );
      }
      expect(stated.AzureWebJobsStorage__credential).toBe('managedidentity');
      expect(stated.APPLICATIONINSIGHTS_AUTHENTICATION_STRING).toContain('Authorization=AAD');
      expect(stated.AzureWebJobsDisableHomepage).toBe('true');
      expect(stated).not.toHaveProperty('AzureWebJobsStorage');
    },
  );

  test('the broker lives under its domain where there is one', () => {
    expect(appSettings(everything).BROKER_BASE_URL).toBe('https://broker.contoso.example');
    expect(appSettings(snapshotOf('office365.westeurope')).BROKER_BASE_URL).toContain('.defaultHostName');
    expect(only(everything, 'Microsoft.Web/sites/hostNameBindings').properties).toMatchObject({
      sslState: 'SniEnabled',
    });
  });
});
