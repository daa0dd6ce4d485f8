import type { ComponentChildren, VNode } from 'preact';
import type { Connection } from '../../shared/domain/connection.ts';
import { connectors } from '../../shared/domain/connectors.ts';
import { environments } from '../../shared/domain/environment.ts';
import { Layout } from './layout.tsx';
import { NoticePanel } from './parts/notice.tsx';
import { Prose } from './parts/prose.tsx';
import { StatusBadge } from './parts/statusBadge.tsx';
import { TimeText } from './parts/timeText.tsx';
import { UserText } from './parts/userText.tsx';
import { renderPage } from './render.ts';
import { texts } from './texts.ts';
import type { ConnectionsView } from './views.ts';

const text = texts.list;

/** The connections that the viewer may see, or the way to the first one. */
export function connectionsPage(view: ConnectionsView): string {
  const empty = view.connections.length === 0;
  return renderPage(
    <Layout title={text.title} viewer={view.viewer}>
      <NoticePanel notice={view.notice} />
      <div class="title-row">
        <div>
          <h1>{text.title}</h1>
          <p class="lead">{view.managesAll ? text.leadForAll : text.lead}</p>
        </div>
        {view.mayAdd && !empty && <AddLink />}
      </div>
      {empty ? <EmptyState view={view} /> : <ConnectionTable view={view} />}
      {!view.mayAdd && (
        <p class="muted">
          <Prose text={text.mayNotAdd} />
        </p>
      )}
      {view.nextHref !== undefined && (
        <nav class="paging" aria-label={text.nav}>
          <a class="button" href={view.nextHref} rel="next">
            {text.next} <span aria-hidden="true">→</span>
          </a>
        </nav>
      )}
    </Layout>,
  );
}

function AddLink(): VNode {
  return (
    <a class="button primary" href="/add">
      {text.add}
    </a>
  );
}

function EmptyState({ view }: { readonly view: ConnectionsView }): VNode {
  // A page of the list may be empty although more connections follow.
  if (view.nextHref !== undefined) return <p class="empty">{text.emptyPage}</p>;
  return (
    <div class="empty">
      <h2>{text.emptyTitle}</h2>
      <p>{text.emptyText}</p>
      {view.mayAdd && <AddLink />}
    </div>
  );
}

/* On phones the table is laid out as cards; without explicit roles `display: block` takes its semantics away. */
const roles = {
  table: { role: 'table' },
  rowgroup: { role: 'rowgroup' },
  row: { role: 'row' },
  columnheader: { role: 'columnheader' },
  rowheader: { role: 'rowheader' },
  cell: { role: 'cell' },
} as const;

function ConnectionTable({ view }: { readonly view: ConnectionsView }): VNode {
  return (
    <table class="connections" {...roles.table}>
      <caption class="visually-hidden">{text.caption}</caption>
      <thead {...roles.rowgroup}>
        <tr {...roles.row}>
          {Object.values(text.columns).map((title) => (
            <th scope="col" {...roles.columnheader}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody {...roles.rowgroup}>
        {view.connections.map((connection) => (
          <Row connection={connection} principalId={view.principalId} />
        ))}
      </tbody>
    </table>
  );
}

function Row({
  connection,
  principalId,
}: {
  readonly connection: ConnectionsView['connections'][number];
  readonly principalId: string;
}): VNode {
  const { columns } = text;
  return (
    <tr {...roles.row}>
      <th scope="row" {...roles.rowheader}>
        <a href={`/connections/${encodeURIComponent(connection.id)}`}>
          <UserText text={connection.name} />
        </a>
        <span class="muted small">
          {connection.owner === principalId ? (
            text.yours
          ) : (
            <>
              {text.ownedBy} <UserText text={connection.ownerName} />
            </>
          )}
        </span>
      </th>
      <Cell label={columns.connector}>{connectors[connection.connector].title}</Cell>
      <Cell label={columns.account}>
        <AccountText connection={connection} />
      </Cell>
      <Cell label={columns.environment}>
        {connection.environment === undefined ? (
          <span class="muted">{texts.notStated}</span>
        ) : (
          environments[connection.environment].title
        )}
      </Cell>
      <Cell label={columns.status}>
        <div>
          <StatusBadge connection={connection} refreshFailed={connection.lastFailure !== undefined} />
          {connection.idleWarnedAt !== undefined && <span class="muted small">{text.idle}</span>}
        </div>
      </Cell>
      <Cell label={columns.lastUsed}>
        {connection.lastUsedAt === undefined ? (
          <span class="muted">{texts.never}</span>
        ) : (
          <TimeText at={connection.lastUsedAt} />
        )}
      </Cell>
    </tr>
  );
}

function Cell({ label, children }: { readonly label: string; readonly children: ComponentChildren }): VNode {
  return (
    <td {...roles.cell} data-label={label}>
      {children}
    </td>
  );
}

function AccountText({ connection }: { readonly connection: Connection }): VNode {
  const { account, expectedAccount } = connection;
  if (account !== undefined) return <UserText text={account.username} />;
  if (expectedAccount === undefined) return <span class="muted">{text.noAccount}</span>;
  return (
    <span class="muted">
      {text.expectedAccount}{' '}
      <UserText text={'username' in expectedAccount ? expectedAccount.username : expectedAccount.oid} />
    </span>
  );
}
