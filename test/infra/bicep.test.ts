import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { environmentNames, environments } from '../../shared/domain/environment.ts';
import { bicepMissing, findBicep, infraFolder, runBicep } from './bicep.ts';
import { type Snapshot, snapshots } from './snapshots.ts';

const bicep = findBicep();

if (bicep === undefined) {
  test('Bicep is there', () => {
    if (process.env.CI === 'true') throw new Error(bicepMissing);
    console.warn(bicepMissing);
  });
} else {
  describe('the templates, as Bicep sees them', () => {
    const minute = 60_000;

    test(
      'nothing is found in any of them by compiler or linter',
      () => {
        expect(runBicep(bicep, 'lint', '--pattern', '**/*.bicep')).toEqual({
          status: 0,
          stdout: '',
          findings: '',
        });
      },
      minute,
    );

    test(
      'the template builds',
      () => {
        const { status, stdout, findings } = runBicep(bicep, 'build', 'main.bicep', '--stdout');
        expect({ status, findings }).toEqual({ status: 0, findings: '' });
        expect(Object.keys(JSON.parse(stdout).parameters).length).toBeGreaterThan(0);
      },
      minute,
    );

    test.each(snapshots.map((snapshot) => [snapshot.title, snapshot] as const))(
      'the parameters of %s build, and deploy what their snapshot shows',
      (_title, snapshot) => {
        const built = runBicep(bicep, 'build-params', relative(infraFolder, snapshot.file), '--stdout');
        expect({ status: built.status, findings: built.findings }).toEqual({ status: 0, findings: '' });
        const { status, stdout, findings } = runBicep(
          bicep,
          'snapshot',
          relative(infraFolder, snapshot.file),
          ...snapshotParameters(snapshot, 'validate'),
        );
        // `npm run infra:snapshot` writes them anew; what changed is then read in the diff.
        expect({ status, stdout, findings }).toEqual({ status: 0, stdout: '', findings: '' });
      },
      minute,
    );

    test(
      'the clouds are those of the broker',
      () => {
        const { stdout } = runBicep(bicep, 'build', 'types.bicep', '--stdout');
        const { clouds } = JSON.parse(stdout).variables;
        expect(Object.keys(clouds)).toEqual([...environmentNames]);
        for (const name of environmentNames) {
          expect(clouds[name]).toMatchObject({
            authority: environments[name].authorityOrigin,
            federatedAudience: environments[name].federatedAudience,
          });
        }
      },
      minute,
    );
  });
}

test('every parameter file has its snapshot and no snapshot is left over', () => {
  const folders = [...new Set(snapshots.map(({ file }) => dirname(file)))];
  const files = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
  const names = (ending: string) =>
    files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));
  expect(names('.snapshot.json').sort()).toEqual(names('.bicepparam').sort());
});

function snapshotParameters(snapshot: Snapshot, mode: 'validate' | 'overwrite'): readonly string[] {
  return [
    ...['--mode', mode],
    ...['--tenant-id', '00000000-0000-4000-8000-000000000001'],
    ...['--subscription-id', '00000000-0000-4000-8000-000000000002'],
    ...['--resource-group', `broker-${snapshot.title.replaceAll('.', '-')}`],
    ...['--location', snapshot.region],
  ];
}
