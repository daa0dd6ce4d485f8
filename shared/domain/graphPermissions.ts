import { adminConsentScopes, connectors } from './connectors.ts';

/**
 * Delegated permissions that contain others: what a key allows, its values need not be asked for. Only those
 * that the broker's connectors meet; the pages of Graph's operations list them as higher privileged permissions.
 * @see https://learn.microsoft.com/en-us/graph/permissions-reference
 */
const contained: Readonly<Record<string, readonly string[]>> = {
  'Mail.ReadWrite': ['Mail.Read'],
  'Mail.Read': ['Mail.ReadBasic'],
  'Mail.ReadWrite.Shared': ['Mail.Read.Shared'],
  'Mail.Read.Shared': ['Mail.ReadBasic.Shared'],
  'Calendars.ReadWrite': ['Calendars.Read'],
  'Calendars.Read': ['Calendars.ReadBasic'],
  'Calendars.ReadWrite.Shared': ['Calendars.Read.Shared'],
  'Contacts.ReadWrite': ['Contacts.Read'],
  'Files.ReadWrite.All': ['Files.Read.All', 'Files.ReadWrite'],
  'Files.Read.All': ['Files.Read'],
  'Files.ReadWrite': ['Files.Read'],
  'Sites.FullControl.All': ['Sites.Manage.All'],
  'Sites.Manage.All': ['Sites.ReadWrite.All'],
  'Sites.ReadWrite.All': ['Sites.Read.All', 'Files.ReadWrite.All'],
  'Sites.Read.All': ['Files.Read.All'],
  'Directory.ReadWrite.All': ['Directory.Read.All'],
  'Directory.Read.All': ['User.Read.All'],
  'User.ReadWrite.All': ['User.Read.All', 'User.ReadWrite'],
  'User.Read.All': ['User.Read', 'User.ReadBasic.All'],
  'User.ReadWrite': ['User.Read'],
  'Group.ReadWrite.All': ['Group.Read.All'],
  'Chat.ReadWrite': ['Chat.Read'],
  'Chat.Read': ['Chat.ReadBasic'],
  'TeamSettings.ReadWrite.All': ['TeamSettings.Read.All'],
  'TeamSettings.Read.All': ['Team.ReadBasic.All'],
  'ChannelSettings.ReadWrite.All': ['ChannelSettings.Read.All'],
  'ChannelSettings.Read.All': ['Channel.ReadBasic.All'],
};

/** Delegated permissions, beyond those of the presets, that only an administrator can consent to. */
const furtherAdminConsent: readonly string[] = [
  'AuditLog.Read.All',
  'ChannelSettings.Read.All',
  'ChannelSettings.ReadWrite.All',
  'Directory.AccessAsUser.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  'GroupMember.Read.All',
  'TeamMember.Read.All',
  'TeamSettings.Read.All',
  'TeamSettings.ReadWrite.All',
  'User.ReadWrite.All',
];

const byLowerCase = (names: Iterable<string>) =>
  new Map([...names].map((name) => [name.toLowerCase(), name]));

const adminOnly = byLowerCase([...adminConsentScopes, ...furtherAdminConsent]);

const known = byLowerCase([
  ...Object.entries(contained).flatMap(([broader, narrower]) => [broader, ...narrower]),
  ...Object.values(connectors).flatMap((facts) => [
    ...facts.minimumScopes,
    ...facts.presets.flatMap((preset) => preset.scopes),
  ]),
  ...adminOnly.values(),
]);

/** The spelling of Graph's own reference where the permission is known here, else the spelling given. */
export function knownSpelling(permission: string): string {
  return known.get(permission.toLowerCase()) ?? permission;
}

/** Whether only an administrator can consent to this delegated permission, as far as is known here. */
export function adminConsentOnly(permission: string): boolean {
  return adminOnly.has(permission.toLowerCase());
}

/** Everything that the permissions allow, themselves included, in lower case. */
export function allowedBy(permissions: Iterable<string>): ReadonlySet<string> {
  const allowed = new Set<string>();
  const open = [...permissions];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (allowed.has(next.toLowerCase())) continue;
    allowed.add(next.toLowerCase());
    open.push(...(contained[knownSpelling(next)] ?? []));
  }
  return allowed;
}
