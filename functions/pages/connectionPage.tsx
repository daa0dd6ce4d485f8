import type { VNode } from 'preact';
import { Layout } from './layout.tsx';
import { BackLink } from './parts/backLink.tsx';
import { ConnectionDetails } from './parts/connectionDetails.tsx';
import { ConfirmPanel, ConnectLinkPanel, refreshFailed, StatePanel } from './parts/connectionState.tsx';
import { EventList } from './parts/eventList.tsx';
import { NoticePanel } from './parts/notice.tsx';
import { StatusBadge } from './parts/statusBadge.tsx';
import { UserText } from './parts/userText.tsx';
import { renderPage } from './render.ts';
import { texts } from './texts.ts';
import type { ConnectionView } from './views.ts';

/** One connection: its state and how to mend it, facts, permissions, access, times and history. */
export function connectionPage(view: ConnectionView): string {
  const { connection } = view;
  return renderPage(
    <Layout title={connection.name} viewer={view.viewer}>
      <BackLink />
      <NoticePanel notice={view.notice} />
      <div class="title-row">
        <h1>
          <UserText text={connection.name} />
        </h1>
        <StatusBadge connection={connection} refreshFailed={refreshFailed(view)} />
      </div>
      <StatePanel view={view} />
      {view.connectLink !== undefined && <ConnectLinkPanel link={view.connectLink} />}
      {view.mayConfirm && <ConfirmPanel view={view} />}
      <ConnectionDetails view={view} />
      <EventList view={view} />
      {view.mayManage && <DeletePanel view={view} />}
    </Layout>,
  );
}

function DeletePanel({ view }: { readonly view: ConnectionView }): VNode {
  return (
    <section class="panel danger-zone" aria-labelledby="delete-title">
      <div>
        <h2 id="delete-title">{texts.connection.delete}</h2>
        <p class="muted">{texts.connection.deleteText}</p>
      </div>
      <a class="button danger-outline" href={`/connections/${encodeURIComponent(view.connection.id)}/delete`}>
        {texts.connection.delete}
      </a>
    </section>
  );
}
