import type { ComponentChildren, VNode } from 'preact';
import type { Notice } from '../views.ts';
import { Icon, type IconName } from './icon.tsx';
import { UserText } from './userText.tsx';

/** What a panel means; the sign in front of it says the same without colour. */
export type Tone = Notice['tone'] | 'warn';

const icons: Readonly<Record<Tone, IconName>> = {
  good: 'check',
  bad: 'error',
  info: 'info',
  warn: 'warning',
};

interface CalloutProps {
  readonly tone: Tone;
  readonly children: ComponentChildren;
}

/** A set-off panel with a sign for its tone. */
export function Callout({ tone, children }: CalloutProps): VNode {
  return (
    <div class={`callout ${tone}`}>
      <Icon name={icons[tone]} />
      <div class="callout-body">{children}</div>
    </div>
  );
}

/** Tells once what was just done. */
export function NoticePanel({ notice }: { readonly notice: Notice | undefined }): VNode | null {
  if (notice === undefined) return null;
  return (
    <div role={notice.tone === 'bad' ? 'alert' : 'status'}>
      <Callout tone={notice.tone}>
        <p>
          <UserText text={notice.text} />
        </p>
      </Callout>
    </div>
  );
}
