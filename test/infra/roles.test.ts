import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { at, ofType, regions, type Snapshot, snapshotOf, typeOfTarget } from './snapshots.ts';

const root = join(import.meta.dirname, '../..');
const everything = snapshotOf('everything');

describe('who may do what', () => {
  const roleNames: Readonly<Record<string, string>> = {
    'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
    'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
    '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  };

  /** Who, which role, on what kind of resource. */
  function assignments(snapshot: Snapshot): readonly string[] {
    const custom = new Map(
      ofType(snapshot, 'Microsoft.Authorization/roleDefinitions').map(({ name, properties }) => [
        name,
        String(at(properties, 'roleName')).replace(/ \(.*\)/, ''),
      ]),
    );
    return ofType(snapshot, 'Microsoft.Authorization/roleAssignments')
      .map(({ id, properties }) => {
        expect(at(properties, 'principalType')).toBe('ServicePrincipal');
        const principal = String(at(properties, 'principalId'));
        const role = String(at(properties, 'roleDefinitionId')).split('/').at(-1) ?? '';
        const who = principal.includes('outputs.principalId.value') ? 'broker' : principal;
        return `${who}: ${custom.get(role) ?? roleNames[role] ?? role} on ${typeOfTarget(id)}`;
      })
      .sort();
  }

  const broker = [
    'broker: Connection broker secrets on Microsoft.KeyVault/vaults',
    'broker: Connection broker tables on Microsoft.Storage/storageAccounts',
    'broker: Monitoring Metrics Publisher on Microsoft.Insights/components',
    'broker: Storage Blob Data Owner on Microsoft.Storage/storageAccounts',
  ];

  test.each(regions.map((snapshot) => [snapshot.title, snapshot] as const))(
    '%s: the broker alone has roles',
    (_title, snapshot) => {
      expect(assignments(snapshot)).toEqual(broker);
    },
  );

  test('a publisher may write packages, and nothing else', () => {
    expect(assignments(everything)).toEqual([
      '44444444-4444-4444-8444-444444444444: Storage Blob Data Contributor on Microsoft.Storage/storageAccounts/blobServices/containers',
      ...broker,
    ]);
  });

  /** What a role definition of ours allows. */
  function permissions(name: string) {
    const found = ofType(everything, 'Microsoft.Authorization/roleDefinitions').find(({ properties }) =>
      String(at(properties, 'roleName')).startsWith(name),
    );
    const [{ actions, dataActions }] = at(found, 'properties.permissions') as [
      { actions: string[]; dataActions: string[] },
    ];
    return { actions: actions.sort(), dataActions: dataActions.sort() };
  }

  /** Calls that the code makes on a client of Azure. */
  function callsIn(file: string): readonly string[] {
    const text = readFileSync(join(root, file), 'utf8');
    return [...new Set([...text.matchAll(/\bclient\s*\.(\w+)[(<]/g)].map(([, name = '']) => name))].sort();
  }

  test('of the vault, what the code calls', () => {
    const actionOf: Readonly<Record<string, string>> = {
      getSecret: 'getSecret/action',
      setSecret: 'setSecret/action',
      updateSecretProperties: 'update/action',
      beginDeleteSecret: 'delete',
    };
    const needed = callsIn('shared/adapters/keyVault/createKeyVault.ts').map(
      (call) => `Microsoft.KeyVault/vaults/secrets/${actionOf[call] ?? `(${call})`}`,
    );
    expect(permissions('Connection broker secrets')).toEqual({ actions: [], dataActions: needed.sort() });
  });

  test('of the tables, what the code calls', () => {
    const tables = 'Microsoft.Storage/storageAccounts/tableServices/tables';
    const needs: Readonly<Record<string, readonly string[]>> = {
      createTable: [`${tables}/read`, `${tables}/write`],
      createEntity: [`${tables}/entities/add/action`],
      updateEntity: [`${tables}/entities/update/action`],
      upsertEntity: [`${tables}/entities/write`],
      deleteEntity: [`${tables}/entities/delete`],
      getEntity: [`${tables}/entities/read`],
      listEntities: [`${tables}/entities/read`],
      submitTransaction: [],
    };
    const calls = callsIn('shared/adapters/tableStorage/table.ts');
    const needed = [...new Set(calls.flatMap((call) => needs[call] ?? [`(${call})`]))].sort();
    const { actions, dataActions } = permissions('Connection broker tables');
    expect([...actions, ...dataActions].sort()).toEqual(needed);
  });
});
