import type { HttpMethod } from '@azure/functions';
import { addConnection } from './addConnection.ts';
import { beginAuthorization } from './beginAuthorization.ts';
import { beginSignIn } from './beginSignIn.ts';
import { checkLiveness } from './checkLiveness.ts';
import { checkReadiness } from './checkReadiness.ts';
import { completeConnection } from './completeConnection.ts';
import { completeSignIn } from './completeSignIn.ts';
import { confirmAccount } from './confirmAccount.ts';
import { confirmConnection } from './confirmConnection.ts';
import { deleteConnection } from './deleteConnection.ts';
import { deleteFromPage } from './deleteFromPage.ts';
import type { HandlerFactory } from './edge.ts';
import { ensureConnection } from './ensureConnection.ts';
import { listConnections } from './listConnections.ts';
import { listConnectors } from './listConnectors.ts';
import { listEnvironments } from './listEnvironments.ts';
import { listEvents } from './listEvents.ts';
import { readConnection } from './readConnection.ts';
import { readToken } from './readToken.ts';
import { serveAsset } from './serveAsset.ts';
import { showAuthenticationForm } from './showAuthenticationForm.ts';
import { showConnection } from './showConnection.ts';
import { showConnections } from './showConnections.ts';
import { showConnectors } from './showConnectors.ts';
import { showConnectPage } from './showConnectPage.ts';
import { showDeletion } from './showDeletion.ts';
import { signOut } from './signOut.ts';
import { startConnection } from './startConnection.ts';
import { unknownRoute } from './unknownRoute.ts';
import { updateConnection } from './updateConnection.ts';

/** One HTTP function. `answers` says how its errors look: as problem documents or as pages. */
export interface Route {
  readonly methods: readonly HttpMethod[];
  readonly route: string;
  readonly answers: 'api' | 'page';
  readonly handler: HandlerFactory;
}

const api = (method: HttpMethod, route: string, handler: HandlerFactory): Route => ({
  methods: [method],
  route,
  answers: 'api',
  handler,
});
const page = (method: HttpMethod, route: string, handler: HandlerFactory): Route => ({
  methods: [method],
  route,
  answers: 'page',
  handler,
});

/** Every HTTP function by its name. The host matches in alphabetical order of names, so no two routes may overlap. */
export const routes: Readonly<Record<string, Route>> = {
  startConnection: api('POST', 'api/v1/connections', startConnection),
  listConnections: api('GET', 'api/v1/connections', listConnections),
  ensureConnection: api('PUT', 'api/v1/connections/{connectionId}', ensureConnection),
  readConnection: api('GET', 'api/v1/connections/{connectionId}', readConnection),
  updateConnection: api('PATCH', 'api/v1/connections/{connectionId}', updateConnection),
  deleteConnection: api('DELETE', 'api/v1/connections/{connectionId}', deleteConnection),
  confirmConnection: api('POST', 'api/v1/connections/{connectionId}/confirm', confirmConnection),
  listEvents: api('GET', 'api/v1/connections/{connectionId}/events', listEvents),
  readToken: api('GET', 'api/v1/connections/{connectionId}/token', readToken),
  listEnvironments: api('GET', 'api/v1/environments', listEnvironments),
  listConnectors: api('GET', 'api/v1/connectors', listConnectors),
  checkLiveness: api('GET', 'health', checkLiveness),
  checkReadiness: api('GET', 'health/ready', checkReadiness),

  completeConnection: page('GET', 'provisioning_/callback', completeConnection),
  showConnectPage: page('GET', 'connect/{connectionId}', showConnectPage),
  beginAuthorization: page('POST', 'connect/{connectionId}', beginAuthorization),

  showConnections: page('GET', '/', showConnections),
  showConnectors: page('GET', 'add', showConnectors),
  showAuthenticationForm: page('GET', 'add/{connector}', showAuthenticationForm),
  addConnection: page('POST', 'add/{connector}', addConnection),
  showConnection: page('GET', 'connections/{connectionId}', showConnection),
  confirmAccount: page('POST', 'connections/{connectionId}/confirm', confirmAccount),
  showDeletion: page('GET', 'connections/{connectionId}/delete', showDeletion),
  deleteFromPage: page('POST', 'connections/{connectionId}/delete', deleteFromPage),
  beginSignIn: page('GET', 'signin', beginSignIn),
  completeSignIn: page('GET', 'signin/callback', completeSignIn),
  signOut: page('POST', 'signout', signOut),
  serveAsset: page('GET', 'assets/{file}', serveAsset),

  // Last in the alphabet, so that it takes only what nothing else does.
  zzUnknownApiRoute: {
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
    route: 'api/{*path}',
    answers: 'api',
    handler: unknownRoute,
  },
  zzUnknownPage: { methods: ['GET', 'POST'], route: '{*path}', answers: 'page', handler: unknownRoute },
};
