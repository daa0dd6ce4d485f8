import type { Connection } from '../shared/domain/connection.ts';
import { type Connector, connectors } from '../shared/domain/connectors.ts';
import type { Environment } from '../shared/domain/environment.ts';
import type { FieldProblem } from '../shared/domain/errors.ts';
import { defaultScopes } from '../shared/domain/scopes.ts';
import type { TypedSettings } from '../shared/operations/beginAuthorization.ts';
import type { AuthenticationView, FormField } from './pages/views.ts';
import { clientSecret as clientSecretSchema } from './schemas.ts';

/** The authentication screen as it was sent. The secret is taken out of it once and goes to nobody's browser again. */
export interface SentForm {
  readonly name: string;
  readonly environment: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: string;
  readonly presets: readonly string[];
  /** One principal id a line. */
  readonly access: string;
}

/** Reads the fields of the screen; what is missing is empty. */
export function sentForm(form: URLSearchParams): SentForm {
  const field = (name: string) => form.get(name)?.trim() ?? '';
  return {
    name: field('name'),
    environment: field('environment'),
    tenantId: field('tenantId'),
    clientId: field('clientId'),
    clientSecret: field('clientSecret'),
    scopes: field('scopes'),
    presets: form.getAll('preset'),
    access: field('access'),
  };
}

/** The screen before anybody typed: the connector's minimum, and what is known of the connection. */
export function blankForm(
  connector: Connector,
  offered: readonly Environment[],
  connection?: Connection,
): SentForm {
  return {
    name: connection?.name ?? `My ${connectors[connector].title} connection`,
    environment:
      connection?.environment ?? (offered.includes('office365') ? 'office365' : (offered[0] ?? '')),
    tenantId: connection?.tenant ?? 'common',
    clientId: connection?.clientId ?? '',
    clientSecret: '',
    scopes: (connection?.requestedScopes ?? defaultScopes(connector)).join(' '),
    presets: [],
    access: connection?.access.map((entry) => entry.principalId).join('\n') ?? '',
  };
}

/** What goes on to the operation: the ticked presets added to the scopes typed. */
export function typedSettings(form: SentForm, connector: Connector): TypedSettings {
  const ticked = connectors[connector].presets.filter((preset) => form.presets.includes(preset.name));
  const scopes = [form.scopes, ...ticked.flatMap((preset) => preset.scopes)].join(' ').trim();
  const { environment, tenantId, clientId, clientSecret } = form;
  return { environment, tenantId: tenantId === '' ? 'common' : tenantId, clientId, clientSecret, scopes };
}

/** What is wrong with the secret as typed; the operation checks the other settings, and whether one is needed. */
export function secretProblems({ clientSecret }: SentForm): readonly FieldProblem[] {
  if (clientSecret === '') return [];
  const { error } = clientSecretSchema.safeParse(clientSecret);
  return (error?.issues ?? []).map(({ message }) => ({ field: 'clientSecret', message }));
}

/** Where the screen is shown and what is fixed on it. */
export type FormSetting = Pick<
  AuthenticationView,
  'viewer' | 'action' | 'hidden' | 'submitLabel' | 'offeredEnvironments' | 'redirectUri' | 'invitation'
> & {
  readonly connector: Connector;
  readonly connection?: Connection | undefined;
  /** Whether name and access list may be edited here. */
  readonly own: boolean;
};

/** The view of the screen: what was typed is still there, the secret excepted, and each problem is at its field. */
export function authenticationView(
  form: SentForm,
  setting: FormSetting,
  problems: readonly FieldProblem[] = [],
): AuthenticationView {
  const { connection, own, ...frame } = setting;
  const problemAt = (name: string) =>
    problems
      .filter(({ field }) => field === name || field.startsWith(`${name}.`))
      .map(({ message }) => message)
      .join(' ');
  const field = (name: keyof SentForm & string, fixed: boolean): FormField => {
    const problem = problemAt(name);
    const known = blankForm(setting.connector, setting.offeredEnvironments, connection);
    return { value: String(fixed ? known[name] : form[name]), fixed, ...(problem === '' ? {} : { problem }) };
  };
  const isFixed = (name: string) => connection !== undefined && name in connection.statedFields;
  const secretProblem = problemAt('clientSecret');
  const elsewhere = problems.filter(({ field: name }) => !Object.hasOwn(form, name.split('.')[0] ?? ''));
  return {
    ...frame,
    name: field('name', !own || isFixed('name')),
    environment: field('environment', isFixed('environment')),
    clientId: field('clientId', isFixed('clientId')),
    clientSecret: {
      fixed:
        connection?.statedCredential !== undefined || isFixed('clientSecret') || isFixed('clientSecretRef'),
      optional: false,
      ...(secretProblem === '' ? {} : { problem: secretProblem }),
    },
    scopes: field('scopes', isFixed('scopes')),
    presets: form.presets,
    tenantId: field('tenantId', isFixed('tenantId')),
    ...(own ? { access: field('access', isFixed('access')) } : {}),
    ...(elsewhere.length === 0 ? {} : { problem: elsewhere.map(({ message }) => message).join(' ') }),
  };
}
