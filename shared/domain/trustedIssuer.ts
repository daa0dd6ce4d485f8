import { type Environment, environments } from './environment.ts';

/** An issuer of access tokens for this API, and how its claims are read (RFC 9068, OpenID Connect Core section 5). */
export interface TrustedIssuer {
  /** Exactly as in the claim `iss`. */
  readonly issuer: string;
  /** One of these has to be in the claim `aud`. */
  readonly audiences: readonly string[];
  readonly jwksUri: string;
  /** Scope that a user's token must carry in `scp`. */
  readonly scope: string;
  /** Claim that identifies the caller for ever, unique within the issuer. */
  readonly principalClaim: string;
  readonly rolesClaim: string;
  /** Stands before the claim's value, so that principals of two issuers never meet. Empty for Entra's object ids. */
  readonly principalPrefix: string;
}

/** Claims of an Entra access token, and the scope that the setup of the broker's app registration exposes. */
export const entraClaimMap = {
  scope: 'access_as_user',
  principalClaim: 'oid',
  rolesClaim: 'roles',
  principalPrefix: '',
} as const;

/**
 * The tenant of the broker itself as issuer, of v2 tokens for the broker's app registration.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
 */
export function entraIssuer(environment: Environment, tenantId: string, clientId: string): TrustedIssuer {
  const authority = `${environments[environment].authorityOrigin}/${tenantId}`;
  return {
    ...entraClaimMap,
    issuer: `${authority}/v2.0`,
    audiences: [clientId, `api://${clientId}`],
    jwksUri: `${authority}/discovery/v2.0/keys`,
  };
}

/** Whether the issuer is an Entra authority, whose object ids are unique across all tenants and clouds. */
export function isEntraIssuer(issuer: string): boolean {
  return Object.values(environments).some(({ authorityOrigin }) => issuer.startsWith(`${authorityOrigin}/`));
}
