import type { RpcHttpCookie } from '@azure/functions-core';

const sameSiteNames: Record<string, string> = { lax: 'lax', strict: 'strict', explicitNone: 'none' };

/**
 * The `Set-Cookie` value that the host makes of a cookie: value percent-encoded, `path=/` unless there is
 * one, `max-age` in whole seconds, attribute names in lower case (RFC 6265, section 4.1).
 */
export function setCookieOf(cookie: RpcHttpCookie): string {
  const parts = [`${cookie.name ?? ''}=${escapeValue(cookie.value ?? '')}`];
  const seconds = cookie.expires?.value?.seconds;
  if (typeof seconds === 'number') parts.push(`expires=${new Date(seconds * 1000).toUTCString()}`);
  const maxAge = cookie.maxAge?.value;
  if (typeof maxAge === 'number') parts.push(`max-age=${Math.floor(maxAge)}`);
  if (cookie.domain?.value) parts.push(`domain=${cookie.domain.value}`);
  parts.push(`path=${cookie.path?.value || '/'}`);
  if (cookie.secure?.value) parts.push('secure');
  const sameSite = sameSiteNames[cookie.sameSite ?? ''];
  if (sameSite) parts.push(`samesite=${sameSite}`);
  if (cookie.httpOnly?.value) parts.push('httponly');
  return parts.join('; ');
}

/** Everything but the unreserved characters of RFC 3986. */
function escapeValue(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
