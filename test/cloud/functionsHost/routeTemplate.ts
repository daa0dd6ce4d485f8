/** Values of the parameters in a path that matched; what was left out is absent. */
export type RouteParameters = Record<string, string>;
export type RouteMatcher = (path: string) => RouteParameters | undefined;

interface Parameter {
  name: string;
  catchAll: boolean;
  optional: boolean;
  constraints: ((value: string) => boolean)[];
}

const numeric = (argument: string) => argument.split(',').map(Number);

/** Inline constraints of ASP.NET Core routing, those that routes of Functions use. */
const constraintsByName: Record<string, (argument: string) => (value: string) => boolean> = {
  guid: () => (value) =>
    /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|\([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\))$/i.test(
      value,
    ),
  int: () => (value) => /^[+-]?\d+$/.test(value) && Math.abs(Number(value)) <= 0x7fffffff,
  long: () => (value) => /^[+-]?\d{1,19}$/.test(value),
  bool: () => (value) => /^(?:true|false)$/i.test(value),
  alpha: () => (value) => /^[a-z]*$/i.test(value),
  length: (argument) => {
    const [low = 0, high = low] = numeric(argument);
    return (value) => value.length >= low && value.length <= high;
  },
  minlength: (argument) => (value) => value.length >= Number(argument),
  maxlength: (argument) => (value) => value.length <= Number(argument),
  min: (argument) => (value) => Number(value) >= Number(argument),
  max: (argument) => (value) => Number(value) <= Number(argument),
  range: (argument) => {
    const [low = 0, high = 0] = numeric(argument);
    return (value) => Number(value) >= low && Number(value) <= high;
  },
  regex: (argument) => {
    const pattern = new RegExp(argument.replaceAll('{{', '{').replaceAll('}}', '}'), 'i');
    return (value) => pattern.test(value);
  },
  required: () => (value) => value !== '',
};

function readConstraint(source: string): (value: string) => boolean {
  const [, name = '', argument = ''] = /^(\w+)(?:\((.*)\))?$/s.exec(source) ?? [];
  const make = constraintsByName[name.toLowerCase()];
  if (!make) throw new Error(`The route constraint '${source}' is not known.`);
  return make(argument);
}

/** Splits at colons that stand outside of parentheses. */
function splitConstraints(source: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of source) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ':' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

function readParameter(inner: string): Parameter {
  const catchAll = inner.startsWith('*');
  const body = inner.replace(/^\*{1,2}/, '');
  const optional = body.endsWith('?');
  const [name = '', ...constraints] = splitConstraints(optional ? body.slice(0, -1) : body);
  if (!/^\w+$/.test(name)) throw new Error(`The route parameter name '${name}' is invalid.`);
  return { name, catchAll, optional, constraints: constraints.map(readConstraint) };
}

/** Index behind the brace that closes the one at `start`; doubled braces inside belong to a regex. */
function closingBrace(template: string, start: number): number {
  let depth = 0;
  for (let index = start; index < template.length; index += 1) {
    if (template[index] === '{') depth += 1;
    if (template[index] === '}') depth -= 1;
    if (depth === 0) return index;
  }
  throw new Error(`The route template '${template}' has an unclosed brace.`);
}

/** Literal text and parameters in turn; slashes within a constraint do not separate segments. */
function readTemplate(template: string): (string | Parameter)[] {
  const parts: (string | Parameter)[] = [];
  let rest = 0;
  for (let open = template.indexOf('{'); open >= 0; open = template.indexOf('{', rest)) {
    if (open > rest) parts.push(template.slice(rest, open));
    const close = closingBrace(template, open);
    parts.push(readParameter(template.slice(open + 1, close)));
    rest = close + 1;
  }
  if (rest < template.length) parts.push(template.slice(rest));
  return parts;
}

const escapeLiteral = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function patternOf(parts: readonly (string | Parameter)[]): string {
  const pattern = parts.reduce<string>((before, part) => {
    if (typeof part === 'string') return before + escapeLiteral(part);
    const value = part.catchAll ? '.*' : '[^/]+';
    // The slash in front goes with what may be left out.
    if ((part.catchAll || part.optional) && before.endsWith('/'))
      return `${before.slice(0, -1)}(?:/(${value}))?`;
    return `${before}(${value}?)`;
  }, '');
  const last = parts.at(-1);
  const open = typeof last === 'object' && last.catchAll;
  return `^${pattern}${open ? '' : '/?'}$`;
}

/**
 * Compiles a route template as ASP.NET Core writes it (`items/{id:guid}`, `{name?}`, `{*path}`) into a
 * matcher of decoded paths that begin with a slash. Matching ignores case and one trailing slash.
 */
export function compileRoute(template: string): RouteMatcher {
  const trimmed = template.replace(/^\/|\/$/g, '');
  const parts = readTemplate(`/${trimmed}`);
  const parameters = parts.filter((part) => typeof part === 'object');
  const pattern = new RegExp(patternOf(parts), 'is');
  return (path) => {
    const match = pattern.exec(path);
    return match ? readParameters(parameters, match) : undefined;
  };
}

function readParameters(
  parameters: readonly Parameter[],
  match: RegExpExecArray,
): RouteParameters | undefined {
  const values: RouteParameters = {};
  for (const [index, parameter] of parameters.entries()) {
    const value = match[index + 1];
    if (value === undefined || value === '') continue;
    if (!parameter.constraints.every((satisfied) => satisfied(value))) return undefined;
    values[parameter.name] = value;
  }
  return values;
}
