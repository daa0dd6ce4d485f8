import type { ComponentChildren, VNode } from 'preact';
import { texts } from '../texts.ts';
import { Icon } from './icon.tsx';

/** Id of the control of a field, which the error summary links to. */
export function fieldId(name: string): string {
  return `field-${name}`;
}

/** What ties a control to its label, hint and problem. */
export interface Wiring {
  readonly id: string;
  readonly name: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': 'true' | undefined;
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly problem: string | undefined;
  readonly optional?: boolean;
  readonly control: (wiring: Wiring) => VNode;
}

/** A labelled control with its hint above and, where the input was wrong, the problem beside it. */
export function Field({ name, label, hint, problem, optional = false, control }: FieldProps): VNode {
  const id = fieldId(name);
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  const problemId = problem === undefined ? undefined : `${id}-problem`;
  const describedBy = [problemId, hintId].filter((part) => part !== undefined).join(' ');
  return (
    <div class={problem === undefined ? 'field' : 'field wrong'}>
      <label for={id}>
        {label} {optional && <span class="muted">({texts.optional})</span>}
      </label>
      {hint !== undefined && (
        <p id={hintId} class="hint">
          {hint}
        </p>
      )}
      <Problem id={problemId} text={problem} />
      {control({
        id,
        name,
        'aria-describedby': describedBy === '' ? undefined : describedBy,
        'aria-invalid': problem === undefined ? undefined : 'true',
      })}
    </div>
  );
}

interface FixedFieldProps {
  readonly name: string;
  readonly label: string;
  readonly problem: string | undefined;
  readonly children: ComponentChildren;
}

/** A field whose value is settled: shown as text, not sent. */
export function FixedField({ name, label, problem, children }: FixedFieldProps): VNode {
  return (
    <div class={problem === undefined ? 'field' : 'field wrong'} id={fieldId(name)} tabindex={-1}>
      <p class="label">{label}</p>
      <Problem id={undefined} text={problem} />
      <div class="fixed">{children}</div>
    </div>
  );
}

function Problem({
  id,
  text,
}: {
  readonly id: string | undefined;
  readonly text: string | undefined;
}): VNode | null {
  if (text === undefined) return null;
  return (
    <p id={id} class="problem">
      <Icon name="error" />
      <span dir="auto">{text}</span>
    </p>
  );
}
