import { readFileSync } from 'node:fs';
import { type ParameterFile, regionFiles, snapshotPath, variantFiles } from './parameterFiles.ts';

/** A resource as Bicep foretells it; what only Azure knows stands there as an expression in brackets. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly [member: string]: unknown;
}

/** What a parameter file deploys. */
export interface Snapshot extends ParameterFile {
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The whole snapshot as it is committed. */
  readonly text: string;
}

function readSnapshot(file: ParameterFile): Snapshot {
  const text = readFileSync(snapshotPath(file), 'utf8');
  const { predictedResources: resources, outputs, diagnostics } = JSON.parse(text);
  if (diagnostics.length > 0) throw new Error(`${file.title}: ${JSON.stringify(diagnostics)}`);
  return { ...file, resources, outputs, text };
}

/** One for each cloud and region. */
export const regions: readonly Snapshot[] = regionFiles.map(readSnapshot);

/** All of them, the one that states every parameter among them. */
export const snapshots: readonly Snapshot[] = [...regions, ...variantFiles.map(readSnapshot)];

/** The snapshot of that name. */
export function snapshotOf(title: string): Snapshot {
  const found = snapshots.find((snapshot) => snapshot.title === title);
  if (found === undefined) throw new Error(`There is no snapshot ${title}.`);
  return found;
}

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
  const found = ofType(snapshot, type);
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(`${snapshot.title} has ${found.length} of ${type} instead of one.`);
  }
  return first;
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

/** Whether Azure alone knows the value. */
export function isExpression(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('[');
}

/** Id of what an extension resource (assignment, lock, diagnostic setting) is attached to. */
export function idOfTarget(id: string): string {
  return id.slice(0, id.lastIndexOf('/providers/'));
}

/** Type of what an extension resource is attached to. */
export function typeOfTarget(id: string): string {
  const [provider, ...rest] = (idOfTarget(id).split('/providers/').at(-1) ?? '').split('/');
  return [provider, ...rest.filter((_part, index) => index % 2 === 0)].join('/');
}
