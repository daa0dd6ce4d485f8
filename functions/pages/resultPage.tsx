import { environments } from '../../shared/domain/environment.ts';
import { Layout } from './layout.tsx';
import { CopyableText } from './parts/copyable.tsx';
import { Fact, Facts } from './parts/facts.tsx';
import { Icon } from './parts/icon.tsx';
import { Callout } from './parts/notice.tsx';
import { ScopeList } from './parts/scopeList.tsx';
import { UserText } from './parts/userText.tsx';
import { renderPage } from './render.ts';
import { texts } from './texts.ts';
import type { ResultView } from './views.ts';

/** After a sign-in that succeeded: account, permissions granted and not granted, what happens now. */
export function resultPage(view: ResultView): string {
  const text = texts.result;
  const { connection } = view;
  const connected = connection.status === 'connected';
  const title = connected ? text.title : text.titleUnconfirmed;
  return renderPage(
    <Layout title={title} viewer={view.viewer} width="narrow">
      <div class={connected ? 'outcome good' : 'outcome info'}>
        <Icon name={connected ? 'check' : 'clock'} />
        <h1>{title}</h1>
      </div>
      <p class="lead">{connected ? text.lead : text.leadUnconfirmed}</p>
      <section class="panel" aria-labelledby="details-title">
        <h2 id="details-title">{text.details}</h2>
        <Facts>
          <Fact term={text.connection}>
            <UserText text={connection.name} />
          </Fact>
          {connection.account !== undefined && (
            <Fact term={text.account}>
              <strong>
                <UserText text={connection.account.username} />
              </strong>
            </Fact>
          )}
          {connection.environment !== undefined && (
            <Fact term={text.environment}>{environments[connection.environment].title}</Fact>
          )}
          <Fact term={texts.connection.id}>
            <CopyableText id="connection-id" label={texts.connection.id} value={connection.id} />
          </Fact>
          <Fact term={text.granted}>
            <ScopeList scopes={connection.grantedScopes} />
          </Fact>
        </Facts>
      </section>
      {view.missingScopes.length > 0 && (
        <Callout tone="warn">
          <h2>{text.missing}</h2>
          <ScopeList scopes={view.missingScopes} missing />
          <p>{text.missingText}</p>
        </Callout>
      )}
      <section aria-labelledby="next-title">
        <h2 id="next-title">{text.nextStep}</h2>
        <p>
          <UserText text={view.nextStep} />
        </p>
      </section>
      {view.connectionHref !== undefined && (
        <p class="actions">
          <a class="button primary" href={view.connectionHref}>
            {text.open}
          </a>
        </p>
      )}
    </Layout>,
  );
}
