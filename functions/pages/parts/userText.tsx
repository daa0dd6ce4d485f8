import type { VNode } from 'preact';

/** A text that a person chose, in its own writing direction. */
export function UserText({ text }: { readonly text: string }): VNode {
  return (
    <bdi dir="auto" class="user-text">
      {text}
    </bdi>
  );
}
