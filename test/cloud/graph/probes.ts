import type { JWTPayload } from 'jose';

/** One Graph address: who may read it and what it answers. */
export interface Probe {
  /** Delegated permissions, of which one is enough. */
  anyOf: readonly string[];
  denial: { code: string; message: string };
  answer(graphOrigin: string, claims: JWTPayload): unknown;
}

const mailDenial = {
  code: 'ErrorAccessDenied',
  message: 'Access is denied. Check credentials and try again.',
};

/** Stable and opaque, as ids of Graph are. */
function idOf(kind: string, claims: JWTPayload): string {
  return Buffer.from(`${kind}:${String(claims.oid)}`).toString('base64url');
}

function personOf(claims: JWTPayload) {
  const displayName = String(claims.name ?? '');
  const [givenName = '', ...rest] = displayName.split(' ');
  return {
    businessPhones: [],
    displayName,
    givenName,
    jobTitle: null,
    mail: claims.upn,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: rest.join(' '),
    userPrincipalName: claims.upn,
    id: claims.oid,
  };
}

/** The addresses that tell whether a connection works, by path. */
export const probes: Readonly<Record<string, Probe>> = {
  '/v1.0/me': {
    anyOf: ['User.Read', 'User.ReadWrite', 'User.ReadBasic.All', 'User.Read.All', 'Directory.Read.All'],
    denial: {
      code: 'Authorization_RequestDenied',
      message: 'Insufficient privileges to complete the operation.',
    },
    answer: (origin, claims) => ({
      '@odata.context': `${origin}/v1.0/$metadata#users/$entity`,
      ...personOf(claims),
    }),
  },
  '/v1.0/me/mailFolders/inbox': {
    anyOf: ['Mail.ReadBasic', 'Mail.Read', 'Mail.ReadWrite'],
    denial: mailDenial,
    answer: (origin, claims) => ({
      '@odata.context': `${origin}/v1.0/$metadata#users('${String(claims.upn)}')/mailFolders/$entity`,
      id: idOf('inbox', claims),
      displayName: 'Inbox',
      parentFolderId: idOf('root', claims),
      childFolderCount: 0,
      unreadItemCount: 3,
      totalItemCount: 42,
      sizeInBytes: 1_048_576,
      isHidden: false,
    }),
  },
  '/v1.0/me/calendars': {
    anyOf: ['Calendars.ReadBasic', 'Calendars.Read', 'Calendars.ReadWrite'],
    denial: mailDenial,
    answer: (origin, claims) => ({
      '@odata.context': `${origin}/v1.0/$metadata#users('${String(claims.upn)}')/calendars`,
      value: [
        {
          id: idOf('calendar', claims),
          name: 'Calendar',
          isDefaultCalendar: true,
          canEdit: true,
          owner: { name: claims.name, address: claims.upn },
        },
      ],
    }),
  },
  '/v1.0/me/drive': {
    anyOf: ['Files.Read', 'Files.ReadWrite', 'Files.Read.All', 'Files.ReadWrite.All', 'Sites.Read.All'],
    denial: { code: 'accessDenied', message: 'Access denied' },
    answer: (origin, claims) => ({
      '@odata.context': `${origin}/v1.0/$metadata#drives/$entity`,
      id: `b!${idOf('drive', claims)}`,
      driveType: 'business',
      name: 'OneDrive',
      owner: { user: { email: claims.upn, id: claims.oid, displayName: claims.name } },
      quota: {
        deleted: 0,
        remaining: 1_099_217_021_300,
        state: 'normal',
        total: 1_099_511_627_776,
        used: 294_606_476,
      },
    }),
  },
};
