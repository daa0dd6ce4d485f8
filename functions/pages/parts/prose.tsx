import type { VNode } from 'preact';

/** A text of the catalogue: `code` in backticks becomes code, *words* in asterisks become emphasis. */
export function Prose({ text }: { readonly text: string }): VNode {
  return (
    <>
      {text.split(/(`[^`]+`|\*[^*]+\*)/).map((part) => {
        if (part.startsWith('`')) return <code>{part.slice(1, -1)}</code>;
        if (part.startsWith('*')) return <em>{part.slice(1, -1)}</em>;
        return part;
      })}
    </>
  );
}
