import type { VNode } from 'preact';
import { texts } from '../texts.ts';

interface CopyableProps {
  /** Unique on the page. */
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

/** A value as text, with a button that copies it; the button appears only where its script runs. */
export function CopyableText({ id, label, value }: CopyableProps): VNode {
  return (
    <span class="copyable">
      <code id={id} dir="auto">
        {value}
      </code>
      <CopyButton targetId={id} label={label} />
    </span>
  );
}

interface CopyableInputProps extends CopyableProps {
  readonly describedBy?: string;
}

/** A value in a read-only input, which selects easily without a script too, with a button that copies it. */
export function CopyableInput({ id, value, label, describedBy }: CopyableInputProps): VNode {
  return (
    <span class="copyable">
      <input
        id={id}
        type="text"
        value={value}
        readonly
        spellcheck={false}
        autocomplete="off"
        aria-describedby={describedBy}
      />
      <CopyButton targetId={id} label={label} />
    </span>
  );
}

function CopyButton({ targetId, label }: { readonly targetId: string; readonly label: string }): VNode {
  return (
    <>
      <button type="button" class="button small" data-copy={targetId} hidden>
        <span data-copy-text>{texts.copy}</span>
        <span class="visually-hidden"> {label}</span>
      </button>
      <span class="visually-hidden" role="status" data-copy-status={targetId} />
    </>
  );
}
