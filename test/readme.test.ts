import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { routes } from '../functions/routes.ts';
import { settings } from '../shared/config.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const packageJson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

test('the README lists every setting with its default and what it is for', () => {
  const rows = settings.map((setting) => {
    const value = setting.required
      ? '*required*'
      : 'default' in setting && setting.default
        ? `\`${setting.default}\``
        : '';
    return `| \`${setting.name}\` | ${value} | ${setting.description} |`;
  });
  const table = ['| Setting | Default | What it is for |', '|---|---|---|', ...rows].join('\n');
  const between = /<!-- settings: begin -->\n([\s\S]*?)\n?<!-- settings: end -->/.exec(readme)?.[1];
  expect(between).toBe(table);
});

test('the README names every call of the API', () => {
  const paths = Object.values(routes).filter(
    ({ route }) => route.startsWith('api/v1/') || route.startsWith('health'),
  );
  for (const { route } of paths) {
    const shown = `/${route.replace('{connectionId}', '{id}')}`;
    const last = `/${route.split('/').at(-1)}`;
    expect(readme.includes(shown) || readme.includes(`\`${last}\``)).toBe(true);
  }
});

test('the README says what each dependency is for', () => {
  const names = [...Object.keys(packageJson.dependencies), ...Object.keys(packageJson.devDependencies)];
  for (const name of names) expect(readme).toContain(`\`${name}\``);
});
