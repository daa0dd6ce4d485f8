import type { HttpResponseInit } from '@azure/functions';
import { environments } from '../shared/domain/environment.ts';
import type { AuthorizationStart } from '../shared/operations/beginAuthorization.ts';
import { continuePage } from './pages/continuePage.tsx';
import type { Viewer } from './pages/views.ts';
import { page } from './respond.ts';

/** 200 with a link, not a redirect: CSP `form-action` would judge every hop of one. */
export function continueResponse(
  { href, cookie, connection }: AuthorizationStart,
  viewer?: Viewer,
): HttpResponseInit {
  const { title } = environments[connection.environment ?? 'office365'];
  const view = { connectionName: connection.name, environmentTitle: title, href, ...(viewer && { viewer }) };
  return page(200, continuePage(view), [cookie]);
}
