import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import {
  type CallerVerifier,
  createCallerVerifier,
} from '../../../../shared/adapters/callers/callerVerifier.ts';
import type { BrokerError } from '../../../../shared/domain/errors.ts';
import { entraIssuer, type TrustedIssuer } from '../../../../shared/domain/trustedIssuer.ts';
import { type LocalServer, listen, sendJson } from '../../../cloud/httpServer.ts';
import { createVirtualClock } from '../../../fakes/virtualClock.ts';

const tenantId = '11111111-1111-4111-8111-111111111111';
const clientId = '22222222-2222-4222-8222-222222222222';
const entra = entraIssuer('usgov-l4', tenantId, clientId);
const robots: TrustedIssuer = {
  issuer: 'https://robots.example',
  audiences: ['the-broker'],
  jwksUri: 'https://robots.example/keys',
  scope: 'access_as_user',
  principalClaim: 'sub',
  rolesClaim: 'groups',
  principalPrefix: 'robots:',
};

let privateKey: CryptoKey;
let strangerKey: CryptoKey;
let server: LocalServer;
let jwks: unknown;
let jwksStatus = 200;
let jwksRequests = 0;
let clock = createVirtualClock();
let verifier: CallerVerifier;

beforeAll(async () => {
  const pair = await generateKeyPair('RS256');
  privateKey = pair.privateKey;
  strangerKey = (await generateKeyPair('RS256')).privateKey;
  jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', use: 'sig', alg: 'RS256' }] };
  server = await listen(
    (_, response) => {
      jwksRequests += 1;
      sendJson(response, jwksStatus, jwks);
    },
    { port: 0 },
  );
});
afterAll(() => server.close());
beforeEach(() => {
  jwksStatus = 200;
  jwksRequests = 0;
  clock = createVirtualClock();
  verifier = create();
});

function create(): CallerVerifier {
  const originMap = {
    'https://login.microsoftonline.us': `${server.origin}/us`,
    'https://robots.example': `${server.origin}/robots`,
  };
  return createCallerVerifier({ trustedIssuers: [entra, robots], clock, originMap });
}

const seconds = () => Math.floor(clock.now().getTime() / 1000);
const times = () => ({ iat: seconds(), nbf: seconds(), exp: seconds() + 3600 });
type Claims = Record<string, unknown>;
const app = (): Claims => ({
  ...times(),
  iss: entra.issuer,
  aud: clientId,
  azp: '33333333-3333-4333-8333-333333333333',
  idtyp: 'app',
  oid: 'app-oid',
  sub: 'app-oid',
  tid: tenantId,
  roles: ['Tokens.Read', 'Some.Other'],
});
const person = (): Claims => ({
  ...app(),
  idtyp: undefined,
  oid: 'person-oid',
  sub: 'pairwise',
  scp: 'profile access_as_user',
  name: 'Ada Lovelace',
  roles: undefined,
});

async function bearer(claims: Claims, key = privateKey, header: { alg?: string; kid?: string } = {}) {
  const jwt = new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1', typ: 'JWT', ...header });
  return `Bearer ${await jwt.sign(key)}`;
}

async function refused(header: string | undefined): Promise<BrokerError> {
  try {
    await verifier.verify(header);
  } catch (error) {
    return error as BrokerError;
  }
  throw new Error('It was accepted.');
}

describe('who calls', () => {
  test('an application, by its roles', async () => {
    expect(await verifier.verify(await bearer(app()))).toEqual({
      principalId: 'app-oid',
      kind: 'application',
      displayName: 'Application 33333333-3333-4333-8333-333333333333',
      roles: new Set(['Tokens.Read']),
    });
  });

  test('a person, who may have no role', async () => {
    expect(await verifier.verify(await bearer(person()))).toEqual({
      principalId: 'person-oid',
      kind: 'user',
      displayName: 'Ada Lovelace',
      roles: new Set(),
    });
  });

  test('an application of another issuer, under its prefix and claims', async () => {
    const claims = { ...times(), iss: robots.issuer, aud: 'the-broker', sub: 'r2', groups: 'Tokens.Read x' };
    expect(await verifier.verify(await bearer(claims))).toMatchObject({
      principalId: 'robots:r2',
      kind: 'application',
      roles: new Set(['Tokens.Read']),
    });
  });

  test('the audience may be the application id URI, the scheme any case', async () => {
    const header = await bearer({ ...app(), aud: `api://${clientId}` });
    expect((await verifier.verify(header.replace('Bearer', 'bearer'))).principalId).toBe('app-oid');
  });
});

describe('what is refused', () => {
  test.each<[string, string | undefined, RegExp]>([
    ['nothing', undefined, /Send an access token/],
    ['blank', ' ', /Send an access token/],
    ['basic authentication', 'Basic YTpi', /does not hold a signed JWT/],
    ['an opaque token', 'Bearer abcdef', /does not hold a signed JWT/],
    ['two tokens', 'Bearer a.b.c, Bearer a.b.c', /does not hold a signed JWT/],
    ['dots without JSON', 'Bearer a.b.c', /malformed/],
    ['kilobytes', `Bearer a.${'b'.repeat(20_000)}.c`, /does not hold a signed JWT/],
  ])('%s', async (_, header, words) => {
    expect(await refused(header)).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringMatching(words),
    });
  });

  test.each<[string, () => Claims, RegExp]>([
    ['expired', () => ({ ...app(), exp: seconds() - 61 }), /expired/],
    ['without an end', () => ({ ...app(), exp: undefined }), /lacks the claim "exp"/],
    ['not valid yet', () => ({ ...app(), nbf: seconds() + 120 }), /not valid yet/],
    ['for another audience', () => ({ ...app(), aud: 'https://graph.microsoft.com' }), /another audience/],
    ['of an unknown issuer', () => ({ ...app(), iss: 'https://evil.example' }), /issuer that is not trusted/],
    ['without an issuer', () => ({ ...app(), iss: undefined }), /issuer that is not trusted/],
    [
      'of version 1',
      () => ({ ...app(), iss: `https://sts.windows.net/${tenantId}/` }),
      /requestedAccessTokenVersion/,
    ],
    ['an id token', () => ({ ...app(), idtyp: undefined, sub: 'pairwise', nonce: 'n' }), /id token/],
    [
      'an id token of a flow without nonce',
      () => ({ ...app(), idtyp: undefined, sub: 'pairwise' }),
      /id token/,
    ],
    ['without a principal', () => ({ ...app(), oid: undefined }), /claim "oid"/],
    ['with an odd principal', () => ({ ...app(), oid: 'a b', sub: 'a b' }), /claim "oid"/],
  ])('a token %s', async (_, claims, words) => {
    const header = await bearer(claims());
    const error = await refused(header);
    expect(error).toMatchObject({ code: 'unauthenticated', message: expect.stringMatching(words) });
    expect(JSON.stringify([error.message, error.members, error.cause])).not.toContain('app-oid');
  });

  test('a bad signature, a strange key, a strange algorithm', async () => {
    expect(await refused(await bearer(app(), strangerKey))).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringMatching(/signature/),
    });
    expect((await refused(await bearer(app(), strangerKey, { kid: 'k9' }))).message).toMatch(
      /does not publish/,
    );
    const rs512 = await bearer(app(), (await generateKeyPair('RS512')).privateKey, { alg: 'RS512' });
    expect((await refused(rs512)).message).toMatch(/algorithm/);
    const unsigned = new UnsecuredJWT(app()).encode();
    expect(await refused(`Bearer ${unsigned}`)).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringMatching(/algorithm/),
    });
  });

  test('an application without a role, and a person without the scope, are forbidden', async () => {
    expect(await refused(await bearer({ ...app(), roles: ['Other'] }))).toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/Connections\.Manage, Connections\.Create, Tokens\.Read/),
    });
    expect(await refused(await bearer({ ...person(), scp: 'profile' }))).toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/access_as_user/),
    });
  });

  test('a token of one issuer signed by the key of another tenant’s name is still held to its issuer', async () => {
    const claims = { ...app(), iss: robots.issuer };
    expect((await refused(await bearer(claims))).message).toMatch(/another audience/);
  });
});

describe('keys', () => {
  test.each([500, 404, 301])('an endpoint that answers %d is no fault of the caller', async (status) => {
    jwksStatus = status;
    expect(await refused(await bearer(app()))).toMatchObject({ code: 'identity_unavailable' });
  });

  test('are fetched once, however many tokens and strange keys come', async () => {
    const headers = await Promise.all(
      ['k1', 'k8', 'k9'].map((kid, index) => bearer({ ...app(), uti: String(index) }, privateKey, { kid })),
    );
    await Promise.allSettled(headers.map((header) => verifier.verify(header)));
    await Promise.allSettled(headers.map((header) => verifier.verify(header)));
    expect(jwksRequests).toBe(1);
  });
});

describe('a verified token', () => {
  test('is believed without its keys, until it ends', async () => {
    const header = await bearer({ ...app(), exp: seconds() + 100 });
    await verifier.verify(header);
    await clock.advance(99_000);
    expect((await verifier.verify(header)).principalId).toBe('app-oid');
    await clock.advance(62_000);
    expect((await refused(header)).message).toMatch(/expired/);
  });

  test('is verified again after a while', async () => {
    const header = await bearer(app());
    const first = await verifier.verify(header);
    expect(await verifier.verify(header)).toBe(first);
    await clock.advance(15 * 60_000);
    expect(await verifier.verify(header)).not.toBe(first);
  });

  test('does not vouch for the same claims under another signature', async () => {
    const header = await bearer(app());
    await verifier.verify(header);
    const forged = `${header.slice(0, header.lastIndexOf('.'))}.${'A'.repeat(342)}`;
    expect((await refused(forged)).code).toBe('unauthenticated');
  });
});
