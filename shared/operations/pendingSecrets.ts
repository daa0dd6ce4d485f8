import type { Sealer, SealPurpose } from '../sealing.ts';

/** What a callback needs of the authorization it ends, and nobody may read in between. */
export interface PendingSecrets {
  /** PKCE verifier (RFC 7636 section 4.1). */
  readonly codeVerifier: string;
  readonly nonce: string;
  readonly credential: AttemptCredential;
}

/** The credential of this attempt: just stated and unproven, a vault secret by name, or the app's own. */
export type AttemptCredential =
  | { readonly kind: 'stated'; readonly secret: string; readonly statedBy?: string }
  | { readonly kind: 'reference'; readonly secretName: string; readonly statedBy: string }
  | { readonly kind: 'app' };

const purposeOf = (authorizationId: string): SealPurpose => ({
  key: authorizationId,
  data: 'pending-authorization',
});

export function sealPending(
  sealer: Sealer,
  authorizationId: string,
  secrets: PendingSecrets,
): Promise<string> {
  return sealer.seal(purposeOf(authorizationId), JSON.stringify(secrets));
}

export async function openPending(
  sealer: Sealer,
  authorizationId: string,
  sealed: string,
): Promise<PendingSecrets | undefined> {
  const text = await sealer.open(purposeOf(authorizationId), sealed);
  return text === undefined ? undefined : (JSON.parse(text) as PendingSecrets);
}
