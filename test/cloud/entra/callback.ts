import type { ServerResponse } from 'node:http';
import type { AuthorizationFlow } from './context.ts';
import { describeFailure, type EntraFailure } from './failure.ts';
import { formPostPage, sendPage } from './pages.ts';

/** Codes that stand for a person who turned back; Entra marks them. */
const turnedBack: ReadonlySet<number> = new Set([65004, 90094, 90095]);

type Destination = Pick<AuthorizationFlow, 'authority' | 'redirectUri' | 'responseMode' | 'state'>;

/** The redirect URI with the parameters in its query or fragment. */
export function callbackUrl(
  { redirectUri, responseMode }: Pick<Destination, 'redirectUri' | 'responseMode'>,
  parameters: URLSearchParams,
): string {
  if (responseMode === 'fragment') return `${redirectUri}#${parameters}`;
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${parameters}`;
}

/** Sends the person back to the app (RFC 6749 section 4.1.2), by redirect or by form post. */
export function sendCallback(
  response: ServerResponse,
  destination: Destination,
  parameters: URLSearchParams,
): void {
  if (destination.responseMode === 'form_post') {
    sendPage(response, 200, formPostPage(destination.authority.host, destination.redirectUri, parameters));
    return;
  }
  response.writeHead(302, { location: callbackUrl(destination, parameters), 'cache-control': 'no-store' });
  response.end();
}

/** The parameters of an error callback (RFC 6749 section 4.1.2.1). */
export function failureParameters(
  destination: Pick<Destination, 'authority' | 'state'>,
  failure: EntraFailure,
  now: Date,
): URLSearchParams {
  const { row, body } = describeFailure(failure, { now, authorityOrigin: destination.authority.origin });
  const parameters = new URLSearchParams({ error: row.callbackError ?? row.error });
  if (turnedBack.has(failure.code)) parameters.set('error_subcode', 'cancel');
  parameters.set('error_description', body.error_description);
  parameters.set('error_uri', body.error_uri);
  if (destination.state !== undefined) parameters.set('state', destination.state);
  return parameters;
}
