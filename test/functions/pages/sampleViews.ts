import type {
  AuthenticationView,
  ConnectionsView,
  ConnectionView,
  DeleteView,
  FailureView,
  FormField,
  MessageView,
  ReplayView,
  ResultView,
  Viewer,
} from '../../../functions/pages/views.ts';
import type { Connection, ConnectionEvent } from '../../../shared/domain/connection.ts';
import { environmentNames } from '../../../shared/domain/environment.ts';

/** Turns every free text of a sample into another, so that a test can make all of them hostile. */
export type Spoil = (text: string) => string;

const asItIs: Spoil = (text) => text;
const at = (text: string) => new Date(text);

export const ownerId = '6f0c2a9e-1c3b-4d77-9a55-2f4b8f0d1e11';
const runnerId = 'b7d1f8a4-52c0-4a06-8f0e-94c1d2a7e322';
const connectionId = '0d9c4e6a-7f1b-4c58-b2de-5a1f3e7c9b01';
const redirectUri = 'https://broker.contoso.example/provisioning_/callback';

export function viewer(spoil = asItIs): Viewer {
  return {
    displayName: spoil('Maria Vogel'),
    username: spoil('maria.vogel@contoso.example'),
    csrfToken: spoil('csrf-token-1'),
  };
}

export function connection(spoil = asItIs, changes: Partial<Connection> = {}): Connection {
  return {
    id: connectionId,
    name: spoil('Invoices mailbox'),
    connector: 'outlook365',
    environment: 'office365',
    tenant: spoil('contoso.example'),
    clientId: spoil('2c1e7a60-9b1d-4a4f-8c55-7fd0e7b1a9c3'),
    requestedScopes: [
      'openid',
      'offline_access',
      spoil('Mail.Read'),
      spoil('Mail.Read.Shared'),
      'Calendars.Read',
    ],
    grantedScopes: [spoil('Mail.Read'), spoil('Mail.Read.Shared')],
    statedCredential: { kind: 'sealed', sealed: 'sealed-client-secret', statedBy: ownerId },
    account: {
      oid: spoil('d4a1c0de-3b7e-4f7c-a1b2-0c9d8e7f6a55'),
      tid: spoil('8f3f2b1a-6c5d-4e7f-9a0b-1c2d3e4f5a66'),
      username: spoil('invoices@contoso.example'),
    },
    accountConfirmed: true,
    owner: ownerId,
    ownerName: spoil('Maria Vogel'),
    access: [
      { principalId: spoil(runnerId), permission: 'use' },
      { principalId: spoil('c0ffee00-1234-4abc-9def-aabbccddeeff'), permission: 'manage' },
    ],
    status: 'connected',
    link: { hash: 'link-hash', expiresAt: at('2025-11-24T10:00:00Z') },
    statedFields: {},
    createdAt: at('2025-11-03T08:15:00Z'),
    updatedAt: at('2025-11-24T09:02:00Z'),
    connectedAt: at('2025-11-03T08:21:00Z'),
    lastUsedAt: at('2025-11-24T21:40:00Z'),
    ...changes,
  };
}

/** Without the properties named, as a connection that leaves them to the person. */
export function without<T extends object, K extends keyof T>(value: T, ...names: readonly K[]): Omit<T, K> {
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => !(names as readonly string[]).includes(name)),
  ) as Omit<T, K>;
}

export function pendingConnection(spoil = asItIs): Connection {
  const open = without(
    connection(spoil),
    'account',
    'environment',
    'tenant',
    'clientId',
    'requestedScopes',
    'connectedAt',
    'lastUsedAt',
  );
  return {
    ...open,
    id: 'a3b8d1b6-0b3b-4b1a-9c1a-1a2b3c4d5e6f',
    name: spoil('Team calendar'),
    status: 'pending',
    accountConfirmed: false,
    grantedScopes: [],
    expectedAccount: {
      username: spoil('nadia.rossi@contoso.example'),
      tid: spoil('8f3f2b1a-6c5d-4e7f-9a0b-1c2d3e4f5a66'),
    },
    pendingUntil: at('2025-11-25T10:00:00Z'),
  };
}

export function brokenConnection(spoil = asItIs): Connection {
  return connection(spoil, {
    id: 'b1d2c3a4-1111-4222-8333-444455556666',
    name: spoil('Contracts library of the legal department, Düsseldorf'),
    connector: 'onedrive-sharepoint',
    environment: 'usgov-l4',
    owner: 'another-owner',
    ownerName: spoil('Jonas Okafor'),
    status: 'needs_sign_in',
    failure: {
      code: 'grant_invalid',
      remedy: 'user',
      detail: spoil(
        'The sign-in behind this connection no longer counts. The person has to sign in again. (AADSTS50173)',
      ),
      aadstsCode: 50173,
      entraCorrelationId: spoil('7a0d4f6e-4f35-4d9b-a1c6-3d2e1f0a9b8c'),
      at: at('2025-11-23T04:10:00Z'),
    },
  });
}

export function connectionsView(spoil = asItIs): ConnectionsView {
  return {
    viewer: viewer(spoil),
    principalId: ownerId,
    mayAdd: true,
    managesAll: false,
    notice: { tone: 'good', text: spoil('The connection was deleted.') },
    nextHref: '/?after=abc',
    connections: [
      connection(spoil),
      brokenConnection(spoil),
      pendingConnection(spoil),
      connection(spoil, { name: spoil('Teams alerts'), connector: 'teams', status: 'needs_admin_consent' }),
      connection(spoil, {
        name: spoil('上海办公室'),
        connector: 'graph',
        environment: 'china',
        status: 'suspended',
      }),
      connection(spoil, { name: spoil('صندوق الفواتير'), status: 'pending', accountConfirmed: false }),
    ],
  };
}

const typed = (value: string, problem?: string): FormField => ({
  value,
  fixed: false,
  ...(problem === undefined ? {} : { problem }),
});
const fixed = (value: string): FormField => ({ value, fixed: true });

export function authenticationView(spoil = asItIs): AuthenticationView {
  return {
    viewer: viewer(spoil),
    connector: 'onedrive-sharepoint',
    action: '/add/onedrive-sharepoint',
    hidden: { csrf: spoil('csrf-token-1'), key: spoil('key-1'), connectionId },
    submitLabel: spoil('Continue'),
    name: typed(spoil('')),
    environment: typed('office365'),
    offeredEnvironments: environmentNames,
    clientId: typed(spoil('')),
    clientSecret: { fixed: false, optional: false },
    scopes: typed(spoil('openid offline_access User.Read.All Files.Read')),
    presets: ['sites'],
    tenantId: typed(spoil('common')),
    access: typed(spoil('')),
    redirectUri,
  };
}

export function wrongAuthenticationView(spoil = asItIs): AuthenticationView {
  return {
    ...authenticationView(spoil),
    connector: 'outlook365',
    name: typed(spoil('Invoices mailbox'), spoil('You have a connection of this name already.')),
    environment: typed('usgov-l5', spoil('This deployment does not offer that environment.')),
    clientId: typed(spoil('not-a-guid'), spoil('Enter the Application (client) ID, a GUID.')),
    clientSecret: { fixed: false, optional: true, problem: spoil('Enter the client secret again.') },
    scopes: typed(
      spoil('https://graph.microsoft.us/Mail.Read'),
      spoil('This scope belongs to another cloud. Office 365 uses https://graph.microsoft.com.'),
    ),
    tenantId: typed(spoil('contoso'), spoil('Enter common, organizations, a tenant ID or a domain name.')),
    access: typed(spoil('me\nyou'), spoil('"me" is not an object ID.')),
    problem: spoil('Nothing was sent to Microsoft yet.'),
  };
}

export function invitationView(spoil = asItIs): AuthenticationView {
  const { viewer: _viewer, access: _access, ...rest } = authenticationView(spoil);
  return {
    ...rest,
    connector: 'outlook365',
    action: `/connect/${connectionId}`,
    name: fixed(spoil('Invoices mailbox')),
    environment: fixed('office365'),
    clientId: fixed(spoil('2c1e7a60-9b1d-4a4f-8c55-7fd0e7b1a9c3')),
    clientSecret: { fixed: true, optional: true },
    scopes: fixed(spoil('openid offline_access Mail.Read Calendars.Read')),
    tenantId: fixed(spoil('8f3f2b1a-6c5d-4e7f-9a0b-1c2d3e4f5a66')),
    invitation: {
      requesterName: spoil('Jonas Okafor'),
      requesterId: spoil(ownerId),
      users: [spoil(runnerId)],
      expectedAccount: spoil('invoices@contoso.example'),
      expiresAt: at('2025-11-25T10:00:00Z'),
    },
  };
}

export function resultView(spoil = asItIs): ResultView {
  return {
    viewer: viewer(spoil),
    connection: connection(spoil),
    missingScopes: [spoil('Calendars.Read')],
    nextStep: spoil(
      'Automations that may use this connection get tokens from now on. You can close this page.',
    ),
    connectionHref: `/connections/${connectionId}`,
  };
}

export function failureView(spoil = asItIs): FailureView {
  return {
    viewer: viewer(spoil),
    title: spoil('An administrator has to approve the app first'),
    detail: spoil('Your organisation does not let people consent to this app on their own. (AADSTS90094)'),
    code: 'admin_consent_required',
    correlationId: spoil('0f9b4f0e-7a65-4d0c-8f63-7d1c9a8b2e10'),
    entraCorrelationId: spoil('7a0d4f6e-4f35-4d9b-a1c6-3d2e1f0a9b8c'),
    fields: [{ field: spoil('scopes'), message: spoil('Mail.Read needs approval.') }],
    adminConsentUrl:
      'https://login.microsoftonline.com/8f3f2b1a-6c5d-4e7f-9a0b-1c2d3e4f5a66/v2.0/adminconsent?client_id=2c1e7a60&scope=Mail.Read&state=abc',
    retryHref: `/connect/${connectionId}`,
  };
}

/** Connected, but Microsoft has taken no refresh for a while, and nobody has used it for long. */
export function troubledConnectionView(spoil = asItIs): ConnectionView {
  const { notice: _notice, ...rest } = connectionView(spoil);
  return {
    ...rest,
    connection: connection(spoil, { idleWarnedAt: at('2025-11-20T03:00:00Z') }),
    lastFailure: {
      code: 'app_credential_rejected',
      remedy: 'operator',
      detail: spoil('Microsoft rejects the app’s client credential: it is wrong or has expired.'),
      aadstsCode: 7000222,
      at: at('2025-11-24T22:01:00Z'),
    },
  };
}

export function replayView(spoil = asItIs): ReplayView {
  return {
    viewer: viewer(spoil),
    succeededAt: at('2025-11-24T09:02:00Z'),
    connectionHref: `/connections/${connectionId}`,
  };
}

export function events(spoil = asItIs): readonly ConnectionEvent[] {
  return [
    {
      id: '4',
      type: 'connection.status_changed',
      at: at('2025-11-23T04:10:00Z'),
      actor: 'timer',
      cause: spoil('Microsoft no longer accepts the sign-in (AADSTS50173).'),
      from: 'connected',
      to: 'needs_sign_in',
    },
    {
      id: '3',
      type: 'connection.updated',
      at: at('2025-11-10T12:00:00Z'),
      actor: spoil(runnerId),
      cause: spoil('Access list changed.'),
    },
    {
      id: '2',
      type: 'connection.sign_in_completed',
      at: at('2025-11-03T08:21:00Z'),
      actor: 'sign-in',
      cause: spoil('invoices@contoso.example signed in.'),
      from: 'pending',
      to: 'connected',
    },
    {
      id: '1',
      type: 'connection.created',
      at: at('2025-11-03T08:15:00Z'),
      actor: ownerId,
      cause: spoil('Started in the browser.'),
    },
  ];
}

export function connectionView(spoil = asItIs): ConnectionView {
  return {
    viewer: viewer(spoil),
    connection: brokenConnection(spoil),
    events: events(spoil),
    olderEventsHref: '?after=4',
    mayManage: true,
    mayConfirm: false,
    tokenExpiresAt: at('2025-11-24T22:31:00Z'),
    nextRefreshAt: at('2025-11-24T22:16:00Z'),
    redirectUri,
    notice: { tone: 'bad', text: spoil('The name was not changed.') },
  };
}

export function pendingConnectionView(spoil = asItIs): ConnectionView {
  return {
    viewer: viewer(spoil),
    connection: pendingConnection(spoil),
    events: [],
    mayManage: true,
    mayConfirm: false,
    redirectUri,
    connectLink: {
      href: 'https://broker.contoso.example/connect/a3b8d1b6-0b3b-4b1a-9c1a-1a2b3c4d5e6f?key=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4',
      expiresAt: at('2025-11-25T10:00:00Z'),
    },
  };
}

export function unconfirmedConnectionView(spoil = asItIs): ConnectionView {
  const { connectLink: _connectLink, ...rest } = pendingConnectionView(spoil);
  return {
    ...rest,
    connection: connection(spoil, { status: 'pending', accountConfirmed: false }),
    events: events(spoil).slice(3),
    mayConfirm: true,
  };
}

export function deleteView(spoil = asItIs): DeleteView {
  return { viewer: viewer(spoil), connection: connection(spoil), myAppsUrl: 'https://myapps.microsoft.com' };
}

export function messageView(spoil = asItIs): MessageView {
  return {
    title: spoil('You are signed out'),
    text: spoil('Your session with the broker has ended.'),
    link: { href: '/signin', label: spoil('Sign in again') },
  };
}
