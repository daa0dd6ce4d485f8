import type { VNode } from 'preact';
import type { ConnectionFailure } from '../../../shared/domain/connection.ts';
import { errorTable } from '../../../shared/domain/errors.ts';
import { connectionRemedy } from '../remedyTexts.ts';
import { texts } from '../texts.ts';
import type { ConnectionView } from '../views.ts';
import { CopyableInput, CopyableText } from './copyable.tsx';
import { CsrfField } from './csrfField.tsx';
import { Fact, Facts } from './facts.tsx';
import { Callout } from './notice.tsx';
import { awaitsConfirmation } from './statusBadge.tsx';
import { TimeText } from './timeText.tsx';
import { UserText } from './userText.tsx';

const text = texts.connection;

/** What the status means for automations, why the connection is broken and who can mend it. */
export function StatePanel({ view }: { readonly view: ConnectionView }): VNode {
  const { connection } = view;
  const unconfirmed = awaitsConfirmation(connection);
  return (
    <>
      <p class="lead">{meaningOf(view)}</p>
      {connection.failure !== undefined && <FailurePanel failure={connection.failure} />}
      {refreshFailed(view) && view.lastFailure !== undefined && (
        <FailurePanel failure={view.lastFailure} triesAgain={nextTry(view)} />
      )}
      {connection.idleWarnedAt !== undefined && connection.status === 'connected' && !isAsleep(view) && (
        <IdlePanel warnedAt={connection.idleWarnedAt} />
      )}
      {connection.status === 'pending' && !unconfirmed && (
        <p class="actions">
          <a class="button primary" href={`/connect/${encodeURIComponent(connection.id)}`}>
            {text.continueSignIn}
          </a>
        </p>
      )}
    </>
  );
}

/** A rejected secret is not tried again: the broker goes on once somebody has signed in with another one. */
function nextTry({ lastFailure, nextRefreshAt }: ConnectionView): Date | string {
  if (lastFailure?.code === 'app_credential_rejected') return text.triesAt.newSecret;
  return nextRefreshAt ?? text.triesAt.nextUse;
}

/** True while a connection counts as connected although the broker cannot refresh it at present. */
export function refreshFailed({ connection, lastFailure }: ConnectionView): boolean {
  return connection.status === 'connected' && connection.failure === undefined && lastFailure !== undefined;
}

/** True once the timer has dropped a connection that nobody used: it has had tokens, and none is planned. */
function isAsleep({ connection, tokenExpiresAt, nextRefreshAt }: ConnectionView): boolean {
  return connection.status === 'connected' && tokenExpiresAt !== undefined && nextRefreshAt === undefined;
}

/** What the state means for automations. */
function meaningOf(view: ConnectionView): string {
  const { connection } = view;
  if (awaitsConfirmation(connection)) return texts.unconfirmedMeaning;
  if (refreshFailed(view)) return texts.refreshFailedMeaning;
  return isAsleep(view) ? texts.asleepMeaning : texts.statusMeaning[connection.status];
}

function IdlePanel({ warnedAt }: { readonly warnedAt: Date }): VNode {
  return (
    <Callout tone="info">
      <h2>{text.idleTitle}</h2>
      <p>{text.idleText}</p>
      <Facts>
        <Fact term={text.idleSince}>
          <TimeText at={warnedAt} />
        </Fact>
      </Facts>
    </Callout>
  );
}

interface FailurePanelProps {
  readonly failure: ConnectionFailure;
  /** Words, or the time. */
  readonly triesAgain?: Date | string;
}

function FailurePanel({ failure, triesAgain }: FailurePanelProps): VNode {
  const remedy = connectionRemedy(failure);
  return (
    <Callout tone={failure.remedy === 'wait' ? 'info' : 'bad'}>
      <h2>{errorTable[failure.code].title}</h2>
      <p>
        <UserText text={failure.detail} />
      </p>
      <Facts>
        <Fact term={texts.failure.remedy}>
          <strong>{remedy.who}.</strong> {remedy.how}
        </Fact>
        <Fact term={text.failureAt}>
          <TimeText at={failure.at} />
        </Fact>
        {triesAgain !== undefined && (
          <Fact term={text.triesAgain}>
            {typeof triesAgain === 'string' ? triesAgain : <TimeText at={triesAgain} />}
          </Fact>
        )}
        {failure.aadstsCode !== undefined && (
          <Fact term={text.aadsts}>
            <code>AADSTS{failure.aadstsCode}</code>
          </Fact>
        )}
        {failure.entraCorrelationId !== undefined && (
          <Fact term={texts.failure.entraCorrelationId}>
            <CopyableText
              id="entra-correlation-id"
              label={texts.failure.entraCorrelationId}
              value={failure.entraCorrelationId}
            />
          </Fact>
        )}
      </Facts>
    </Callout>
  );
}

/** A connect link just made; it is not shown again. */
export function ConnectLinkPanel({
  link,
}: {
  readonly link: NonNullable<ConnectionView['connectLink']>;
}): VNode {
  return (
    <section class="panel accent" aria-labelledby="connect-link-title">
      <h2 id="connect-link-title">{text.linkTitle}</h2>
      <p id="connect-link-hint">
        {text.linkText} {text.linkExpires} <TimeText at={link.expiresAt} />.
      </p>
      <label class="visually-hidden" for="connect-link">
        {text.linkTitle}
      </label>
      <CopyableInput
        id="connect-link"
        label={text.linkTitle}
        value={link.href}
        describedBy="connect-link-hint"
      />
    </section>
  );
}

/** Asks the requester whether the account that signed in is the right one. */
export function ConfirmPanel({ view }: { readonly view: ConnectionView }): VNode | null {
  const { account, id } = view.connection;
  if (account === undefined) return null;
  return (
    <section class="panel accent" aria-labelledby="confirm-title">
      <h2 id="confirm-title">{text.confirmTitle}</h2>
      <p>{text.confirmText}</p>
      <Facts>
        <Fact term={text.username}>
          <strong>
            <UserText text={account.username} />
          </strong>
        </Fact>
        <Fact term={text.oid}>
          <code>{account.oid}</code>
        </Fact>
        <Fact term={text.tid}>
          <code>{account.tid}</code>
        </Fact>
      </Facts>
      <form method="post" action={`/connections/${encodeURIComponent(id)}/confirm`} class="actions">
        <CsrfField viewer={view.viewer} />
        <input type="hidden" name="oid" value={account.oid} />
        <input type="hidden" name="tid" value={account.tid} />
        <button type="submit" class="button primary">
          {text.confirm}
        </button>
      </form>
    </section>
  );
}
