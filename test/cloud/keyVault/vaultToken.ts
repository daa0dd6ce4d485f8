import { decodeJwt } from 'jose';
import { VaultFailure } from './vaultFailure.ts';

const audience = 'https://vault.azure.net';

/**
 * Throws the 401 challenge of Key Vault unless the header carries a bearer token for the vault that is
 * valid by real time. The signature is not looked at: the local identity endpoint is the only issuer.
 * @see https://learn.microsoft.com/en-us/azure/key-vault/general/authentication-requests-and-responses
 */
export function checkVaultToken(authorization: string | undefined, tenantId: string): void {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  const problem =
    token === undefined ? 'AKV10000: Request is missing a Bearer or PoP token.' : problemOf(token);
  if (problem === undefined) return;
  const challenge = `Bearer authorization="https://login.microsoftonline.com/${tenantId}", resource="${audience}"`;
  throw new VaultFailure(401, 'Unauthorized', problem, { headers: { 'www-authenticate': challenge } });
}

function problemOf(token: string): string | undefined {
  try {
    const { aud, exp, nbf } = decodeJwt(token);
    const now = Date.now() / 1000;
    if (aud !== audience && aud !== `${audience}/`) {
      return `AKV10022: Invalid audience. Expected ${audience}, found: ${String(aud)}.`;
    }
    if (exp === undefined || exp <= now) return 'AKV10001: The token is expired.';
    if (nbf !== undefined && nbf > now + 300) return 'AKV10001: The token is not yet valid.';
    return undefined;
  } catch {
    return 'AKV10001: The token is malformed.';
  }
}
