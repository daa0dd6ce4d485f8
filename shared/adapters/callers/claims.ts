import type { JWTPayload } from 'jose';
import { type Caller, personLabel, type Role, roles } from '../../domain/caller.ts';
import { BrokerError } from '../../domain/errors.ts';
import type { TrustedIssuer } from '../../domain/trustedIssuer.ts';

const longestPrincipalId = 200;
const longestDisplayName = 120;
const printable = /^[\x21-\x7e]+$/;

const asText = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : undefined);

/** A claim that is one string, words in one string, or a list of strings. */
function asWords(value: unknown): string[] {
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '');
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function readPrincipalId(claims: JWTPayload, issuer: TrustedIssuer): string {
  const value = asText(claims[issuer.principalClaim]);
  if (value === undefined || value.length > longestPrincipalId || !printable.test(value)) {
    throw new BrokerError(
      'unauthenticated',
      `The access token does not say who the caller is: its claim "${issuer.principalClaim}" is missing or unusable.`,
    );
  }
  return `${issuer.principalPrefix}${value}`;
}

function readDisplayName(claims: JWTPayload, principalId: string): string {
  const person = personLabel(asText(claims.name), asText(claims.preferred_username));
  const application = asText(claims.app_displayname);
  const clientId = asText(claims.azp) ?? asText(claims.appid);
  const label = person ?? application ?? (clientId === undefined ? principalId : `Application ${clientId}`);
  return label.slice(0, longestDisplayName);
}

/**
 * An id token has the same issuer and audience as an access token for this API and may even carry roles, but it is
 * no permission to call (RFC 8725 section 3.12). Tell-tale are claims of OpenID Connect Core section 2; and an app's
 * own Entra token names the app as its subject.
 */
function isApplicationToken(claims: JWTPayload): boolean {
  if ([claims.nonce, claims.at_hash, claims.c_hash].some((claim) => claim !== undefined)) return false;
  if (claims.idtyp !== undefined) return claims.idtyp === 'app';
  return claims.oid === undefined || claims.oid === claims.sub;
}

function requireScope(claims: JWTPayload, issuer: TrustedIssuer): void {
  if (asWords(claims.scp).includes(issuer.scope)) return;
  throw new BrokerError(
    'forbidden',
    `A user's access token has to carry the scope "${issuer.scope}" of this API: request the token for that scope.`,
    { members: { missingScope: issuer.scope } },
  );
}

function requireAnyRole(held: ReadonlySet<Role>, principalId: string): void {
  if (held.size > 0) return;
  throw new BrokerError(
    'forbidden',
    `An application needs one of the app roles ${roles.join(', ')}; principal ${principalId} has none of them. ` +
      'An administrator assigns it on the enterprise application of this broker; ' +
      'tokens issued before that do not carry it yet.',
    { members: { missingRole: roles, principalId } },
  );
}

/**
 * Who calls, from verified claims.
 * @throws BrokerError `unauthenticated` for a token that is no access token, `forbidden` without scope or role.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
 */
export function callerOf(claims: JWTPayload, issuer: TrustedIssuer): Caller {
  const isUser = claims.scp !== undefined;
  if (!isUser && !isApplicationToken(claims)) {
    throw new BrokerError(
      'unauthenticated',
      'This is an id token, not an access token for this API: request an access token and send that.',
    );
  }
  const principalId = readPrincipalId(claims, issuer);
  const words = asWords(claims[issuer.rolesClaim]);
  const held = new Set(roles.filter((role) => words.includes(role)));
  if (isUser) requireScope(claims, issuer);
  else requireAnyRole(held, principalId);
  return {
    principalId,
    kind: isUser ? 'user' : 'application',
    displayName: readDisplayName(claims, principalId),
    roles: held,
  };
}
