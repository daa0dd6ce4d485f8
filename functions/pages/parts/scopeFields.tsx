import type { VNode } from 'preact';
import { connectors, type ScopePreset } from '../../../shared/domain/connectors.ts';
import { needsAdmin } from '../../../shared/domain/scopes.ts';
import { texts } from '../texts.ts';
import type { AuthenticationView } from '../views.ts';
import { Field, FixedField } from './field.tsx';
import { Callout } from './notice.tsx';
import { Prose } from './prose.tsx';
import { ScopeList } from './scopeList.tsx';

const text = texts.form;

/** The fields about permissions: scopes, what needs an administrator, presets to tick. */
export function ScopeFields({ view }: { readonly view: AuthenticationView }): VNode {
  const { scopes } = view;
  const { presets } = connectors[view.connector];
  return (
    <>
      {scopes.fixed ? (
        <FixedField name="scopes" label={text.scopes} problem={scopes.problem}>
          <ScopeList scopes={scopes.value.split(/\s+/).filter((scope) => scope !== '')} />
        </FixedField>
      ) : (
        <Field
          name="scopes"
          label={text.scopes}
          hint={<ScopesHint view={view} />}
          problem={scopes.problem}
          control={(wiring) => (
            <textarea
              {...wiring}
              class="technical"
              rows={3}
              dir="auto"
              required
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
            >
              {scopes.value}
            </textarea>
          )}
        />
      )}
      <AdministratorNote view={view} />
      {!scopes.fixed && presets.length > 0 && <Presets presets={presets} ticked={view.presets} />}
    </>
  );
}

function ScopesHint({ view }: { readonly view: AuthenticationView }): VNode {
  const { minimumScopes } = connectors[view.connector];
  return (
    <>
      <Prose text={text.scopesHint} /> {text.minimum}{' '}
      <code>{['openid', 'offline_access', ...minimumScopes].join(' ')}</code>.
    </>
  );
}

function AdministratorNote({ view }: { readonly view: AuthenticationView }): VNode | null {
  const needing = needsAdmin(connectors[view.connector].minimumScopes);
  if (needing.length === 0) return null;
  return (
    <Callout tone="warn">
      <p>
        <Prose text={text.adminNote(needing.map((scope) => `\`${scope}\``).join(', '), needing.length > 1)} />
      </p>
    </Callout>
  );
}

interface PresetsProps {
  readonly presets: readonly ScopePreset[];
  readonly ticked: readonly string[];
}

function Presets({ presets, ticked }: PresetsProps): VNode {
  return (
    <fieldset class="presets">
      <legend>{text.presets}</legend>
      {presets.map((preset) => (
        <label class="check">
          <input type="checkbox" name="preset" value={preset.name} checked={ticked.includes(preset.name)} />
          <span>
            {preset.title}
            <span class="muted small">
              <code>{preset.scopes.join(' ')}</code>
              {needsAdmin(preset.scopes).length > 0 && ` · ${texts.requiresAdministrator}`}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
