import type { ComponentChildren, VNode } from 'preact';
import { connectors } from '../../shared/domain/connectors.ts';
import { environments } from '../../shared/domain/environment.ts';
import { Layout } from './layout.tsx';
import { BackLink } from './parts/backLink.tsx';
import { CredentialFields } from './parts/credentialFields.tsx';
import { ErrorSummary, type FormProblem } from './parts/errorSummary.tsx';
import { Field, FixedField } from './parts/field.tsx';
import { InvitationPanel } from './parts/invitationPanel.tsx';
import { Callout } from './parts/notice.tsx';
import { Prose } from './parts/prose.tsx';
import { ScopeFields } from './parts/scopeFields.tsx';
import { TextField } from './parts/textField.tsx';
import { renderPage } from './render.ts';
import { texts } from './texts.ts';
import type { AuthenticationView, FormField } from './views.ts';

const text = texts.form;

/** The authentication screen, for a new connection, a retry, and behind a connect link. */
export function authenticationPage(view: AuthenticationView): string {
  const title = text.title(connectors[view.connector].title);
  const problems = problemsOf(view);
  return renderPage(
    <Layout
      title={problems.length === 0 ? title : `${texts.errorPrefix}${title}`}
      viewer={view.viewer}
      width="medium"
    >
      {view.invitation === undefined && view.viewer !== undefined && (
        <BackLink href="/add" label={texts.connectors.title} />
      )}
      <h1>{title}</h1>
      <p class="lead">{view.invitation === undefined ? text.lead : texts.invitation.lead}</p>
      <ErrorSummary problems={problems} />
      {view.invitation !== undefined && <InvitationPanel invitation={view.invitation} />}
      {/* The server's answer shows every problem at once and in one place; the browser's own bubbles do not. */}
      <form method="post" action={view.action} autocomplete="off" novalidate class="sections">
        {Object.entries(view.hidden).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <FormSection {...text.connection}>
          <TextField name="name" label={text.name} hint={<Prose text={text.nameHint} />} field={view.name} />
          <EnvironmentField view={view} />
        </FormSection>
        <FormSection {...text.app}>
          <CredentialFields view={view} />
        </FormSection>
        <FormSection {...text.permissions}>
          <ScopeFields view={view} />
        </FormSection>
        {view.access !== undefined && (
          <FormSection {...text.access}>
            <AccessField access={view.access} />
          </FormSection>
        )}
        <div class="form-end">
          <Callout tone="info">
            <p>{text.actsAs}</p>
          </Callout>
          <div class="actions">
            <button type="submit" class="button primary">
              {view.submitLabel}
            </button>
            {view.viewer !== undefined && (
              <a class="button" href="/">
                {text.cancel}
              </a>
            )}
          </div>
        </div>
      </form>
    </Layout>,
  );
}

function problemsOf(view: AuthenticationView): readonly FormProblem[] {
  const named: readonly (readonly [string, string, string | undefined])[] = [
    ['name', text.name, view.name.problem],
    ['environment', text.environment, view.environment.problem],
    ['clientId', text.clientId, view.clientId.problem],
    ['clientSecret', text.clientSecret, view.clientSecret.problem],
    ['tenantId', text.tenantId, view.tenantId.problem],
    ['scopes', text.scopes, view.scopes.problem],
    ['access', text.accessLabel, view.access?.problem],
  ];
  return [
    ...(view.problem === undefined ? [] : [{ message: view.problem }]),
    ...named.flatMap(([name, label, message]) => (message === undefined ? [] : [{ name, label, message }])),
  ];
}

interface FormSectionProps {
  readonly title: string;
  readonly text: string;
  readonly children: ComponentChildren;
}

function FormSection({ title, text: explanation, children }: FormSectionProps): VNode {
  return (
    <section class="form-section">
      <div>
        <h2>{title}</h2>
        <p class="muted">{explanation}</p>
      </div>
      <div class="panel fields">{children}</div>
    </section>
  );
}

function EnvironmentField({ view }: { readonly view: AuthenticationView }): VNode {
  const { value, fixed, problem } = view.environment;
  if (fixed) {
    const facts = Object.entries(environments).find(([name]) => name === value)?.[1];
    return (
      <FixedField name="environment" label={text.environment} problem={problem}>
        {facts?.title ?? value}
      </FixedField>
    );
  }
  return (
    <Field
      name="environment"
      label={text.environment}
      hint={text.environmentHint}
      problem={problem}
      control={(wiring) => (
        <select {...wiring} required autocomplete="off">
          {view.offeredEnvironments.map((environment) => (
            <option value={environment} selected={environment === value}>
              {environments[environment].title}
            </option>
          ))}
        </select>
      )}
    />
  );
}

function AccessField({ access }: { readonly access: FormField }): VNode {
  if (access.fixed) {
    return (
      <FixedField name="access" label={text.accessLabel} problem={access.problem}>
        <code class="lines" dir="auto">
          {access.value === '' ? texts.none : access.value}
        </code>
      </FixedField>
    );
  }
  return (
    <Field
      name="access"
      label={text.accessLabel}
      hint={text.accessHint}
      problem={access.problem}
      optional
      control={(wiring) => (
        <textarea
          {...wiring}
          class="technical"
          rows={3}
          dir="auto"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
        >
          {access.value}
        </textarea>
      )}
    />
  );
}
