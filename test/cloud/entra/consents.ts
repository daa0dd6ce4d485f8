/** Consents by person or tenant: OIDC scopes by their bare names, others as `{resource}/{name}`. */
export interface Consents {
  /** `principalId` is an account's `oid`, or a tenant id for an administrator's consent. */
  grant(principalId: string, clientId: string, scopes: readonly string[]): void;
  /** What a person and the administrator of the person's tenant have consented to, together. */
  grantedTo(account: { oid: string; tenantId: string }, clientId: string): Set<string>;
  /** Removes every consent that covers the account, the administrator's included. */
  removeAll(account: { oid: string; tenantId: string }): void;
}

/** No consents yet. */
export function createConsents(): Consents {
  const granted = new Map<string, Map<string, Set<string>>>();
  const scopesOf = (principalId: string, clientId: string) =>
    granted.get(principalId)?.get(clientId) ?? new Set<string>();
  return {
    grant(principalId, clientId, scopes) {
      const byClient = granted.get(principalId) ?? new Map<string, Set<string>>();
      granted.set(principalId, byClient);
      byClient.set(clientId, new Set([...scopesOf(principalId, clientId), ...scopes]));
    },
    grantedTo: ({ oid, tenantId }, clientId) =>
      new Set([...scopesOf(oid, clientId), ...scopesOf(tenantId, clientId)]),
    removeAll({ oid, tenantId }) {
      granted.delete(oid);
      granted.delete(tenantId);
    },
  };
}
