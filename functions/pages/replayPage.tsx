import { Layout } from './layout.tsx';
import { Icon } from './parts/icon.tsx';
import { TimeText } from './parts/timeText.tsx';
import { renderPage } from './render.ts';
import { texts } from './texts.ts';
import type { ReplayView } from './views.ts';

/** A callback that comes again after its sign-in has succeeded: nothing is wrong and nothing is to be done. */
export function replayPage(view: ReplayView): string {
  const text = texts.replay;
  return renderPage(
    <Layout title={text.title} viewer={view.viewer} width="narrow">
      <div class="outcome info">
        <Icon name="info" />
        <h1>{text.title}</h1>
      </div>
      <p class="lead">
        {text.unchanged} {text.succeeded} <TimeText at={view.succeededAt} />.
      </p>
      <p>{text.nothingToDo}</p>
      {view.connectionHref !== undefined && (
        <p class="actions">
          <a class="button primary" href={view.connectionHref}>
            {texts.result.open}
          </a>
        </p>
      )}
    </Layout>,
  );
}
