import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Environment, environmentNames } from '../../shared/domain/environment.ts';
import { infraFolder } from './bicep.ts';

/** A parameter file: one deployment. */
export interface ParameterFile {
  /** Its name without the ending. */
  readonly title: string;
  readonly path: string;
  readonly cloud: Environment;
  readonly region: string;
  /** Whether it deploys a network of its own. */
  readonly isPrivate: boolean;
}

const ending = '.bicepparam';

function readParameterFile(folder: string, name: string): ParameterFile {
  const path = join(folder, name);
  const text = readFileSync(path, 'utf8');
  const stated = (parameter: string) =>
    new RegExp(`^param ${parameter} = '(.+)'$`, 'm').exec(text)?.[1] ?? '';
  const cloud = environmentNames.find((one) => one === stated('cloud'));
  if (cloud === undefined) throw new Error(`${name} names no cloud.`);
  return {
    title: name.slice(0, -ending.length),
    path,
    cloud,
    region: stated('location'),
    isPrivate: /^param network = \{/m.test(text),
  };
}

function readFolder(folder: string): readonly ParameterFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => readParameterFile(folder, name));
}

/** One for each cloud and region. */
export const regionFiles = readFolder(join(infraFolder, 'params'));

/** Kept for tests: every parameter stated. */
export const variantFiles = readFolder(join(import.meta.dirname, 'variants'));

/** Where the snapshot of a parameter file is. */
export function snapshotPath({ path }: ParameterFile): string {
  return path.replace(ending, '.snapshot.json');
}

/** What `bicep snapshot` is called with: ids of nobody, so that names come out the same everywhere. */
export function snapshotCommand(file: ParameterFile, mode: 'validate' | 'overwrite'): readonly string[] {
  return [
    ...['snapshot', relative(infraFolder, file.path), '--mode', mode],
    ...['--tenant-id', '00000000-0000-4000-8000-000000000001'],
    ...['--subscription-id', '00000000-0000-4000-8000-000000000002'],
    ...['--resource-group', `broker-${file.title.replaceAll('.', '-')}`],
    ...['--location', file.region],
  ];
}
