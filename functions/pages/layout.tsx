import type { ComponentChildren, VNode } from 'preact';
import { assetHref } from './assets.ts';
import { CsrfField } from './parts/csrfField.tsx';
import { Icon } from './parts/icon.tsx';
import { texts } from './texts.ts';
import type { Viewer } from './views.ts';

interface LayoutProps {
  readonly title: string;
  readonly viewer: Viewer | undefined;
  /** Forms and messages are easier to read narrow; lists need the room. */
  readonly width?: 'wide' | 'medium' | 'narrow';
  /** Where the browser goes on to by itself. */
  readonly refreshTo?: string;
  readonly children: ComponentChildren;
}

/** The frame of every page: head, skip link, header with the viewer, main, footer. */
export function Layout({ title, viewer, width = 'wide', refreshTo, children }: LayoutProps): VNode {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        {refreshTo !== undefined && <meta http-equiv="refresh" content={`0;url=${refreshTo}`} />}
        <title>{`${title} · ${texts.product}`}</title>
        <link rel="icon" href={assetHref('favicon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assetHref('style.css')} />
        <script src={assetHref('page.js')} defer />
      </head>
      <body>
        <a class="skip-link" href="#main">
          {texts.skipLink}
        </a>
        <header class="site-header">
          <div class="bar">
            <a class="brand" href="/">
              <Icon name="nodes" /> {texts.product}
            </a>
            {viewer !== undefined && <ViewerMenu viewer={viewer} />}
          </div>
        </header>
        <main id="main" tabindex={-1} class={width}>
          {children}
        </main>
        <footer class="site-footer">
          <p class="bar">{texts.footer}</p>
        </footer>
      </body>
    </html>
  );
}

function ViewerMenu({ viewer }: { readonly viewer: Viewer }): VNode {
  return (
    <div class="viewer">
      <p>
        <span class="visually-hidden">{texts.signedInAs} </span>
        <bdi dir="auto" class="viewer-name">
          {viewer.displayName}
        </bdi>
        <bdi dir="auto" class="muted">
          {viewer.username}
        </bdi>
      </p>
      <form method="post" action="/signout">
        <CsrfField viewer={viewer} />
        <button type="submit" class="button small">
          {texts.signOut}
        </button>
      </form>
    </div>
  );
}
