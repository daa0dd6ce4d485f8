import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');

interface Import {
  readonly file: string;
  readonly target: string;
}

const sources = ['functions', 'shared']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => /\.tsx?$/.test(file));

/** Every import of a file, static or dynamic; relative ones as paths from the root. */
const imports: readonly Import[] = sources.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from\s+|import\s*\(?\s*)'([^']+)'/g)].map(([, target = '']) => ({
    file,
    target: target.startsWith('.') ? normalize(join(dirname(file), target)) : target,
  }));
});

const importers = (matches: (target: string) => boolean) =>
  imports.filter(({ target }) => matches(target)).map(({ file }) => file);
const outside = (files: readonly string[], rooms: readonly string[]) =>
  [...new Set(files)].filter((file) => !rooms.some((room) => file === room || file.startsWith(`${room}/`)));

/** Each SDK and the one room that may import it. */
const rooms: readonly [sdk: string, ...rooms: readonly string[]][] = [
  ['@azure/functions', 'functions'],
  ['@azure/msal-node', 'shared/adapters/entra'],
  ['@azure/keyvault-secrets', 'shared/adapters/keyVault'],
  ['@azure/data-tables', 'shared/adapters/tableStorage'],
  ['@azure/identity', 'shared/adapters'],
  ['jose', 'shared/adapters/callers'],
  ['preact', 'functions/pages'],
  ['preact-render-to-string', 'functions/pages'],
];

describe('the direction of imports', () => {
  test.each(rooms)('%s is imported in its room alone', (sdk, ...allowed) => {
    const files = importers((target) => target === sdk || target.startsWith(`${sdk}/`));
    expect(files).not.toEqual([]);
    expect(outside(files, allowed)).toEqual([]);
  });

  test('the Functions runtime is imported for registration in one file; elsewhere only its types', () => {
    const values = sources.filter((file) =>
      /import\s+\{(?!\s*type\b)[^}]*\}\s+from '@azure\/functions'/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
    expect(values).toEqual(['functions/index.ts']);
  });

  test.each([
    ['shared/domain', ['shared/domain']],
    [
      'shared/operations',
      ['shared/domain', 'shared/operations', 'shared/ports.ts', 'shared/sealing.ts', 'shared/secrets.ts'],
    ],
    ['shared/adapters', ['shared/domain', 'shared/adapters', 'shared/ports.ts']],
  ])('%s imports nothing of the project but %j', (folder, allowed) => {
    const own = imports.filter(
      ({ file, target }) => file.startsWith(`${folder}/`) && /^(shared|functions|test)\//.test(target),
    );
    expect(own).not.toEqual([]);
    expect(
      outside(
        own.map(({ target }) => target),
        allowed,
      ),
    ).toEqual([]);
  });

  test('shared knows nothing of the edge, and the product nothing of its tests', () => {
    expect(
      imports.filter(({ file, target }) => file.startsWith('shared/') && target.startsWith('functions/')),
    ).toEqual([]);
    expect(imports.filter(({ target }) => target.startsWith('test/'))).toEqual([]);
  });

  test('the domain does no I/O', () => {
    const domain = imports
      .filter(({ file }) => file.startsWith('shared/domain/'))
      .map(({ target }) => target);
    expect(domain.filter((target) => /^node:(?!crypto)/.test(target))).toEqual([]);
  });

  test('only the table of environments names hosts of Microsoft', () => {
    const hosts = /login\.(microsoftonline|partner)|graph\.microsoft\.(com|us)|microsoftgraph\.|dod-graph\./;
    const named = sources.filter((file) => codeOf(file).some((line) => hosts.test(line)));
    expect(named).toEqual(['shared/domain/environment.ts']);
  });

  test('every file has one subject: none passes 300 lines', () => {
    const long = sources.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 301);
    expect(long.map((file) => relative(root, join(root, file)))).toEqual([]);
  });
});

/** The lines of a file without its comments. */
function codeOf(file: string): string[] {
  return readFileSync(join(root, file), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s)\/\/.*$/, ''));
}
