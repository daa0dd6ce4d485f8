import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, environmentNames } from '../../shared/domain/environment.ts';

/** A resource as Bicep foretells it; what only Azure knows stands there as an expression in brackets. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly [member: string]: unknown;
}

/** What a parameter file deploys. */
export interface Snapshot {
  /** Name of the parameter file without its ending. */
  readonly title: string;
  readonly cloud: Environment;
  readonly region: string;
  /** Path of the parameter file. */
  readonly file: string;
  /** Whether it deploys a network of its own. */
  readonly isPrivate: boolean;
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const root = join(import.meta.dirname, '../..');
const ending = '.bicepparam';

function readSnapshot(folder: string, title: string): Snapshot {
  const text = readFileSync(join(root, folder, `${title}.snapshot.json`), 'utf8');
  const { predictedResources: resources, outputs, diagnostics } = JSON.parse(text);
  if (diagnostics.length > 0) throw new Error(`${title}: ${JSON.stringify(diagnostics)}`);
  const parameters = readFileSync(join(root, folder, `${title}${ending}`), 'utf8');
  const stated = (name: string) => new RegExp(`^param ${name} = '(.+)'$`, 'm').exec(parameters)?.[1] ?? '';
  const cloud = environmentNames.find((name) => name === stated('cloud'));
  if (cloud === undefined) throw new Error(`${title} names no cloud.`);
  return {
    title,
    cloud,
    region: stated('location'),
    file: join(root, folder, `${title}${ending}`),
    isPrivate: /^param network = \{/m.test(parameters),
    resources,
    outputs,
    text,
  };
}

function readFolder(folder: string): readonly Snapshot[] {
  return readdirSync(join(root, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => readSnapshot(folder, file.slice(0, -ending.length)));
}

/** One for each cloud and region. */
export const regions: readonly Snapshot[] = readFolder('infra/params');

/** Every parameter stated. */
export const everything: Snapshot = readSnapshot('test/infra/variants', 'everything');

/** All of them. */
export const snapshots: readonly Snapshot[] = [...regions, everything];

/** The value at a dotted path; undefined where there is none. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, name) =>
        typeof inner === 'object' && inner !== null
          ? (inner as Readonly<Record<string, unknown>>)[name]
          : undefined,
      value,
    );
}

export function ofType(snapshot: Snapshot, type: string): readonly Resource[] {
  return snapshot.resources.filter((resource) => resource.type === type);
}

/** The one resource of that type. */
export function only(snapshot: Snapshot, type: string): Resource {
  const [found, ...others] = ofType(snapshot, type);
  if (found === undefined || others.length > 0)
    throw new Error(`${snapshot.title} has not one ${type} but ${others.length}.`);
  return found;
}

/** The application settings of the function app. */
export function appSettings(snapshot: Snapshot): Readonly<Record<string, string>> {
  const found = ofType(snapshot, 'Microsoft.Web/sites/config').find(({ name }) =>
    name.endsWith('/appsettings'),
  );
  return at(found, 'properties') as Readonly<Record<string, string>>;
}

/** Every string of a value with the names on the way to it. */
export function* strings(
  value: unknown,
  path: readonly string[] = [],
): Generator<{ readonly path: readonly string[]; readonly text: string }> {
  if (typeof value === 'string') yield { path, text: value };
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* strings(inner, [...path, name]);
  }
}
