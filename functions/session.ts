import type { HttpRequest } from '@azure/functions';
import { parseCookie } from 'cookie';
import type { Broker } from '../shared/broker.ts';
import { BrokerError } from '../shared/domain/errors.ts';
import type { CookieJar } from '../shared/operations/claimAuthorization.ts';
import type { Session } from '../shared/operations/signIn.ts';
import { equalSecrets } from '../shared/secrets.ts';
import type { Viewer } from './pages/views.ts';

/** Thrown by a page that needs a session where there is none: the browser is sent to sign in. */
export class SignInRequired extends Error {}

/** The cookies of a request. The host joins two Cookie headers with a comma (RFC 6265 section 5.4 allows but one). */
export function cookiesOf(request: HttpRequest): CookieJar {
  const cookies = parseCookie(request.headers.get('cookie')?.replaceAll(',', ';') ?? '');
  return (name) => cookies[name];
}

/** @throws SignInRequired */
export async function requireSession(broker: Broker, request: HttpRequest): Promise<Session> {
  const session = await broker.signIn.sessionOf(cookiesOf(request));
  if (session === undefined) throw new SignInRequired();
  return session;
}

/** What pages show of the session. */
export function viewerOf({ name, username, csrfToken }: Session): Viewer {
  return { displayName: name, username, csrfToken };
}

/**
 * Refuses a form that another site sent: by the headers that browsers set and pages cannot.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function requireSameOrigin(broker: Broker, request: HttpRequest): void {
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  const foreignOrigin = origin !== null && origin !== broker.config.baseUrl;
  const foreignSite = site !== null && site !== 'same-origin' && site !== 'none';
  if (foreignOrigin || foreignSite) throw crossSite();
}

/** The token of the session as well as the origin: either alone would do in most browsers. */
export function requireOwnForm(
  broker: Broker,
  request: HttpRequest,
  session: Session,
  form: URLSearchParams,
): void {
  requireSameOrigin(broker, request);
  if (!equalSecrets(form.get('csrf') ?? '', session.csrfToken)) throw crossSite();
}

function crossSite(): BrokerError {
  return new BrokerError(
    'cross_site_request',
    'The form did not come from a page of this broker, or its page is from an earlier sign-in. Open the page anew.',
  );
}
