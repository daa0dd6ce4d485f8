import { type Environment, environments } from '../../domain/environment.ts';
import { BrokerError, Evidence } from '../../domain/errors.ts';
import { mapOrigin, type OriginMap } from './originMap.ts';

const deadlineMilliseconds = 5_000;

/**
 * Reads the OpenID configuration of a tenant, which costs no token and is counted against nobody.
 * @throws BrokerError `identity_unavailable`
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-protocols-oidc#fetch-the-openid-configuration-document
 */
export async function checkAuthority(
  environment: Environment,
  tenant: string,
  originMap: OriginMap | undefined,
  send: typeof fetch,
): Promise<void> {
  const { authorityOrigin } = environments[environment];
  const url = `${authorityOrigin}/${tenant}/v2.0/.well-known/openid-configuration`;
  const signal = AbortSignal.timeout(deadlineMilliseconds);
  const status = await send(mapOrigin(url, originMap), { signal, redirect: 'error' }).then(
    async (response) => {
      await response.body?.cancel();
      return response.status;
    },
    () => undefined,
  );
  if (status === 200) return;
  throw new BrokerError('identity_unavailable', 'The authority of the broker does not answer.', {
    cause: new Evidence(`discovery ${status ?? 'unanswered'}`),
  });
}
