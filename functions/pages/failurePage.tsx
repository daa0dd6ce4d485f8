import type { VNode } from 'preact';
import { adminConsentHelps } from '../../shared/domain/adminConsent.ts';
import { errorTable } from '../../shared/domain/errors.ts';
import { Layout } from './layout.tsx';
import { CopyableInput, CopyableText } from './parts/copyable.tsx';
import { Fact, Facts } from './parts/facts.tsx';
import { Icon } from './parts/icon.tsx';
import { TimeText } from './parts/timeText.tsx';
import { UserText } from './parts/userText.tsx';
import { failureRemedy } from './remedyTexts.ts';
import { renderPage } from './render.ts';
import { texts } from './texts.ts';
import type { FailureView } from './views.ts';

const text = texts.failure;

/** Any failure a person sees: what happened, who can mend it and how, and the ids that support asks for. */
export function failurePage(view: FailureView): string {
  const passes = errorTable[view.code].remedy === 'wait' || view.code === 'authorization_replayed';
  return renderPage(
    <Layout title={view.title} viewer={view.viewer} width="narrow">
      <div class={passes ? 'outcome info' : 'outcome bad'}>
        <Icon name={passes ? 'clock' : 'error'} />
        <h1>
          <UserText text={view.title} />
        </h1>
      </div>
      <p class="lead">
        {view.replay !== undefined && (
          <>
            {texts.replay.unchanged} {texts.replay.failed} <TimeText at={view.replay.failedAt} />:{' '}
          </>
        )}
        <UserText text={view.detail} />
      </p>
      <Wrong fields={view.fields ?? []} />
      <section class="panel" aria-labelledby="remedy-title">
        <h2 id="remedy-title">{text.remedy}</h2>
        <RemedyWords view={view} />
        {view.adminConsentUrl !== undefined && <AdminConsent url={view.adminConsentUrl} />}
        <WaysOn view={view} />
      </section>
      <section aria-labelledby="ids-title">
        <h2 id="ids-title">{text.ids}</h2>
        <Facts>
          <Fact term={text.correlationId}>
            <CopyableText id="correlation-id" label={text.correlationId} value={view.correlationId} />
          </Fact>
          {view.entraCorrelationId !== undefined && (
            <Fact term={text.entraCorrelationId}>
              <CopyableText
                id="entra-correlation-id"
                label={text.entraCorrelationId}
                value={view.entraCorrelationId}
              />
            </Fact>
          )}
        </Facts>
      </section>
    </Layout>,
  );
}

function RemedyWords({ view }: { readonly view: FailureView }): VNode {
  const { code, replay, signIn, retryAfterSeconds, adminConsentUrl } = view;
  const { who, how } = replay?.over
    ? texts.replay.over
    : failureRemedy(code, signIn !== undefined || replay !== undefined);
  const further = [
    ...(retryAfterSeconds === undefined ? [] : [text.waitSeconds(retryAfterSeconds)]),
    ...(replay?.over === false && adminConsentUrl === undefined && adminConsentHelps(code)
      ? [texts.replay.approvalLater]
      : []),
    ...(signIn === 'link' ? [text.linkStillWorks] : []),
  ];
  return (
    <>
      <p>
        <strong>{who}</strong>
      </p>
      <p>{[how, ...further].join(' ')}</p>
    </>
  );
}

function Wrong({ fields }: { readonly fields: NonNullable<FailureView['fields']> }): VNode | null {
  if (fields.length === 0) return null;
  return (
    <section aria-labelledby="fields-title">
      <h2 id="fields-title">{text.fields}</h2>
      <ul>
        {fields.map(({ field, message }) => (
          <li>
            <code dir="auto">{field}</code>: <UserText text={message} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function AdminConsent({ url }: { readonly url: string }): VNode {
  return (
    <div class="field">
      <label for="admin-consent-url">{text.adminConsentLabel}</label>
      <p id="admin-consent-hint" class="hint">
        {text.adminConsentText}
      </p>
      <CopyableInput
        id="admin-consent-url"
        label={text.adminConsentLabel}
        value={url}
        describedBy="admin-consent-hint"
      />
    </div>
  );
}

function WaysOn({ view }: { readonly view: FailureView }): VNode | null {
  const { retryHref, adminConsentUrl } = view;
  if (retryHref === undefined && adminConsentUrl === undefined) return null;
  return (
    <p class="actions">
      {retryHref !== undefined && (
        <a class="button primary" href={retryHref}>
          {text.retry}
        </a>
      )}
      {adminConsentUrl !== undefined && (
        <a class="button" href={adminConsentUrl} rel="noreferrer">
          {text.adminConsentOpen}
        </a>
      )}
    </p>
  );
}
