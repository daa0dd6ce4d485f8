import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { regionFiles } from './parameterFiles.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const workflows = readdirSync(join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`);
const pipelines = readdirSync(join(root, 'infra/pipelines')).map((name) => `infra/pipelines/${name}`);
const titles = regionFiles.map(({ title }) => title).sort();

/** Regions that the workflow deploys, those of its matrix among them. */
function regionsOfWorkflow(): readonly string[] {
  return read('.github/workflows/deploy.yml')
    .split(/^ {2}(?=\S)/m)
    .flatMap((job) => {
      const [, region = ''] = /^ {6}region: (.+)$/m.exec(job) ?? [];
      const [, matrix = ''] = /^ {8}region: \[(.+)\]$/m.exec(job) ?? [];
      const place = '$' + '{{ matrix.region }}';
      if (region === '') return [];
      return region.includes(place) ? matrix.split(', ').map((one) => region.replace(place, one)) : [region];
    });
}

describe('the pipelines', () => {
  test('GitHub Actions deploys every region', () => {
    expect([...regionsOfWorkflow()].sort()).toEqual(titles);
  });

  test('Azure DevOps deploys every region, each after one that there is', () => {
    const text = read('infra/pipelines/azure-pipelines.yml');
    const stages = [...text.matchAll(/region: ([\w.-]+), after: \[(\w+)\]/g)];
    expect(stages.map(([, region]) => region).sort()).toEqual(titles);
    const names = ['build', ...titles.map((title) => title.replaceAll(/[.-]/g, '_'))];
    expect(stages.filter(([, , after = '']) => !names.includes(after))).toEqual([]);
  });

  test.each(workflows)('%s takes actions by commit alone', (path) => {
    const used = [...read(path).matchAll(/uses: (\S+)/g)].map(([, action = '']) => action);
    expect(used.filter((action) => !/^\.\/|@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });

  test.each([...workflows, ...pipelines])('%s keeps no credential', (path) => {
    expect(read(path)).not.toMatch(/secrets\.|creds:|client-secret|AZURE_CREDENTIALS|password/i);
  });

  test('azd deploys a region that there is', () => {
    const text = read('azure.yaml');
    expect(text).toContain('path: infra/params\n');
    expect(titles).toContain(/module: (.+)/.exec(text)?.[1]);
  });
});
