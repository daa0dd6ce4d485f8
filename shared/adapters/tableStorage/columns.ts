import type { TableEntityResult } from '@azure/data-tables';
import { BrokerError } from '../../domain/errors.ts';
import type { Place } from './keys.ts';

export type Row = TableEntityResult<Record<string, unknown>>;
export type Entity = Place & Record<string, unknown>;

/** How one property of a value is kept in a column of the same name. */
export interface Column<T> {
  write(value: T): string | number | boolean | Date;
  read(stored: unknown): T;
}

/** A column for every property of a value, so that a property nobody mapped does not compile. */
export type Columns<T> = { readonly [K in keyof T]-?: Column<Exclude<T[K], undefined>> };

const asIs = <T extends string | number | boolean | Date>(): Column<T> => ({
  write: (value) => value,
  read: (stored) => stored as T,
});

export const text = <T extends string = string>(): Column<T> => asIs<T>();
/** Whole numbers of 32 bits (Edm.Int32). */
export const integer: Column<number> = asIs<number>();
export const boolean: Column<boolean> = asIs<boolean>();
/** Edm.DateTime. */
export const instant: Column<Date> = asIs<Date>();

/** Anything else, as JSON text; the properties named are instants, at any depth. */
export const json = <T>(...instants: readonly string[]): Column<T> => ({
  write: (value) => JSON.stringify(value),
  read: (stored) =>
    JSON.parse(String(stored), (key, value) =>
      instants.includes(key) && typeof value === 'string' ? new Date(value) : value,
    ) as T,
});

/** UTF-16 units in one string property (64 KiB). */
const longestText = 32_768;

function written(name: string, column: Column<unknown>, value: unknown): string | number | boolean | Date {
  const stored = column.write(value);
  if (typeof stored === 'string' && stored.length > longestText) {
    throw new BrokerError(
      'invalid_request',
      `"${name}" is too long to be stored: ${stored.length} characters, where ${longestText} fit.`,
    );
  }
  return stored;
}

/**
 * A value as an entity; undefined properties get no column.
 * @throws BrokerError `invalid_request` where a property is longer than a column.
 */
export function toEntity<T extends object>(columns: Columns<T>, place: Place, value: T): Entity {
  const entity: Record<string, unknown> = {};
  for (const [name, column] of Object.entries<Column<unknown>>(columns as Record<string, Column<unknown>>)) {
    const property = (value as Record<string, unknown>)[name];
    if (property !== undefined) entity[name] = written(name, column, property);
  }
  return { ...entity, ...place };
}

/** The value of an entity; columns that this version does not know, and absent ones, are left out. */
export function fromRow<T extends object>(columns: Columns<T>, row: Row): T {
  const value: Record<string, unknown> = {};
  for (const [name, column] of Object.entries<Column<unknown>>(columns as Record<string, Column<unknown>>)) {
    const stored = row[name];
    if (stored !== undefined && stored !== null) value[name] = column.read(stored);
  }
  return value as T;
}
