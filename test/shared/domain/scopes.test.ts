import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { connectorNames } from '../../../shared/domain/connectors.ts';
import { environmentNames } from '../../../shared/domain/environment.ts';
import {
  canonicalGranted,
  defaultScopes,
  missingScopes,
  needsAdmin,
  parseScopes,
  wireScopes,
} from '../../../shared/domain/scopes.ts';

const always = ['openid', 'offline_access'];

function scopesOf(...input: Parameters<typeof parseScopes>): string[] {
  const parsed = parseScopes(...input);
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.scopes;
}

function problemsOf(...input: Parameters<typeof parseScopes>): string {
  const parsed = parseScopes(...input);
  return parsed.ok ? '' : parsed.problems.join('\n');
}

describe('what is accepted', () => {
  test.each<[string, string | string[], string[]]>([
    ['the least of Outlook', 'openid offline_access Mail.Read', ['Mail.Read']],
    ['commas and line breaks', 'Mail.Read,\n\tCalendars.Read , mail.read', ['Calendars.Read', 'Mail.Read']],
    ['an array', ['Mail.Read', 'Mail.Read.Shared'], ['Mail.Read', 'Mail.Read.Shared']],
    ['another case', 'MAIL.READ OPENID', ['Mail.Read']],
    ['full names', 'https://graph.microsoft.com/mail.read', ['Mail.Read']],
    ['the id of Graph', '00000003-0000-0000-c000-000000000000/Mail.Read', ['Mail.Read']],
    ['a broader permission', 'Mail.ReadWrite', ['Mail.ReadWrite']],
    ['a permission unknown here', 'Mail.Read Some-Thing.Read.All', ['Mail.Read', 'Some-Thing.Read.All']],
    ['.default', '.default', ['.default']],
    ['common', 'common', ['.default']],
    ['.default of Graph, with OIDC scopes', 'https://graph.microsoft.com/.default openid', ['.default']],
  ])('%s', (_, input, named) => {
    expect(scopesOf(input, 'office365', 'outlook365')).toEqual([...always, ...named]);
  });

  test('email beside the scopes that are always asked for', () => {
    expect(scopesOf('Mail.Read email', 'china', 'outlook365')).toEqual([
      'openid',
      'email',
      'offline_access',
      'Mail.Read',
    ]);
  });
});

describe('what is refused', () => {
  test.each<[string, string, RegExp]>([
    [
      'another cloud',
      'https://graph.microsoft.us/Mail.Read',
      /US Government L4.*"https:\/\/graph\.microsoft\.com\/Mail/,
    ],
    ['another resource', 'https://outlook.office.com/Mail.Read', /not a Microsoft Graph permission/],
    ['an API', 'api://1234/access', /not a Microsoft Graph permission/],
    [
      'a version in the path',
      'https://graph.microsoft.com/v1.0/Mail.Read',
      /not a Microsoft Graph permission/,
    ],
    ['a word', 'Mail.Read everything', /"everything" is not a Graph permission/],
    ['a prefixed OIDC scope', 'https://graph.microsoft.com/openid Mail.Read', /without a resource/],
    ['.default beside names', '.default Mail.Read', /cannot be mixed/],
    ['common beside names', 'Mail.Read common', /cannot be mixed/],
    ['too little', 'Calendars.Read', /Outlook 365 cannot work without Mail\.Read/],
    ['nothing', ' , ', /Mail\.Read/],
    ['a quote', 'Mail."Read', /RFC 6749/],
    ['a character beyond ASCII', 'Mäil.Read', /RFC 6749/],
    ['a long scope', `Mail.${'R'.repeat(300)}`, /longer than 200/],
    ['a lot of scopes', 'A.B '.repeat(101), /More than 100/],
    ['a lot of text', ' '.repeat(30_000), /longer than/],
  ])('%s', (_, input, words) => {
    expect(problemsOf(input, 'office365', 'outlook365')).toMatch(words);
  });

  test('what is missing is named for OneDrive & SharePoint', () => {
    expect(problemsOf('openid', 'office365', 'onedrive-sharepoint')).toMatch(
      /User\.Read\.All and Files\.Read/,
    );
    expect(problemsOf('Directory.Read.All Sites.Read.All', 'office365', 'onedrive-sharepoint')).toBe('');
  });

  test('a connection for Graph needs a permission of Graph', () => {
    expect(problemsOf('openid profile', 'office365', 'graph')).toMatch(/No Graph permission/);
  });
});

test('over the wire only OIDC scopes are bare', () => {
  expect(wireScopes(['openid', 'email', 'Mail.Read', '.default'], 'usgov-l5')).toEqual([
    'openid',
    'email',
    'https://dod-graph.microsoft.us/Mail.Read',
    'https://dod-graph.microsoft.us/.default',
  ]);
});

test('granted scopes come bare or with Graph in front, and others stay', () => {
  const returned = [
    'profile',
    'mail.read',
    'https://graph.microsoft.us/User.Read',
    'https://other.example/x',
    '',
  ];
  expect(canonicalGranted(returned, 'usgov-l4')).toEqual([
    'profile',
    'https://other.example/x',
    'Mail.Read',
    'User.Read',
  ]);
});

test.each<[string[], string[], string[]]>([
  [['openid', 'Mail.Read'], ['Mail.Read'], []],
  [['Mail.Read', 'User.Read'], ['mail.readwrite', 'Directory.ReadWrite.All'], []],
  [['Mail.Read', 'Calendars.Read'], ['Mail.Read'], ['Calendars.Read']],
  [['Mail.ReadWrite'], ['Mail.Read'], ['Mail.ReadWrite']],
  [['.default', 'openid'], ['User.Read'], ['Mail.Read']],
  [['.default'], ['Mail.ReadWrite'], []],
])('asked for %j, granted %j, missing %j', (requested, granted, missing) => {
  expect(missingScopes(requested, granted, 'outlook365')).toEqual(missing);
});

test('permissions that need an administrator are known', () => {
  const scopes = ['openid', 'User.Read.All', 'Files.Read', 'channelmessage.read.all'];
  expect(needsAdmin(scopes)).toEqual(['User.Read.All', 'channelmessage.read.all']);
});

describe('properties', () => {
  const environment = fc.constantFrom(...environmentNames);
  const connector = fc.constantFrom(...connectorNames);
  const segment = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/);
  const permission = fc
    .tuple(segment, fc.array(segment, { minLength: 1, maxLength: 3 }))
    .map(([first, rest]) => [first, ...rest].join('.'));
  const extra = fc.array(fc.oneof(permission, fc.constantFrom('email', 'OpenID', 'mail.readwrite')), {
    maxLength: 10,
  });

  test('the default scopes of a connector are accepted and canonical', () => {
    fc.assert(
      fc.property(environment, connector, (where, what) => {
        expect(scopesOf(defaultScopes(what), where, what)).toEqual(defaultScopes(what));
      }),
    );
  });

  test('parsing is idempotent, and the way over the wire loses nothing', () => {
    fc.assert(
      fc.property(environment, connector, extra, (where, what, more) => {
        const scopes = scopesOf([...defaultScopes(what), ...more], where, what);
        expect(scopesOf(scopes.join('\n'), where, what)).toEqual(scopes);
        expect(scopesOf(wireScopes(scopes, where), where, what)).toEqual(scopes);
        expect(canonicalGranted(wireScopes(scopes, where), where)).toEqual(scopes);
        expect(canonicalGranted(scopes, where)).toEqual(scopes);
        expect(missingScopes(scopes, scopes, what)).toEqual([]);
      }),
    );
  });

  test('any text is parsed or refused, never thrown at', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        environment,
        connector,
        (text, where, what) => {
          const parsed = parseScopes(text, where, what);
          expect(parsed.ok || parsed.problems.length > 0).toBe(true);
        },
      ),
    );
  });
});
