import type { VNode } from 'preact';
import { texts } from '../texts.ts';

interface ScopeListProps {
  readonly scopes: readonly string[];
  readonly missing?: boolean;
}

/** Permissions by name; missing ones have a broken outline as well as a colour. */
export function ScopeList({ scopes, missing = false }: ScopeListProps): VNode {
  if (scopes.length === 0) return <p class="muted">{texts.none}</p>;
  return (
    <ul class={missing ? 'scopes missing' : 'scopes'}>
      {scopes.map((scope) => (
        <li>
          <code dir="auto">{scope}</code>
        </li>
      ))}
    </ul>
  );
}
