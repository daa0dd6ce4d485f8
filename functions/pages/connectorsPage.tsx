import type { VNode } from 'preact';
import { type Connector, connectorNames, connectors } from '../../shared/domain/connectors.ts';
import { Layout } from './layout.tsx';
import { BackLink } from './parts/backLink.tsx';
import { Icon, type IconName } from './parts/icon.tsx';
import { renderPage } from './render.ts';
import { texts } from './texts.ts';
import type { ConnectorsView } from './views.ts';

const icons: Readonly<Record<Connector, IconName>> = {
  outlook365: 'mail',
  'onedrive-sharepoint': 'folder',
  teams: 'chat',
  graph: 'nodes',
};

/** The choice of what a new connection is for. */
export function connectorsPage(view: ConnectorsView): string {
  return renderPage(
    <Layout title={texts.connectors.title} viewer={view.viewer} width="medium">
      <BackLink />
      <h1>{texts.connectors.title}</h1>
      <p class="lead">{texts.connectors.lead}</p>
      <ul class="cards">
        {connectorNames.map((connector) => (
          <ConnectorCard connector={connector} />
        ))}
      </ul>
    </Layout>,
  );
}

function ConnectorCard({ connector }: { readonly connector: Connector }): VNode {
  const { title, description, minimumScopes } = connectors[connector];
  return (
    <li>
      <a class="card" href={`/add/${connector}`}>
        <span class="tile">
          <Icon name={icons[connector]} />
        </span>
        <span class="card-title">{title}</span>
        <span>{description}</span>
        <span class="muted small">
          {minimumScopes.length === 0
            ? texts.connectors.noMinimum
            : `${texts.connectors.minimum} ${minimumScopes.join(', ')}`}
        </span>
      </a>
    </li>
  );
}
