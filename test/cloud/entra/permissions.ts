const descriptions: Readonly<Record<string, string>> = {
  openid: 'Sign you in',
  profile: 'View your basic profile',
  email: 'View your email address',
  offline_access: 'Maintain access to data you have given it access to',
  'Mail.Read': 'Read your mail',
  'Mail.Read.Shared': 'Read mail you can access',
  'Calendars.Read': 'Read your calendars',
  'Calendars.Read.Shared': 'Read calendars you can access',
  'User.Read': 'Sign you in and read your profile',
  'User.Read.All': "Read all users' full profiles",
  'Files.Read': 'Read your files',
  'Files.Read.All': 'Read all files that you have access to',
  'Sites.Read.All': 'Read items in all site collections',
};

/** What the consent page says for a scope as consents keep it. */
export function describePermission(scope: string): string {
  const name = scope.slice(scope.lastIndexOf('/') + 1);
  const text = descriptions[name];
  return text === undefined ? name : `${text} (${name})`;
}
