import { randomUUID } from 'node:crypto';
import type {
  AuthenticationResult,
  ConfidentialClientApplication,
  Configuration,
  NodeAuthOptions,
} from '@azure/msal-node';
import { environments } from '../../domain/environment.ts';
import { BrokerError } from '../../domain/errors.ts';
import { clientSideErrors } from '../../domain/tokenFailure.ts';
import {
  type AuthorizationUrlRequest,
  type ClientCredential,
  type ClientRegistration,
  type Clock,
  type IdentityProvider,
  identityDeadlineSeconds,
  type TokenAnswer,
} from '../../ports.ts';
import { buildAdminConsentUrl } from './adminConsentUrl.ts';
import { checkAuthority } from './checkAuthority.ts';
import { type CapturingNetwork, createNetwork } from './network.ts';
import { mapOrigin, type OriginMap } from './originMap.ts';
import { answered, readTokenSet } from './tokenSet.ts';

export interface IdentityProviderOptions {
  readonly clock: Clock;
  /** Only on a laptop: where the authorities are served instead. */
  readonly originMap?: OriginMap | undefined;
  /** Longest time of one token request, its credential included. Default: 10 seconds. */
  readonly deadlineSeconds?: number;
  /** Default: the runtime's own. */
  readonly fetch?: typeof fetch;
}

type TokenRequest = ClientRegistration & { readonly credential: ClientCredential };
type Acquire = (
  client: ConfidentialClientApplication,
  correlationId: string,
) => Promise<AuthenticationResult | null>;

/** Loaded at the first need: answering from memory and tables works without MSAL. */
const loadMsal = () => import('@azure/msal-node');

const authorityOf = (request: ClientRegistration) =>
  `${environments[request.environment].authorityOrigin}/${request.tenant}`;

/** Without a callback MSAL logs nothing; personal data is off all the same. */
const silent = { loggerOptions: { piiLoggingEnabled: false } };

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** @throws BrokerError `identity_unavailable` where the assertion cannot be had: that is no answer of Entra. */
async function authenticate(
  credential: ClientCredential,
  signal: AbortSignal,
): Promise<Pick<NodeAuthOptions, 'clientSecret' | 'clientAssertion'>> {
  if (credential.kind === 'secret') return { clientSecret: credential.secret };
  try {
    const assertion = await Promise.race([credential.assertion(), rejectOnAbort(signal)]);
    return { clientAssertion: async () => assertion };
  } catch (cause) {
    if (cause instanceof BrokerError) throw cause;
    throw new BrokerError(
      'identity_unavailable',
      'The managed identity that authenticates the app gave no token. Try again shortly; if it stays, check the ' +
        'identity of the broker.',
      { cause },
    );
  }
}

const msalCodeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'errorCode' in error ? error.errorCode : undefined;

/**
 * What to tell when MSAL threw: the answer where there was one, else why there was none.
 * @throws BrokerError `internal` where MSAL refused the request before it was sent: a mistake of the broker
 */
function failureOf(error: unknown, network: CapturingNetwork, signal: AbortSignal): TokenAnswer {
  const { facts, complete } = network;
  if (facts !== undefined && complete) {
    return answered(facts, facts.hasAccessToken ? clientSideProblem(error) : undefined);
  }
  if (facts === undefined && !signal.aborted && msalCodeOf(error) !== 'network_error') {
    throw new BrokerError('internal', 'The token request could not be built.', { cause: error });
  }
  const partial = facts === undefined ? undefined : answered(facts);
  const kept = partial?.ok === false ? partial.failure : { errorCodes: [] };
  return { ok: false, failure: { ...kept, kind: signal.aborted ? 'timeout' : 'network' } };
}

/** MSAL throws on a tokens answer for two reasons: the nonce differs, or the id token cannot be decoded. */
function clientSideProblem(error: unknown): string | undefined {
  const code = msalCodeOf(error);
  if (code === clientSideErrors.nonceMismatch) return clientSideErrors.nonceMismatch;
  return code === 'token_parsing_error' || code === 'null_or_empty_token'
    ? clientSideErrors.idTokenUnusable
    : undefined;
}

/**
 * Entra through MSAL, one client per operation: a shared one would throttle one person for another and mix
 * their caches. Endpoints of all four clouds are built into MSAL, so nothing is discovered over the network.
 *
 * A nonce that differs is told as a failure with error `nonce_mismatch`, an unreadable id token as
 * `id_token_unusable`; both classify as `id_token_invalid`. Thrown are only BrokerErrors for what is
 * no answer of Entra: `identity_unavailable` where the app's assertion cannot be had, `internal` for a bad request.
 * @see https://learn.microsoft.com/en-us/entra/msal/javascript/node/
 */
export function createIdentityProvider(options: IdentityProviderOptions): IdentityProvider {
  const { clock, originMap, deadlineSeconds = identityDeadlineSeconds } = options;

  const acquireTokens = async (request: TokenRequest, acquire: Acquire): Promise<TokenAnswer> => {
    const signal = AbortSignal.timeout(deadlineSeconds * 1000);
    const correlationId = randomUUID();
    const [{ ConfidentialClientApplication }, credential] = await Promise.all([
      loadMsal(),
      authenticate(request.credential, signal),
    ]);
    const network = createNetwork({ originMap, clock, signal, correlationId, fetch: options.fetch ?? fetch });
    const configuration: Configuration = {
      auth: { clientId: request.clientId, authority: authorityOf(request), ...credential },
      system: { ...silent, networkClient: network },
    };
    const askedAt = clock.now();
    try {
      const client = new ConfidentialClientApplication(configuration);
      const result = await acquire(client, correlationId);
      const { facts } = network;
      if (result === null || facts === undefined) return failureOf(undefined, network, signal);
      return readTokenSet(result, client.getTokenCache(), facts, askedAt);
    } catch (error) {
      return failureOf(error, network, signal);
    }
  };

  return {
    async authorizationUrl(request) {
      const { PublicClientApplication } = await loadMsal();
      // The authorize request carries no credential, so the client that has none builds it.
      const client = new PublicClientApplication({
        auth: { clientId: request.clientId, authority: authorityOf(request) },
        system: silent,
      });
      const url = await client.getAuthCodeUrl({
        redirectUri: request.redirectUri,
        scopes: [...request.scopes],
        state: request.state,
        nonce: request.nonce,
        codeChallenge: request.codeChallenge,
        codeChallengeMethod: 'S256',
        responseMode: 'query',
        ...accountChoice(request),
      });
      return mapOrigin(url, originMap);
    },

    adminConsentUrl: (request) => mapOrigin(buildAdminConsentUrl(request), originMap),

    check: (environment, tenant) => checkAuthority(environment, tenant, originMap, options.fetch ?? fetch),

    redeemCode: (request) =>
      acquireTokens(request, (client, correlationId) =>
        client.acquireTokenByCode({
          code: request.code,
          scopes: [...request.scopes],
          redirectUri: request.redirectUri,
          codeVerifier: request.codeVerifier,
          nonce: request.nonce,
          correlationId,
        }),
      ),

    refresh: (request) =>
      acquireTokens(request, (client, correlationId) =>
        client.acquireTokenByRefreshToken({
          refreshToken: request.refreshToken,
          scopes: [...request.scopes],
          // Else MSAL leaves the new refresh token out of the cache, the one place to read it from.
          forceCache: true,
          correlationId,
        }),
      ),
  };
}

/** A known account is only hinted at; without one the person chooses, so that no signed-in account slips in. */
function accountChoice({ loginHint, prompt }: AuthorizationUrlRequest): {
  loginHint?: string;
  prompt?: string;
} {
  return {
    ...(loginHint === undefined ? { prompt: 'select_account' } : { loginHint }),
    ...(prompt === undefined ? {} : { prompt }),
  };
}
