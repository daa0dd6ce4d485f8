import { Layout } from './layout.tsx';
import { Fact, Facts } from './parts/facts.tsx';
import { UserText } from './parts/userText.tsx';
import { renderPage } from './render.ts';
import { texts } from './texts.ts';
import type { ContinueView } from './views.ts';

/**
 * The step between the form and Microsoft. The browser goes on by itself and at once: a delay would be a time limit
 * (WCAG 2.2 success criterion 2.2.1, technique H76); the link is there for browsers that do not.
 */
export function continuePage(view: ContinueView): string {
  const text = texts.continue;
  return renderPage(
    <Layout title={text.title} viewer={view.viewer} width="narrow" refreshTo={view.href}>
      <h1>{text.title}</h1>
      <p class="lead">{text.text}</p>
      <div class="panel">
        <Facts>
          <Fact term={text.connection}>
            <UserText text={view.connectionName} />
          </Fact>
          <Fact term={text.environment}>{view.environmentTitle}</Fact>
        </Facts>
      </div>
      <p class="actions">
        <a class="button primary" href={view.href}>
          {text.link}
        </a>
      </p>
    </Layout>,
  );
}
