/** What a connection is for: a preset of scopes over the same broker. */
export const connectorNames = ['outlook365', 'onedrive-sharepoint', 'teams', 'graph'] as const;
export type Connector = (typeof connectorNames)[number];

/** Scopes that a trigger or feature of the connector needs beyond the minimum. */
export interface ScopePreset {
  readonly name: string;
  readonly title: string;
  readonly scopes: readonly string[];
}

export interface ConnectorFacts {
  readonly title: string;
  readonly description: string;
  /** Graph permissions without which the connector cannot work; OIDC scopes are always added. */
  readonly minimumScopes: readonly string[];
  readonly presets: readonly ScopePreset[];
}

/** @see https://learn.microsoft.com/en-us/graph/permissions-reference */
export const connectors: Readonly<Record<Connector, ConnectorFacts>> = {
  outlook365: {
    title: 'Outlook 365',
    description: 'Mail and calendars of a person.',
    minimumScopes: ['Mail.Read'],
    presets: [
      {
        name: 'mail-triggers',
        title: 'Mail triggers, shared mailboxes too',
        scopes: ['Mail.Read', 'Mail.Read.Shared'],
      },
      { name: 'calendar-triggers', title: 'Calendar triggers', scopes: ['Calendars.Read'] },
      {
        name: 'shared-calendar-triggers',
        title: 'Shared calendar triggers',
        scopes: ['Calendars.Read.Shared'],
      },
      { name: 'send-mail', title: 'Send mail', scopes: ['Mail.Send'] },
    ],
  },
  'onedrive-sharepoint': {
    title: 'OneDrive & SharePoint',
    description: 'Files in OneDrive and on SharePoint sites.',
    minimumScopes: ['User.Read.All', 'Files.Read'],
    presets: [
      { name: 'all-files', title: 'All files the person can open', scopes: ['Files.Read.All'] },
      { name: 'sites', title: 'SharePoint sites and lists', scopes: ['Sites.Read.All'] },
      { name: 'write-files', title: 'Write files', scopes: ['Files.ReadWrite'] },
    ],
  },
  teams: {
    title: 'Teams',
    description: 'Teams, channels and chats.',
    minimumScopes: ['User.Read'],
    presets: [
      {
        name: 'teams-channels',
        title: 'Teams and channels',
        scopes: ['Team.ReadBasic.All', 'Channel.ReadBasic.All'],
      },
      { name: 'chats', title: 'Read chats', scopes: ['Chat.Read'] },
      { name: 'channel-messages', title: 'Read channel messages', scopes: ['ChannelMessage.Read.All'] },
    ],
  },
  graph: {
    title: 'Microsoft Graph',
    description: 'Any other Microsoft Graph permissions.',
    minimumScopes: [],
    presets: [],
  },
};

/**
 * Delegated permissions of the presets that only an administrator can consent to.
 * @see https://learn.microsoft.com/en-us/graph/permissions-reference
 */
export const adminConsentScopes: readonly string[] = [
  'User.Read.All',
  'Sites.FullControl.All',
  'ChannelMessage.Read.All',
];
