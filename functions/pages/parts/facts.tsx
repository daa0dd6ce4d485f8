import type { ComponentChildren, VNode } from 'preact';

/** A list of terms with what is known about each. */
export function Facts({ children }: { readonly children: ComponentChildren }): VNode {
  return <dl class="facts">{children}</dl>;
}

interface FactProps {
  readonly term: string;
  readonly children: ComponentChildren;
}

/** One term of a list of facts. */
export function Fact({ term, children }: FactProps): VNode {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
