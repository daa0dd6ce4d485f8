import type { VNode } from 'preact';
import { texts } from '../texts.ts';

interface BackLinkProps {
  readonly href?: string;
  readonly label?: string;
}

/** The way up, to the list unless said otherwise. */
export function BackLink({ href = '/', label = texts.backToList }: BackLinkProps): VNode {
  return (
    <p class="back">
      <a href={href} dir="auto">
        <span aria-hidden="true">← </span>
        {label}
      </a>
    </p>
  );
}
