import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The folder of the templates. */
export const infraFolder = join(import.meta.dirname, '../../infra');

/** Said where there is no Bicep; one line. */
export const bicepMissing =
  'The infrastructure checks did not run: no Bicep. Set BICEP_PATH, put bicep on the PATH, or install the .NET SDK, ' +
  'which gets the version pinned in infra/bicep.csproj.';

export interface BicepAnswer {
  readonly status: number | null;
  readonly stdout: string;
  /** Findings of compiler and linter; empty where there are none. */
  readonly findings: string;
}

/** Values that the parameter files take from the environment of a pipeline. */
const pipelineEnvironment = {
  BROKER_TENANT_ID: '11111111-1111-4111-8111-111111111111',
  BROKER_CLIENT_ID: '22222222-2222-4222-8222-222222222222',
};

/** Bicep by BICEP_PATH, then by PATH, then from NuGet where `dotnet` exists; undefined where none of them has it. */
export function findBicep(): string | undefined {
  const stated = process.env.BICEP_PATH;
  if (stated !== undefined && stated !== '') {
    if (!isExecutable(stated)) throw new Error(`BICEP_PATH names no executable: ${stated}`);
    return stated;
  }
  return onPath('bicep') ?? fromNuGet();
}

/** Runs Bicep in the folder of the templates, with the environment of a pipeline and no more of ours than needed. */
export function runBicep(bicep: string, ...parameters: readonly string[]): BicepAnswer {
  const { status, stdout, stderr, error } = spawnSync(bicep, parameters, {
    cwd: infraFolder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1',
      ...pipelineEnvironment,
    },
  });
  if (error !== undefined) throw error;
  return { status, stdout, findings: stderr.trim() };
}

function onPath(name: string): string | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, file))
    .find(isExecutable);
}

/** The package that infra/bicep.csproj pins, restored where it is missing. It is not marked executable there. */
function fromNuGet(): string | undefined {
  const dotnet = onPath('dotnet');
  if (dotnet === undefined) return undefined;
  const project = join(infraFolder, 'bicep.csproj');
  const run = (...parameters: readonly string[]) => {
    const env = { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' };
    const { status, stdout, stderr } = spawnSync(dotnet, parameters, { encoding: 'utf8', env });
    if (status !== 0) throw new Error(`Bicep could not be restored from NuGet:\n${stdout}\n${stderr}`);
    return stdout;
  };
  const properties = ['NuGetPackageRoot', 'NETCoreSdkPortableRuntimeIdentifier', 'BicepVersion'];
  const locate = () => {
    const answer = run('msbuild', project, ...properties.map((name) => `-getProperty:${name}`));
    const facts = JSON.parse(answer).Properties as Record<string, string>;
    const name = `azure.bicep.commandline.${facts.NETCoreSdkPortableRuntimeIdentifier}`;
    const file = process.platform === 'win32' ? 'bicep.exe' : 'bicep';
    return join(facts.NuGetPackageRoot ?? '', name, facts.BicepVersion ?? '', 'tools', file);
  };
  if (!existsSync(locate())) run('restore', project, '-v:q');
  const bicep = locate();
  if (!isExecutable(bicep)) chmodSync(bicep, 0o755);
  return bicep;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
