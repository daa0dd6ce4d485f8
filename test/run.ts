import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** `npm test`: type check, lint and format check, the package as it is deployed, then every test against it. */
const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

interface Step {
  readonly title: string;
  readonly command: string;
  readonly parameters: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const steps: readonly Step[] = [
  { title: 'Type check', command: bin('tsc'), parameters: ['-p', '.'] },
  { title: 'Lint and format check', command: bin('biome'), parameters: ['ci', '--error-on-warnings', '.'] },
  { title: 'Package', command: process.execPath, parameters: ['build.ts'] },
  {
    title: 'Tests',
    command: process.execPath,
    parameters: ['node_modules/jest/bin/jest.js', ...process.argv.slice(2)],
    environment: {
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
      TZ: 'UTC',
    },
  },
];

for (const { title, command, parameters, environment } of steps) {
  console.log(`\n${title}`);
  const { status, error } = spawnSync(command, parameters, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  if (status !== 0) {
    console.error(`\n${title} failed${error === undefined ? '' : `: ${error.message}`}.`);
    process.exit(status ?? 1);
  }
}
