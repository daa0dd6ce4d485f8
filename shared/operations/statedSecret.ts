import type { Sealer, SealPurpose } from '../sealing.ts';

function purposeOf(connectionId: string): SealPurpose {
  return { key: connectionId, data: 'stated-client-secret' };
}

/** Seals a client secret that no sign-in has proven yet: until then it stays out of the vault. */
export function sealStatedSecret(sealer: Sealer, connectionId: string, secret: string): Promise<string> {
  return sealer.seal(purposeOf(connectionId), secret);
}

export function openStatedSecret(
  sealer: Sealer,
  connectionId: string,
  sealed: string,
): Promise<string | undefined> {
  return sealer.open(purposeOf(connectionId), sealed);
}
