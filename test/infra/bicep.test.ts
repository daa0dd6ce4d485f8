import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { environmentNames, environments } from '../../shared/domain/environment.ts';
import { bicepMissing, findBicep, infraFolder, runBicep } from './bicep.ts';
import { regionFiles, snapshotCommand, snapshotPath, variantFiles } from './parameterFiles.ts';

const bicep = findBicep();
const parameterFiles = [...regionFiles, ...variantFiles];
const nothingFound = { status: 0, stdout: '', findings: '' };
const minute = 60_000;

if (bicep === undefined) {
  test('Bicep is there', () => {
    if (process.env.CI === 'true') throw new Error(bicepMissing);
    process.stderr.write(`${bicepMissing}\n`);
  });
} else {
  describe('what Bicep says', () => {
    test(
      'compiler and linter find nothing in any file',
      () => {
        expect(runBicep(bicep, 'lint', '--pattern', '**/*.bicep')).toEqual(nothingFound);
      },
      minute,
    );

    test(
      'the template builds',
      () => {
        const { status, stdout, findings } = runBicep(bicep, 'build', 'main.bicep', '--stdout');
        expect({ status, findings }).toEqual({ status: 0, findings: '' });
        expect(JSON.parse(stdout).parameters).toHaveProperty('cloud');
      },
      minute,
    );

    test(
      'every parameter file builds',
      () => {
        const folder = mkdtempSync(join(tmpdir(), 'parameters-'));
        try {
          const built = runBicep(
            bicep,
            'build-params',
            '--pattern',
            'params/*.bicepparam',
            '--outdir',
            folder,
          );
          expect(built).toEqual(nothingFound);
          expect(readdirSync(folder)).toHaveLength(regionFiles.length);
        } finally {
          rmSync(folder, { recursive: true });
        }
      },
      minute,
    );

    // `npm run infra:snapshot` writes them anew; the diff then shows what a change does.
    test.each(parameterFiles.map((file) => [file.title, file] as const))(
      '%s deploys what its snapshot shows',
      (_title, file) => {
        expect(runBicep(bicep, ...snapshotCommand(file, 'validate'))).toEqual(nothingFound);
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

test('every parameter file has its snapshot, and no snapshot is left over', () => {
  const folders = [...new Set(parameterFiles.map(({ path }) => dirname(path)))];
  const kept = folders
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('.json'))
    .map((path) => relative(infraFolder, path));
  const wanted = parameterFiles.map((file) => relative(infraFolder, snapshotPath(file)));
  expect(kept.sort()).toEqual(wanted.sort());
});
