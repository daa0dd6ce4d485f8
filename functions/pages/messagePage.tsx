import type { VNode } from 'preact';
import { Layout } from './layout.tsx';
import { UserText } from './parts/userText.tsx';
import { renderPage } from './render.ts';
import type { MessageView } from './views.ts';

/** A short message with at most one way on. */
export function messagePage(view: MessageView): string {
  return renderPage(
    <Layout title={view.title} viewer={view.viewer} width="narrow">
      <h1>
        <UserText text={view.title} />
      </h1>
      <p class="lead">
        <UserText text={view.text} />
      </p>
      {view.more?.map((paragraph) => (
        <p>
          <Linked text={paragraph} />
        </p>
      ))}
      {view.link !== undefined && (
        <p class="actions">
          <a class="button primary" href={view.link.href}>
            {view.link.label}
          </a>
        </p>
      )}
    </Layout>,
  );
}

/** A text of the broker in which addresses can be followed; the dot that ends a sentence belongs to none. */
function Linked({ text }: { readonly text: string }): VNode {
  return (
    <bdi dir="auto" class="user-text">
      {text.split(/(https:\/\/[^\s<>"(),;]*[^\s<>"(),;.:])/).map((part) =>
        part.startsWith('https://') ? (
          <a href={part} rel="noreferrer">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </bdi>
  );
}
