import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { routes } from '../../functions/routes.ts';
import { connectionStatuses } from '../../shared/domain/connection.ts';
import { logEvents } from '../../shared/domain/logEvents.ts';
import { at, ofType, only, snapshotOf } from './snapshots.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'infra/queries');
const queries = filesUnder(folder).map((path) => ({
  name: relative(folder, path),
  text: readFileSync(path, 'utf8'),
}));
const each = queries.map((query) => [query.name, query.text] as const);
const catalogue: Readonly<Record<string, readonly string[]>> = logEvents;
const eventsOf = (text: string) => [...text.matchAll(/"event":"(\w+)"/g)].map(([, name = '']) => name);

interface Criterion {
  readonly query: string;
  readonly metricMeasureColumn: string;
  readonly dimensions: readonly { readonly name: string }[];
}

describe('what alerts and workbook ask for', () => {
  test.each(each)('%s asks for one event of the catalogue, or for requests', (_name, text) => {
    const events = eventsOf(text);
    const [table] = text.split('\n');
    expect([table, events.length]).toEqual(table === 'AppRequests' ? ['AppRequests', 0] : ['AppTraces', 1]);
    expect(events.filter((name) => catalogue[name] === undefined)).toEqual([]);
  });

  test.each(each)('%s reads no field that its event lacks', (_name, text) => {
    const [event = ''] = eventsOf(text);
    const read = [...text.matchAll(/\bline\.(\w+)/g)].map(([, field = '']) => field);
    expect(read.filter((field) => !(catalogue[event] ?? []).includes(field))).toEqual([]);
  });

  test.each(each)('%s names functions and statuses that exist', (_name, text) => {
    const functions = [...text.matchAll(/\bName == '(\w+)'/g)].map(([, name = '']) => name);
    expect(functions.filter((name) => routes[name] === undefined)).toEqual([]);
    const statuses = [...text.matchAll(/line\.to\)? (?:==|in) \(?([^)\n]+)/g)].flatMap(([, list = '']) =>
      [...list.matchAll(/'(\w+)'/g)].map(([, status = '']) => status),
    );
    expect(statuses.filter((status) => !connectionStatuses.some((known) => known === status))).toEqual([]);
  });

  test('each query is an alert or part of the workbook', () => {
    const snapshot = snapshotOf('everything');
    const asked = ofType(snapshot, 'Microsoft.Insights/scheduledQueryRules').map(({ properties }) =>
      at((at(properties, 'criteria.allOf') as readonly unknown[])[0], 'query'),
    );
    const workbook = String(at(only(snapshot, 'Microsoft.Insights/workbooks'), 'properties.serializedData'));
    // An expression, in whose literals a quote is doubled.
    const isShown = (text: string) => workbook.includes(`'query', '${text.replaceAll("'", "''")}',`);
    const unused = queries.filter(({ text }) => !asked.includes(text) && !isShown(text));
    expect(unused.map(({ name }) => name)).toEqual([]);
  });

  test('the documentation explains each alert', () => {
    const documented = readFileSync(join(root, 'docs/deploy.md'), 'utf8');
    const names = ofType(snapshotOf('everything'), 'Microsoft.Insights/scheduledQueryRules').map(({ name }) =>
      name.split('-').slice(2).join('-'),
    );
    expect(names.filter((name) => !documented.includes(`| \`${name}\` |`))).toEqual([]);
  });

  test('an alert measures and splits by columns of its query', () => {
    for (const { properties } of ofType(snapshotOf('everything'), 'Microsoft.Insights/scheduledQueryRules')) {
      const [criterion] = at(properties, 'criteria.allOf') as readonly Criterion[];
      const columns = [
        criterion?.metricMeasureColumn,
        ...(criterion?.dimensions ?? []).map(({ name }) => name),
      ];
      for (const column of columns) expect(criterion?.query).toMatch(new RegExp(`\\b${column} = `));
    }
  });
});

test('the broker logs what is in the catalogue', () => {
  const emitted = new Set(
    ['functions', 'shared']
      .flatMap((name) => filesUnder(join(root, name)))
      .filter((path) => /\.tsx?$/.test(path))
      .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/log\.(?:info|warn|error)\(\s*'(\w+)'/g)])
      .map(([, name = '']) => name),
  );
  expect(Object.keys(logEvents).filter((name) => !emitted.has(name))).toEqual([]);
});

function filesUnder(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
