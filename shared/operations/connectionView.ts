import type { Connection, Grant } from '../domain/connection.ts';

/** A connection as the API shows it: nothing secret, nothing that only the broker needs. */
export function connectionView(connection: Connection, grant?: Grant) {
  const { link, statedCredential, authorizationId, statedFields, ownerName, idleWarnedAt, tenant, ...shown } =
    connection;
  return {
    ...shown,
    ...(tenant === undefined ? {} : { tenantId: tenant }),
    ...(link === undefined || link.usedAt !== undefined ? {} : { connectLinkExpiresAt: link.expiresAt }),
    ...(grant === undefined
      ? {}
      : {
          tokenExpiresAt: grant.tokenExpiresAt,
          tokenIssuedAt: grant.tokenIssuedAt,
          nextRefreshAt: grant.dueAt,
          lastFailure: grant.lastFailure,
          grantGeneration: grant.generation,
        }),
  };
}
