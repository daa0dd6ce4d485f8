import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * As much of `az` as register.sh calls, over a directory kept in the file FAKE_AZ_STATE. The first enterprise
 * application fails, as it does while Entra has not heard of a new app everywhere.
 */
interface Directory {
  apps: Record<string, unknown>[];
  principals: Record<string, unknown>[];
  credentials: Record<string, unknown>[];
  assignments: Record<string, unknown>[];
  /** Methods and hosts of the calls of Graph, in their order. */
  calls: string[];
  refusals: number;
}

const stateFile = process.env.FAKE_AZ_STATE ?? '';
const directory: Directory = existsSync(stateFile)
  ? JSON.parse(readFileSync(stateFile, 'utf8'))
  : { apps: [], principals: [], credentials: [], assignments: [], calls: [], refusals: 1 };
const [command, subcommand, ...rest] = process.argv.slice(2);
const option = (name: string) => rest[rest.indexOf(name) + 1] ?? '';

if (command === 'cloud') console.log(process.env.FAKE_AZ_CLOUD);
else if (command === 'account' && subcommand === 'show') console.log('99999999-9999-4999-8999-999999999999');
else if (command === 'rest') answer(subcommand === '--method' ? (rest[0] ?? '') : '', option('--url'));
else throw new Error(`Not known: ${command} ${subcommand}`);

function answer(method: string, address: string): void {
  const url = new URL(address);
  const body = rest.includes('--body') ? JSON.parse(option('--body')) : {};
  directory.calls.push(`${method} ${url.origin}`);
  const result = dispatch(method, url.pathname.replace('/v1.0/', ''), url.searchParams.get('$filter'), body);
  writeFileSync(stateFile, JSON.stringify(directory));
  if (result === undefined) process.exit(1);
  console.log(JSON.stringify(result));
}

function dispatch(method: string, path: string, filter: string | null, body: Record<string, unknown>) {
  if (path === 'applications') return method === 'GET' ? { value: matching(filter) } : addApp(body);
  if (path === 'applications/object-1') return Object.assign(directory.apps[0] ?? {}, body);
  if (path.startsWith('applications/object-1/federated'))
    return listOrKeep(method, directory.credentials, body, path);
  if (path === 'servicePrincipals') {
    if (method === 'POST' && directory.refusals-- > 0) return undefined;
    return listOrKeep(method, directory.principals, body, path);
  }
  if (path.endsWith('/appRoleAssignedTo')) return listOrKeep(method, directory.assignments, body, path);
  throw new Error(`Not known: ${method} ${path}`);
}

function matching(filter: string | null) {
  const [, name = '', value] = /^(\w+) eq '(.*)'$/.exec(filter ?? '') ?? [];
  return directory.apps.filter((app) => app[name] === value);
}

function addApp(body: Record<string, unknown>) {
  const app = {
    ...body,
    id: 'object-1',
    appId: '88888888-8888-4888-8888-888888888888',
    appRoles: [{ id: 'kept', value: 'Kept.Role' }],
    web: { redirectUris: ['https://kept.contoso.example/'] },
  };
  directory.apps.push(app);
  return app;
}

function listOrKeep(
  method: string,
  kept: Record<string, unknown>[],
  body: Record<string, unknown>,
  path: string,
) {
  if (method === 'GET') return { value: kept };
  if (method === 'PATCH') return Object.assign(kept[0] ?? {}, body);
  const made = { id: `${path.split('/').at(-1)}-${kept.length + 1}`, ...body };
  kept.push(made);
  return made;
}
