import { Layout } from './layout.tsx';
import { BackLink } from './parts/backLink.tsx';
import { CsrfField } from './parts/csrfField.tsx';
import { Fact, Facts } from './parts/facts.tsx';
import { Prose } from './parts/prose.tsx';
import { UserText } from './parts/userText.tsx';
import { renderPage } from './render.ts';
import { texts } from './texts.ts';
import type { DeleteView } from './views.ts';

/** Asks before a connection is deleted, and says what remains at Entra and who removes it. */
export function deletePage(view: DeleteView): string {
  const text = texts.deletion;
  const { connection } = view;
  const href = `/connections/${encodeURIComponent(connection.id)}`;
  return renderPage(
    <Layout title={text.title} viewer={view.viewer} width="narrow">
      <BackLink href={href} label={connection.name} />
      <h1>{text.title}</h1>
      <div class="panel">
        <Facts>
          <Fact term={texts.result.connection}>
            <strong>
              <UserText text={connection.name} />
            </strong>
          </Fact>
          {connection.account !== undefined && (
            <Fact term={texts.result.account}>
              <UserText text={connection.account.username} />
            </Fact>
          )}
        </Facts>
      </div>
      <section aria-labelledby="consequences-title">
        <h2 id="consequences-title">{text.consequences}</h2>
        <ul>
          <li>{text.tokens}</li>
          <li>{text.secrets}</li>
          <li>{text.history}</li>
        </ul>
      </section>
      <section aria-labelledby="remains-title">
        <h2 id="remains-title">{text.remains}</h2>
        <p>{text.remainsText}</p>
        <ul>
          <li>
            {text.person}{' '}
            <a href={view.myAppsUrl} rel="noreferrer">
              {text.myApps}
            </a>
            .
          </li>
          <li>
            <Prose text={text.administrator} />
          </li>
        </ul>
      </section>
      <form method="post" action={`${href}/delete`} class="actions">
        <CsrfField viewer={view.viewer} />
        <button type="submit" class="button danger">
          {text.confirm}
        </button>
        <a class="button" href={href}>
          {text.cancel}
        </a>
      </form>
    </Layout>,
  );
}
