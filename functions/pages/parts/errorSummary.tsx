import type { VNode } from 'preact';
import { texts } from '../texts.ts';
import { fieldId } from './field.tsx';
import { Callout } from './notice.tsx';

/** One problem of a form; without a name it belongs to no field. */
export interface FormProblem {
  readonly name?: string;
  readonly label?: string;
  readonly message: string;
}

/** All problems of a form on top of it, each with a link to its field; takes the focus where a script runs. */
export function ErrorSummary({ problems }: { readonly problems: readonly FormProblem[] }): VNode | null {
  if (problems.length === 0) return null;
  return (
    <div class="error-summary" role="alert" tabindex={-1} data-focus>
      <Callout tone="bad">
        <h2>{texts.form.problems}</h2>
        <ul>
          {problems.map(({ name, label, message }) => (
            <li dir="auto">
              {name === undefined ? message : <a href={`#${fieldId(name)}`}>{`${label}: ${message}`}</a>}
            </li>
          ))}
        </ul>
      </Callout>
    </div>
  );
}
