import { personalAccountsTenantId } from './environment.ts';

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const domainName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

export type ParsedTenant =
  | { readonly ok: true; readonly tenant: string }
  | { readonly ok: false; readonly problem: string };
export type ParsedClientId =
  | { readonly ok: true; readonly clientId: string }
  | { readonly ok: false; readonly problem: string };

/** Whether the text is a GUID in lower case, as tenant ids, object ids and client ids are. */
export function isGuid(text: string): boolean {
  return guid.test(text);
}

/**
 * Reads the tenant of an authority: `common`, `organizations`, a tenant id or a verified domain name.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-protocols#endpoints
 */
export function parseTenant(text: string): ParsedTenant {
  const tenant = text.trim().toLowerCase();
  if (tenant === 'consumers' || tenant === personalAccountsTenantId) {
    return {
      ok: false,
      problem: 'Connections are for accounts of an organisation: "consumers" is for personal accounts alone.',
    };
  }
  if (tenant === 'common' || tenant === 'organizations' || guid.test(tenant) || domainName.test(tenant)) {
    return { ok: true, tenant };
  }
  return {
    ok: false,
    problem:
      'Give the directory (tenant) ID, a GUID as the overview page of the app registration shows it, ' +
      'or a domain name of the organisation, or "common" for a multitenant app.',
  };
}

/** Reads the application (client) id of an app registration. */
export function parseClientId(text: string): ParsedClientId {
  const clientId = text.trim().toLowerCase();
  return guid.test(clientId)
    ? { ok: true, clientId }
    : {
        ok: false,
        problem:
          'Give the application (client) ID, a GUID as the overview page of the app registration shows it.',
      };
}
