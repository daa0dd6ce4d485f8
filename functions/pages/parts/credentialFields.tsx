import type { VNode } from 'preact';
import { texts } from '../texts.ts';
import type { AuthenticationView } from '../views.ts';
import { CopyableInput } from './copyable.tsx';
import { Field, FixedField } from './field.tsx';
import { Prose } from './prose.tsx';
import { TextField } from './textField.tsx';

const text = texts.form;

/** The fields about the app registration: redirect URI to copy, client id, secret, tenant. */
export function CredentialFields({ view }: { readonly view: AuthenticationView }): VNode {
  return (
    <>
      <RedirectUriField redirectUri={view.redirectUri} />
      <TextField
        name="clientId"
        label={text.clientId}
        hint={<Prose text={text.clientIdHint} />}
        field={view.clientId}
        technical
      />
      <SecretField secret={view.clientSecret} />
      <TextField
        name="tenantId"
        label={text.tenantId}
        hint={<Prose text={text.tenantIdHint} />}
        field={view.tenantId}
        technical
      />
    </>
  );
}

function RedirectUriField({ redirectUri }: { readonly redirectUri: string }): VNode {
  return (
    <div class="field">
      <label for="redirect-uri">{text.redirectUri}</label>
      <p id="redirect-uri-hint" class="hint">
        <Prose text={text.redirectUriHint} />
      </p>
      <CopyableInput
        id="redirect-uri"
        label={text.redirectUri}
        value={redirectUri}
        describedBy="redirect-uri-hint"
      />
    </div>
  );
}

/* The secret is never written into the page, not even the one just typed. */
function SecretField({ secret }: { readonly secret: AuthenticationView['clientSecret'] }): VNode {
  if (secret.fixed) {
    return (
      <FixedField name="clientSecret" label={text.clientSecret} problem={secret.problem}>
        {text.clientSecretFixed}
      </FixedField>
    );
  }
  return (
    <Field
      name="clientSecret"
      label={text.clientSecret}
      hint={<Prose text={secret.optional ? text.clientSecretOptionalHint : text.clientSecretHint} />}
      problem={secret.problem}
      optional={secret.optional}
      control={(wiring) => (
        <input
          {...wiring}
          type="password"
          required={!secret.optional}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
        />
      )}
    />
  );
}
