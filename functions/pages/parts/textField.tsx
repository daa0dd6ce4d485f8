import type { ComponentChildren, VNode } from 'preact';
import type { FormField } from '../views.ts';
import { Field, FixedField } from './field.tsx';
import { UserText } from './userText.tsx';

interface TextFieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint: ComponentChildren;
  readonly field: FormField;
  /** An id or the like: no spell checking, no capitals, a fixed-width font. */
  readonly technical?: boolean;
}

/** One line of text, or the settled value. */
export function TextField({ name, label, hint, field, technical = false }: TextFieldProps): VNode {
  if (field.fixed) {
    return (
      <FixedField name={name} label={label} problem={field.problem}>
        {technical ? <code dir="auto">{field.value}</code> : <UserText text={field.value} />}
      </FixedField>
    );
  }
  return (
    <Field
      name={name}
      label={label}
      hint={hint}
      problem={field.problem}
      control={(wiring) => (
        <input
          {...wiring}
          type="text"
          value={field.value}
          dir="auto"
          required
          autocomplete="off"
          {...(technical
            ? { spellcheck: false, autocapitalize: 'none', inputmode: 'text', class: 'technical' }
            : {})}
        />
      )}
    />
  );
}
