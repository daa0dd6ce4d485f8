export const roles = ['Connections.Manage', 'Connections.Create', 'Tokens.Read'] as const;
export type Role = (typeof roles)[number];

/** Who calls: verified from an access token for this API or from a signed-in session, never from anything else. */
export interface Caller {
  /** Entra object id, or the mapped claim of another issuer with that issuer's prefix. */
  readonly principalId: string;
  readonly kind: 'user' | 'application';
  /** For people to read, from the token; never used to decide. */
  readonly displayName: string;
  readonly roles: ReadonlySet<Role>;
}

/** A person as others should see them: people choose their names, so the username stands beside it. */
export function personLabel(name: string | undefined, username: string | undefined): string | undefined {
  if (name === undefined || name === username) return username;
  return username === undefined ? name : `${name} (${username})`;
}
