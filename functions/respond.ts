import type { Cookie, HttpResponseInit } from '@azure/functions';
import type { CookieToSet } from '../shared/operations/signIn.ts';

/** A JSON answer that no cache keeps. */
export function json(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponseInit {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

/**
 * Headers of every page: nothing but the broker's own files, no framing, no sniffing. The referrer policy is
 * `same-origin` and not `no-referrer`, since with that browsers send `Origin: null` with forms of their own origin.
 */
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** A page. */
export function page(status: number, body: string, cookies: readonly CookieToSet[] = []): HttpResponseInit {
  return { status, headers: pageHeaders, body, cookies: cookies.map(cookieOf) };
}

/** To another address of ours after a form (RFC 9110 section 15.4.4), or to Microsoft. */
export function seeOther(location: string, cookies: readonly CookieToSet[] = []): HttpResponseInit {
  return { status: 303, headers: { location, 'cache-control': 'no-store' }, cookies: cookies.map(cookieOf) };
}

/** `Lax`, not `Strict`: the callback is a navigation that comes from Microsoft. */
function cookieOf({ name, value, maxAgeSeconds }: CookieToSet): Cookie {
  return { name, value, maxAge: maxAgeSeconds, path: '/', secure: true, httpOnly: true, sameSite: 'Lax' };
}
