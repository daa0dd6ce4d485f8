import type { Grant } from '../domain/connection.ts';
import type { TokenSet } from '../ports.ts';
import type { Sealer, SealPurpose } from '../sealing.ts';

/** Bound to connection and generation: a token that is moved to another row or outlives a sign-in does not open. */
function purposeOf(connectionId: string, generation: number): SealPurpose {
  return { key: connectionId, data: `access-token|${generation}` };
}

/** The fields of a grant that hold an access token just issued. */
export async function sealedTokenFields(
  sealer: Sealer,
  connectionId: string,
  generation: number,
  tokens: Pick<TokenSet, 'accessToken' | 'expiresAt'>,
  scopes: readonly string[],
  issuedAt: Date,
): Promise<Required<Pick<Grant, 'sealedAccessToken' | 'tokenIssuedAt' | 'tokenExpiresAt' | 'tokenScopes'>>> {
  return {
    sealedAccessToken: await sealer.seal(purposeOf(connectionId, generation), tokens.accessToken),
    tokenIssuedAt: issuedAt,
    tokenExpiresAt: tokens.expiresAt,
    tokenScopes: scopes,
  };
}

/** The access token of a grant, or undefined where there is none or it cannot be opened: then it is refreshed anew. */
export async function openAccessToken(sealer: Sealer, grant: Grant): Promise<string | undefined> {
  if (grant.sealedAccessToken === undefined) return undefined;
  return sealer.open(purposeOf(grant.connectionId, grant.generation), grant.sealedAccessToken);
}
