import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** An RSA key that signs JWTs, and its public half. */
export interface SigningKey {
  publicJwk: JWK;
  /** A compact RS256 JWT; every claim, times included, is the caller's. */
  sign(payload: JWTPayload): Promise<string>;
}

/** A fresh 2,048 bit key; its `kid` is its thumbprint (RFC 7638). */
export async function createSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    publicJwk: { ...jwk, kid, use: 'sig', alg: 'RS256' },
    sign: (payload) =>
      new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(privateKey),
  };
}
