import { type Environment, environmentNames, environments } from '../../../shared/domain/environment.ts';

/** An Entra authority host and the environments it serves; both US Government ones share a host. */
export interface Authority {
  /** Host name, also the first path segment under which the local Entra serves this authority. */
  host: string;
  origin: string;
  aliases: readonly string[];
  environments: readonly Environment[];
  /** Host of the issuer of version 1 access tokens, which Graph tokens are. */
  v1IssuerOrigin: string;
}

function createAuthorities(): Authority[] {
  const byOrigin = new Map<string, Environment[]>();
  for (const name of environmentNames) {
    const { authorityOrigin } = environments[name];
    byOrigin.set(authorityOrigin, [...(byOrigin.get(authorityOrigin) ?? []), name]);
  }
  return [...byOrigin].map(([origin, names]) => ({
    host: new URL(origin).host,
    origin,
    aliases: [...new Set(names.flatMap((name) => environments[name].authorityAliases))],
    environments: names,
    v1IssuerOrigin: origin.endsWith('.cn') ? 'https://sts.chinacloudapi.cn' : 'https://sts.windows.net',
  }));
}

/** The authorities of all clouds, by the table of environments. */
export const authorities: readonly Authority[] = createAuthorities();

/** The authority that serves an environment. */
export function authorityOf(environment: Environment): Authority {
  const found = authorities.find((authority) => authority.environments.includes(environment));
  if (!found) throw new Error(`No authority serves ${environment}.`);
  return found;
}

/** The authority that answers under a host name or one of its aliases. */
export function findAuthority(host: string): Authority | undefined {
  return authorities.find(
    (authority) => authority.host === host || authority.aliases.includes(`https://${host}`),
  );
}
