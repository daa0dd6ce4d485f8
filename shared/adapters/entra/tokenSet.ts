import type { AuthenticationResult, JsonCache, TokenCache } from '@azure/msal-node';
import type { Account } from '../../domain/connection.ts';
import { clientSideErrors } from '../../domain/tokenFailure.ts';
import type { TokenAnswer } from '../../ports.ts';
import type { AnswerFacts } from './rawAnswer.ts';

/** Tokens with continuous access evaluation live for up to 28 hours; anything far beyond is no lifetime. */
const longestLifetimeSeconds = 172_800;

type Claims = Readonly<Record<string, unknown>>;

const asText = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

function readAccount(claims: Claims): Account | undefined {
  const oid = asText(claims.oid);
  const tid = asText(claims.tid);
  if (oid === undefined || tid === undefined) return undefined;
  return { oid, tid, username: asText(claims.preferred_username) ?? '' };
}

/**
 * MSAL hands out the refresh token through its serialized cache alone. The cache is of this one operation, so
 * there is at most one.
 */
function readRefreshToken(cache: Pick<TokenCache, 'serialize'>): string | undefined {
  const { RefreshToken = {} } = JSON.parse(cache.serialize()) as Partial<JsonCache>;
  return Object.values(RefreshToken).map((entity) => asText(entity.secret))[0];
}

/** The failure that the facts of an answer amount to; their own `error` goes before what the broker finds. */
export function answered(facts: AnswerFacts, error?: string): TokenAnswer {
  const { expiresInSeconds: _lifetime, hasAccessToken: _had, ...kept } = facts;
  return { ok: false, failure: { kind: 'answered', ...(error === undefined ? {} : { error }), ...kept } };
}

/**
 * The tokens of an answer. MSAL resolves without them where the token endpoint sent none, whatever the status,
 * so each part is looked for. The access token counts from `askedAt`, since it was issued after that.
 */
export function readTokenSet(
  result: AuthenticationResult,
  cache: Pick<TokenCache, 'serialize'>,
  facts: AnswerFacts,
  askedAt: Date,
): TokenAnswer {
  const accessToken = asText(result.accessToken);
  const { status, expiresInSeconds = Number.POSITIVE_INFINITY } = facts;
  if (accessToken === undefined || expiresInSeconds > longestLifetimeSeconds || status > 299)
    return answered(facts);
  const idTokenClaims: Claims = { ...result.idTokenClaims };
  const account = readAccount(idTokenClaims);
  if (account === undefined) return answered(facts, clientSideErrors.idTokenUnusable);
  const refreshToken = readRefreshToken(cache);
  return {
    ok: true,
    tokens: {
      accessToken,
      expiresAt: new Date(askedAt.getTime() + expiresInSeconds * 1000),
      ...(refreshToken === undefined ? {} : { refreshToken }),
      scopes: result.scopes.filter((scope) => scope !== ''),
      account,
      idTokenClaims,
    },
  };
}
