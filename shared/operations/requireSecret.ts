import { appKey } from '../domain/app.ts';
import type { Caller } from '../domain/caller.ts';
import type { Settings } from '../domain/connectionSettings.ts';
import type { FieldProblem } from '../domain/errors.ts';
import type { Store } from '../ports.ts';

/** What is told where a client secret is needed and none was stated. */
export const secretMissing: FieldProblem = {
  field: 'clientSecret',
  message: 'Give the value of a client secret of the app (its value, not its secret ID).',
};

/** Who may build on an app without stating its secret; nobody where it is not known. */
export async function buildersOf(
  store: Store,
  { environment, clientId }: Partial<Settings>,
): Promise<readonly string[]> {
  if (environment === undefined || clientId === undefined) return [];
  return (await store.apps.read(appKey(environment, clientId)))?.value.builders ?? [];
}

/** The problem of a form without a secret, told before anything is made; none for those who may leave it empty. */
export type RequireSecret = (
  caller: Caller,
  settings: Partial<Settings>,
  clientSecret: string,
) => Promise<readonly FieldProblem[]>;

export function createRequireSecret(store: Store): RequireSecret {
  return async ({ principalId }, settings, clientSecret) => {
    if (clientSecret !== '' || (await buildersOf(store, settings)).includes(principalId)) return [];
    return [secretMissing];
  };
}
