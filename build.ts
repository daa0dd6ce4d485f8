import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

/** Writes `dist/` exactly as it is deployed: one bundle, its licence notices, the static files, and two JSON files. */
const root = import.meta.dirname;
const dist = join(root, 'dist');
const options: BuildOptions = {
  absWorkingDir: root,
  entryPoints: ['functions/index.ts'],
  outfile: 'dist/index.cjs',
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  metafile: true,
  // The host provides it at run time.
  external: ['@azure/functions-core'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const { metafile } = await build(options);
const { name, version, engines } = readJson(join(root, 'package.json'));
writeJson('package.json', { name, version, engines, private: true, main: 'index.cjs' });
cpSync(join(root, 'host.json'), join(dist, 'host.json'));
cpSync(join(root, 'functions/pages/assets'), join(dist, 'assets'), { recursive: true });
writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), licenceNotices(Object.keys(metafile?.inputs ?? {})));

/** One notice for each package of which anything is in the bundle. */
function licenceNotices(inputs: readonly string[]): string {
  const folders = new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined));
  return [...folders]
    .sort()
    .map((folder) => {
      const facts = readJson(join(root, folder, 'package.json'));
      const licence = readdirSync(join(root, folder)).find((file) => /^licen[cs]e/i.test(file));
      const text = licence === undefined ? '' : readFileSync(join(root, folder, licence), 'utf8').trim();
      return `${facts.name} ${facts.version} (${facts.license})\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** The innermost `node_modules/name` or `node_modules/@scope/name` of a file. */
function packageFolder(file: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(`${dirname(file)}/`)?.[1];
}

function readJson(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(join(dist, file), `${JSON.stringify(value, null, 2)}\n`);
}
