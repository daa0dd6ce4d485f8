import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const modules = join(import.meta.dirname, '..', '..', 'node_modules');

/** A way to a browser; undefined where it does not lead to one on this machine. */
type Candidate = () => LaunchOptions | undefined;

const candidates: readonly Candidate[] = [
  packagedChromium,
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser'].map(
    (executablePath) => () => (existsSync(executablePath) ? { executablePath } : undefined),
  ),
  ...['chrome', 'msedge'].map((channel) => () => ({ channel })),
];

/**
 * A headless Chromium: the one that `CHROMIUM_PATH` names, else the one that comes with the packages (Linux on x64),
 * else one of the system. Undefined where there is none; rejects where the named one does not start.
 */
export async function launchChromium(): Promise<Browser | undefined> {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== '') return chromium.launch({ executablePath: named });
  for (const candidate of candidates) {
    const options = candidate();
    const browser = options && (await chromium.launch(options).catch(() => undefined));
    if (browser !== undefined) return browser;
  }
  return undefined;
}

/** Chromium from the package registry, unpacked once beside the packages. */
function packagedChromium(): LaunchOptions | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const folder = unpackOnce();
  if (folder === undefined) return undefined;
  const executablePath = join(folder, 'chromium');
  const libraries = lacksLibraries(executablePath) ? { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') } : {};
  const env = { ...process.env, ...libraries, FONTCONFIG_FILE: join(folder, 'fonts.conf') };
  return { executablePath, env };
}

/** The folder is moved into place when it is complete, so neither an interrupted nor a parallel run can spoil it. */
function unpackOnce(): string | undefined {
  const { version } = JSON.parse(readFileSync(join(modules, '@sparticuz/chromium/package.json'), 'utf8'));
  const cache = join(modules, '.cache');
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const staging = mkdtempSync(join(cache, 'unpacking-'));
  try {
    const unpacking = spawnSync(process.execPath, [join(import.meta.dirname, 'unpackChromium.ts')], {
      env: { ...process.env, NODE_OPTIONS: '', TMPDIR: staging },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (unpacking.status !== 0) return undefined;
    writeFileSync(join(staging, 'fonts.conf'), fontConfiguration(folder));
    renameSync(staging, folder);
  } catch (error) {
    // Another run was faster.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return folder;
}

/** The fonts of the system and, for machines without any, those of the package. */
function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}/fonts/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;
}

function lacksLibraries(executablePath: string): boolean {
  const { stdout } = spawnSync('ldd', [executablePath], { encoding: 'utf8' });
  return stdout?.includes('not found') ?? false;
}
