const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const fields = [
  { name: 'second', low: 0, high: 59, words: [] },
  { name: 'minute', low: 0, high: 59, words: [] },
  { name: 'hour', low: 0, high: 23, words: [] },
  { name: 'day', low: 1, high: 31, words: [] },
  { name: 'month', low: 1, high: 12, words: months },
  { name: 'day of week', low: 0, high: 6, words: weekdays },
] as const;

type Field = (typeof fields)[number];

/** A schedule: the next instant, in UTC, after a given one. */
export interface Ncrontab {
  next(after: Date): Date;
}

/**
 * Parses an NCRONTAB expression, `{second} {minute} {hour} {day} {month} {day of week}`; with five fields
 * the second is 0. Throws for one that is malformed or never comes due.
 * @see https://learn.microsoft.com/en-us/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
 */
export function parseNcrontab(expression: string): Ncrontab {
  const given = expression.trim().split(/\s+/);
  const texts = given.length === 5 ? ['0', ...given] : given;
  if (texts.length !== 6) throw new Error(`'${expression}' is no NCRONTAB expression of six fields.`);
  const sets = fields.map((field, index) => readField(texts[index] ?? '', field, expression));
  const next = (after: Date) => nextInstant(sets as Sets, after, expression);
  next(new Date(0));
  return { next };
}

type Sets = [
  Set<number>,
  minutes: Set<number>,
  hours: Set<number>,
  days: Set<number>,
  months: Set<number>,
  weekdays: Set<number>,
];

function readField(text: string, field: Field, expression: string): Set<number> {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const range = readRange(item, field);
    if (!range) throw new Error(`'${item}' is no ${field.name} in the schedule '${expression}'.`);
    for (let value = range.low; value <= range.high; value += range.step) values.add(value);
  }
  return values;
}

/** `*`, `5`, `1-5`, `MON-FRI`, each with a step behind a slash or without; undefined for anything else. */
function readRange(item: string, field: Field) {
  const [, range = '', from = '', to, stride] = /^(\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item) ?? [];
  const step = Number(stride ?? 1);
  const low = range === '*' ? field.low : readValue(from, field);
  const openEnded = range === '*' || (to === undefined && stride !== undefined);
  const high = openEnded ? field.high : readValue(to ?? from, field);
  return low === undefined || high === undefined || high < low || step < 1 ? undefined : { low, high, step };
}

function readValue(word: string, field: Field): number | undefined {
  const position = (field.words as readonly string[]).indexOf(word.toUpperCase());
  if (position >= 0) return position + field.low;
  const value = /^\d+$/.test(word) ? Number(word) : -1;
  return value >= field.low && value <= field.high ? value : undefined;
}

const dayMilliseconds = 86_400_000;
/** Leap days come round within eight years, also across a century year. */
const searchedDays = 366 * 9;

function nextInstant(sets: Sets, after: Date, expression: string): Date {
  const [, , , days, wantedMonths, wantedWeekdays] = sets;
  const start = new Date((Math.floor(after.getTime() / 1000) + 1) * 1000);
  const firstDay = Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate());
  for (let offset = 0; offset < searchedDays; offset += 1) {
    const day = new Date(firstDay + offset * dayMilliseconds);
    const wanted =
      days.has(day.getUTCDate()) &&
      wantedMonths.has(day.getUTCMonth() + 1) &&
      wantedWeekdays.has(day.getUTCDay());
    const second = wanted ? firstSecond(sets, offset === 0 ? start.getTime() - firstDay : 0) : undefined;
    if (second !== undefined) return new Date(day.getTime() + second * 1000);
  }
  throw new Error(`The schedule '${expression}' never comes due.`);
}

/** The first second of a day, from a time of that day in milliseconds on, that the schedule names. */
function firstSecond([seconds, minutes, hours]: Sets, fromMilliseconds: number): number | undefined {
  const from = fromMilliseconds / 1000;
  for (let hour = Math.floor(from / 3600); hour < 24; hour += 1) {
    if (!hours.has(hour)) continue;
    for (let minute = 0; minute < 60; minute += 1) {
      if (!minutes.has(minute)) continue;
      const base = hour * 3600 + minute * 60;
      const second = base + 60 <= from ? undefined : earliest(seconds, Math.max(0, from - base));
      if (second !== undefined) return base + second;
    }
  }
  return undefined;
}

function earliest(seconds: Set<number>, from: number): number | undefined {
  for (let second = from; second < 60; second += 1) if (seconds.has(second)) return second;
  return undefined;
}
