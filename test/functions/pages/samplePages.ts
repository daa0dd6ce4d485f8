import { authenticationPage } from '../../../functions/pages/authenticationPage.tsx';
import { connectionPage } from '../../../functions/pages/connectionPage.tsx';
import { connectionsPage } from '../../../functions/pages/connectionsPage.tsx';
import { connectorsPage } from '../../../functions/pages/connectorsPage.tsx';
import { continuePage } from '../../../functions/pages/continuePage.tsx';
import { deletePage } from '../../../functions/pages/deletePage.tsx';
import { failurePage } from '../../../functions/pages/failurePage.tsx';
import { messagePage } from '../../../functions/pages/messagePage.tsx';
import { replayPage } from '../../../functions/pages/replayPage.tsx';
import { resultPage } from '../../../functions/pages/resultPage.tsx';
import * as views from './sampleViews.ts';

/** Every page in its telling states, each free text of it put through `spoil`. */
export const samplePages: Readonly<Record<string, (spoil?: views.Spoil) => string>> = {
  connections: (spoil) => connectionsPage(views.connectionsView(spoil)),
  'connections, none': (spoil) =>
    connectionsPage({
      viewer: views.viewer(spoil),
      principalId: views.ownerId,
      mayAdd: true,
      managesAll: false,
      connections: [],
    }),
  'connections, none, without the role': (spoil) =>
    connectionsPage({
      viewer: views.viewer(spoil),
      principalId: views.ownerId,
      mayAdd: false,
      managesAll: false,
      connections: [],
    }),
  connectors: (spoil) => connectorsPage({ viewer: views.viewer(spoil) }),
  authentication: (spoil) => authenticationPage(views.authenticationView(spoil)),
  'authentication, wrong input': (spoil) => authenticationPage(views.wrongAuthenticationView(spoil)),
  'authentication, invited': (spoil) => authenticationPage(views.invitationView(spoil)),
  continue: (spoil = String) =>
    continuePage({
      connectionName: spoil('Invoices mailbox'),
      environmentTitle: 'Office 365',
      href: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=1&state="><i>',
    }),
  result: (spoil) => resultPage(views.resultView(spoil)),
  'result, unconfirmed': (spoil) =>
    resultPage({
      connection: views.connection(spoil, { status: 'pending', accountConfirmed: false }),
      missingScopes: [],
      nextStep: 'Jonas Okafor has to confirm the account. You can close this page.',
    }),
  failure: (spoil) => failurePage(views.failureView(spoil)),
  'failure, passing': (spoil = String) =>
    failurePage({
      title: spoil('Microsoft did not give a usable answer'),
      detail: spoil('Microsoft has a temporary problem.'),
      code: 'identity_unavailable',
      retryAfterSeconds: 30,
      correlationId: spoil('0f9b4f0e-7a65-4d0c-8f63-7d1c9a8b2e10'),
    }),
  connection: (spoil) => connectionPage(views.connectionView(spoil)),
  'connection, pending': (spoil) => connectionPage(views.pendingConnectionView(spoil)),
  'connection, unconfirmed': (spoil) => connectionPage(views.unconfirmedConnectionView(spoil)),
  'connection, refresh failed': (spoil) => connectionPage(views.troubledConnectionView(spoil)),
  replay: (spoil) => replayPage(views.replayView(spoil)),
  'failure, replayed': (spoil) =>
    failurePage({
      ...views.without(views.failureView(spoil), 'adminConsentUrl', 'fields'),
      signIn: 'session',
      replay: { failedAt: new Date('2025-11-24T09:02:00Z'), over: false },
    }),
  delete: (spoil) => deletePage(views.deleteView(spoil)),
  message: (spoil) => messagePage(views.messageView(spoil)),
};
