import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');

/** GitHub's own language service imports JSON in a way that only bundlers understand. */
test('GitHub finds nothing in its workflows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'workflows-'));
  try {
    const outfile = join(folder, 'lint.mjs');
    await build({
      entryPoints: [join(import.meta.dirname, 'support/lintWorkflows.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      mainFields: ['module', 'main'],
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      logLevel: 'error',
    });
    const { stdout, stderr } = spawnSync(process.execPath, [outfile, root], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const { files, findings } = JSON.parse(stdout);
    expect(files).toEqual(readdirSync(join(root, '.github/workflows')));
    expect(findings).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
