import type { ConnectionEventType, ConnectionStatus, Permission } from '../../shared/domain/connection.ts';

/** Every text of the pages; `code` in backticks is shown as code. Nothing a person typed belongs in here. */
export const texts = {
  product: 'Connection Broker',
  skipLink: 'Skip to content',
  signedInAs: 'Signed in as',
  signOut: 'Sign out',
  footer: 'App secrets and sign-ins are kept in Azure Key Vault. These pages never show them.',
  none: 'None',
  never: 'Never',
  notStated: 'Not stated yet',
  backToList: 'All connections',
  copy: 'Copy',
  optional: 'optional',
  errorPrefix: 'Error: ',
  requiresAdministrator: 'needs an administrator',

  status: {
    pending: 'Waiting for sign-in',
    connected: 'Connected',
    needs_sign_in: 'Needs sign-in',
    needs_admin_consent: 'Needs admin consent',
    suspended: 'Suspended',
  } satisfies Record<ConnectionStatus, string>,
  waitingForConfirmation: 'Waiting for confirmation',

  statusMeaning: {
    pending: 'Nobody has signed in yet. Automations get no token until somebody does.',
    connected: 'Automations on the access list get tokens. The broker keeps the sign-in alive.',
    needs_sign_in: 'Automations get no token: the sign-in behind this connection no longer counts.',
    needs_admin_consent: 'Automations get no token until an administrator has approved the app.',
    suspended: 'A person has suspended this connection. Automations get no token until it is resumed.',
  } satisfies Record<ConnectionStatus, string>,
  unconfirmedMeaning:
    'Somebody has signed in, but whoever asked for the connection has not confirmed the account yet. Automations get no token until then.',
  refreshFailed: 'Refresh failed',
  refreshFailedMeaning: 'Connected, but the last refresh gave no token.',
  asleepMeaning:
    'Nobody used this connection for a long time, so the broker no longer keeps it alive. The next use tries to refresh it.',

  permission: { use: 'May fetch tokens', manage: 'May fetch tokens and manage' } satisfies Record<
    Permission,
    string
  >,

  list: {
    title: 'Connections',
    lead: 'Connections that are yours or shared with you.',
    leadForAll: 'Every connection of this broker, since you manage connections.',
    add: 'Add connection',
    caption: 'Connections, with their status and last use',
    columns: {
      name: 'Name',
      connector: 'Connector',
      account: 'Account',
      environment: 'Environment',
      status: 'Status',
      lastUsed: 'Last used',
    },
    yours: 'Yours',
    ownedBy: 'Owner:',
    noAccount: 'Nobody yet',
    idle: 'Unused for a long time',
    expectedAccount: 'Expected:',
    emptyTitle: 'No connections yet',
    emptyText:
      'A connection lets automations read mail, files or chats as the person who signs in. Adding one takes an app registration and a sign-in at Microsoft.',
    emptyPage: 'There are no connections on this page of the list.',
    mayNotAdd:
      'Adding a connection takes the app role `Connections.Create`, which you do not have. An administrator assigns it on the enterprise application of this broker in Entra. Sign out and in again afterwards.',
    next: 'Next page',
    nav: 'Pages of the list',
  },

  connectors: {
    title: 'Add connection',
    lead: 'What should the connection be for? You can add further permissions on the next page.',
    minimum: 'Needs at least',
    noMinimum: 'You name the permissions',
  },

  form: {
    title: (connector: string) => `Connect ${connector}`,
    lead: 'You bring your own OAuth app. Afterwards you go on to Microsoft to sign in.',
    problems: 'Please correct the following',
    connection: {
      title: 'Connection',
      text: 'How the connection appears in lists, and which Microsoft cloud the account lives in.',
    },
    name: 'Name',
    nameHint: 'So that others recognise it, for example *Invoices mailbox*.',
    environment: 'Environment',
    environmentHint: 'Accounts and app registrations exist in one cloud only.',
    app: {
      title: 'Your app registration',
      text: 'Register a web app in Entra, with delegated permissions, and enter what Entra shows for it.',
    },
    redirectUri: 'Redirect URI',
    redirectUriHint:
      'Register it on your app under the platform *Web*, not *Single-page application*. The app needs *delegated* permissions.',
    clientId: 'Client ID',
    clientIdHint: 'Entra calls it *Application (client) ID*.',
    clientSecret: 'Client secret',
    clientSecretHint:
      'The secret’s *Value*, not its *Secret ID*. Kept in Key Vault once the sign-in has succeeded.',
    clientSecretOptionalHint: 'Leave it empty to use the credential that the broker keeps for this app.',
    clientSecretFixed: 'Known already. It is not shown.',
    tenantId: 'Tenant ID',
    tenantIdHint:
      '`common` suits a multitenant app. For a single-tenant app, enter its *Directory (tenant) ID*.',
    permissions: {
      title: 'Permissions',
      text: 'What the connection may do. The person who signs in is asked to consent to it.',
    },
    scopes: 'Scopes',
    scopesHint:
      'Separated by spaces or lines. `.default` alone asks for what is configured on the app; `common` means the same.',
    minimum: 'Minimum:',
    adminNote: (scopes: string, plural: boolean) =>
      `${scopes} ${plural ? 'are' : 'is'} part of the minimum and ${plural ? 'need' : 'needs'} an administrator’s consent. If none has consented to your app yet, Microsoft will ask for one.`,
    presets: 'Add permissions for',
    access: {
      title: 'Access',
      text: 'Who may fetch tokens through this connection. It is yours; you need not list yourself.',
    },
    accessLabel: 'Who may use it',
    accessHint: 'Object IDs of service principals or people, one a line.',
    actsAs:
      'The connection acts as the person who signs in. Whoever may use it acts on that person’s behalf, with the permissions above.',
    cancel: 'Cancel',
  },

  invitation: {
    title: 'asks you to connect an account',
    applicationTitle: 'An application asks you to connect an account',
    application: 'Application',
    objectId: 'Object ID',
    lead: 'Check what is asked for, fill in what is missing, then go on to Microsoft to sign in.',
    text: 'Go on only if you expected this. Automations will then act on your behalf.',
    requester: 'Asked for by',
    users: 'Who will get tokens',
    noUsers: 'Only whoever asked',
    expectedAccount: 'Sign in as',
    anyAccount: 'Any account. Whoever asked has to confirm it afterwards.',
    expires: 'This link ends',
  },

  continue: {
    title: 'On to Microsoft',
    text: 'You sign in there and come back here afterwards.',
    link: 'Continue to Microsoft',
    connection: 'Connection',
    environment: 'Environment',
  },

  result: {
    title: 'Connected',
    titleUnconfirmed: 'Signed in',
    lead: 'The sign-in has succeeded.',
    leadUnconfirmed:
      'The sign-in has succeeded. The account still has to be confirmed by whoever asked for it.',
    connection: 'Connection',
    account: 'Account',
    environment: 'Environment',
    details: 'What was connected',
    granted: 'Granted permissions',
    missing: 'Asked for, but not granted',
    missingText: 'Automations that need these permissions will be refused by Microsoft.',
    nextStep: 'What happens now',
    next: {
      unconfirmed: (owner: string) =>
        `${owner} has to confirm your account before anyone gets a token. You can close this window.`,
      shared: 'Runners on the access list can fetch tokens from now on. You can close this window.',
      onlyYou: 'Nobody but you can fetch tokens yet.',
      onlyOwner: 'Nobody but the owner of the connection can fetch tokens yet. You can close this window.',
    },
    open: 'Open the connection',
  },

  failure: {
    fields: 'What is wrong',
    remedy: 'Who can mend it',
    adminConsentText:
      'Send this link to an administrator of the organisation. It opens Microsoft’s approval page.',
    adminConsentLabel: 'Approval link',
    adminConsentOpen: 'Open the approval page',
    ids: 'For a support request',
    correlationId: 'Correlation ID',
    entraCorrelationId: 'Microsoft’s correlation ID',
    retry: 'Try again',
    linkStillWorks: 'Open the link again to start anew: it still works.',
    waitSeconds: (seconds: number) =>
      seconds === 1 ? 'Wait at least one second.' : `Wait at least ${seconds} seconds.`,
  },

  signedOut: {
    title: 'You were signed out',
    text: 'The form was not taken, and nothing was changed. What was entered in it has to be entered again.',
    link: 'Sign in again',
  },

  replay: {
    title: 'This sign-in has been handled already',
    unchanged: 'Nothing changed.',
    succeeded: 'It succeeded at',
    failed: 'It failed at',
    nothingToDo: 'There is nothing more to do. You can close this window.',
    approvalLater: 'The link for the administrator is shown when you start again.',
    over: {
      who: 'Whoever manages the connection',
      how: 'The connection has changed or was removed since, or its link has ended. The page of the connection, if there still is one, says how it stands.',
    },
  },

  connection: {
    id: 'Connection ID',
    failureAt: 'Since',
    aadsts: 'Microsoft’s error',
    triesAgain: 'Tries again',
    triesAt: { nextUse: 'At the next use', newSecret: 'Once a new client secret is there' },
    idleTitle: 'Unused for a long time',
    idleText:
      'Nobody has fetched a token for a long time. If that goes on, the broker stops keeping the sign-in alive, and somebody has to sign in anew. Fetching a token once keeps it.',
    idleSince: 'Warned',
    confirmTitle: 'Is this the right account?',
    confirmText:
      'This account has signed in through the connect link. Once you confirm it, whoever may use the connection gets tokens that act as this person.',
    confirm: 'Confirm account',
    username: 'Username',
    oid: 'Object ID',
    tid: 'Tenant ID',
    continueSignIn: 'Continue sign-in',
    linkTitle: 'Connect link',
    linkText: 'Send it to the person who is to sign in. It is shown only this once.',
    linkExpires: 'It ends',
    details: 'Details',
    connector: 'Connector',
    account: 'Account',
    expectedAccount: 'Expected account',
    environment: 'Environment',
    tenant: 'Tenant',
    clientId: 'Client ID',
    redirectUri: 'Redirect URI',
    scopes: 'Permissions',
    granted: 'Granted',
    asked: 'Asked for',
    missing: 'Asked for, but not granted',
    access: 'Access',
    accessText: 'Whoever may use the connection acts on behalf of the person who signed in.',
    accessColumns: { principal: 'Principal', permission: 'Permission' },
    owner: 'Owner',
    times: 'Times',
    created: 'Created',
    changed: 'Changed',
    connected: 'Signed in',
    lastUsed: 'Last used',
    tokenExpires: 'Token valid until',
    nextRefresh: 'Next refresh',
    pendingUntil: 'Removed unless used by',
    events: 'History',
    noEvents: 'Nothing has happened yet.',
    olderEvents: 'Older events',
    by: 'By',
    delete: 'Delete connection',
    deleteText: 'Automations get no more tokens, within 30 seconds at the latest. This cannot be undone.',
  },

  actors: { timer: 'the broker’s timer', 'sign-in': 'a sign-in' } as Readonly<Record<string, string>>,

  events: {
    'connection.created': 'Created',
    'connection.link_created': 'Connect link created',
    'connection.sign_in_completed': 'Sign-in completed',
    'connection.sign_in_failed': 'Sign-in failed',
    'connection.account_confirmed': 'Account confirmed',
    'connection.status_changed': 'Status changed',
    'connection.updated': 'Changed',
    'connection.idle_warning': 'Unused for a long time',
    'connection.expired': 'Ended unused',
    'connection.deleted': 'Deleted',
  } satisfies Record<ConnectionEventType, string>,

  deletion: {
    title: 'Delete this connection?',
    consequences: 'What will happen',
    tokens:
      'Automations get no more tokens, within 30 seconds at the latest. One handed out already works until it ends, for about an hour.',
    secrets: 'The sign-in kept for this connection is deleted from Key Vault.',
    history: 'The connection leaves the list. Its history is kept.',
    remains: 'What remains at Microsoft',
    remainsText: 'The consent given to the app stays at Entra; the broker cannot remove it.',
    person: 'The person who signed in removes it under',
    myApps: 'My Apps',
    administrator:
      'An administrator removes it in Entra, on the app’s *Enterprise application*, under *Permissions*.',
    confirm: 'Delete connection',
    cancel: 'Keep it',
  },
} as const;
