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

/** Not permissions of a resource: a token never lists them. */
const unlisted = new Set(['openid', 'profile', 'email', 'offline_access', '.default']);

function shortName(scope: string): string {
  return scope.slice(scope.lastIndexOf('/') + 1).toLowerCase();
}

/** Scopes that were asked for and are not among the granted ones, however either is written. */
export function scopesNotGranted(asked: readonly string[], granted: readonly string[]): readonly string[] {
  const names = new Set(granted.map(shortName));
  return asked.filter((scope) => !unlisted.has(shortName(scope)) && !names.has(shortName(scope)));
}
