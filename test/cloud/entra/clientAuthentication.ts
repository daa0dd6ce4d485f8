import { createLocalJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import type { EntraContext } from './context.ts';
import type { AppRegistration } from './directory.ts';
import { EntraFailure } from './failure.ts';

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** What a client presents of itself at the token endpoint (RFC 6749 section 2.3, RFC 7523 section 2.2). */
export interface PresentedClient {
  clientId?: string | undefined;
  secret?: string | undefined;
  assertion?: string | undefined;
}

function parseBasic(header: string | undefined): PresentedClient {
  if (!header?.toLowerCase().startsWith('basic ')) return {};
  const text = Buffer.from(header.slice('basic '.length), 'base64').toString('utf8');
  const [clientId = '', ...rest] = text.split(':');
  const formDecoded = (value: string) =>
    new URLSearchParams(`v=${value.replaceAll('&', '%26')}`).get('v') ?? '';
  return { clientId: formDecoded(clientId), secret: formDecoded(rest.join(':')) };
}

/** Reads the client's id and credential from the form or the Basic header. */
export function readClient(form: URLSearchParams, authorization: string | undefined): PresentedClient {
  const basic = parseBasic(authorization);
  const isAssertion = form.get('client_assertion_type') === jwtBearer;
  return {
    clientId: form.get('client_id') ?? basic.clientId,
    secret: form.get('client_secret') ?? basic.secret,
    assertion: (isAssertion && form.get('client_assertion')) || undefined,
  };
}

function checkSecret(app: AppRegistration, secret: string, now: Date): void {
  const found = app.secrets.filter(({ value }) => value === secret);
  if (found.length === 0) throw new EntraFailure(7000215, { clientId: app.clientId });
  if (found.every(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now)) {
    throw new EntraFailure(7000222, { clientId: app.clientId });
  }
}

function decode(assertion: string): JWTPayload {
  try {
    return decodeJwt(assertion);
  } catch {
    throw new EntraFailure(50027);
  }
}

function checkFederatedCredential(app: AppRegistration, claims: JWTPayload): void {
  const audiences = [claims.aud ?? ''].flat();
  const values = { issuer: claims.iss, subject: claims.sub, audience: audiences[0] };
  if (app.federatedCredentials.length === 0) throw new EntraFailure(70021, values);
  const ofIssuer = app.federatedCredentials.filter(({ issuer }) => issuer === claims.iss);
  if (ofIssuer.length === 0) throw new EntraFailure(700211, values);
  const ofSubject = ofIssuer.filter(({ subject }) => subject === claims.sub);
  if (ofSubject.length === 0) throw new EntraFailure(700213, values);
  if (!ofSubject.some(({ audience }) => audiences.includes(audience))) throw new EntraFailure(700212, values);
}

function instantOf(seconds: number | undefined): string {
  return new Date((seconds ?? 0) * 1000).toISOString();
}

/** The assertion's own times are real ones, whatever the local clock says. */
async function verifyAssertion(context: EntraContext, assertion: string, claims: JWTPayload): Promise<void> {
  const issuer = context.assertionIssuers.find((known) => known.issuer === claims.iss);
  if (!issuer) throw new EntraFailure(50013);
  try {
    await jwtVerify(assertion, createLocalJWKSet({ keys: [issuer.publicJwk] }), { requiredClaims: ['exp'] });
  } catch (error) {
    const untimely =
      error instanceof errors.JWTExpired ||
      (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf');
    if (!untimely) throw new EntraFailure(50013);
    throw new EntraFailure(700024, {
      now: new Date().toISOString(),
      validFrom: instantOf(claims.nbf),
      expiresAt: instantOf(claims.exp),
    });
  }
}

/**
 * Authenticates the app by a client secret or by a federated credential's assertion.
 * @throws EntraFailure 7000215, 7000222, 7000218, 50013, 50027, 70021, 700024, 700211, 700212, 700213
 */
export async function authenticateClient(
  context: EntraContext,
  app: AppRegistration,
  presented: PresentedClient,
): Promise<void> {
  if (presented.assertion !== undefined) {
    const claims = decode(presented.assertion);
    checkFederatedCredential(app, claims);
    await verifyAssertion(context, presented.assertion, claims);
    return;
  }
  if (!presented.secret) throw new EntraFailure(7000218, { clientId: app.clientId });
  checkSecret(app, presented.secret, context.clock.now());
}
