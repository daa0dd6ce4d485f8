import type { ComponentChildren, VNode } from 'preact';
import type { Connection } from '../../../shared/domain/connection.ts';
import { connectors } from '../../../shared/domain/connectors.ts';
import { environments } from '../../../shared/domain/environment.ts';
import { missingScopes } from '../../../shared/domain/scopes.ts';
import { texts } from '../texts.ts';
import type { ConnectionView } from '../views.ts';
import { CopyableText } from './copyable.tsx';
import { Fact, Facts } from './facts.tsx';
import { ScopeList } from './scopeList.tsx';
import { TimeText } from './timeText.tsx';
import { UserText } from './userText.tsx';

const text = texts.connection;

/** What is settled about a connection: facts, permissions, access, times. */
export function ConnectionDetails({ view }: { readonly view: ConnectionView }): VNode {
  return (
    <div class="columns">
      <div class="stack">
        <Section id="details" title={text.details}>
          <DetailFacts view={view} />
        </Section>
        <Section id="access" title={text.access}>
          <Access connection={view.connection} />
        </Section>
      </div>
      <div class="stack">
        <Section id="scopes" title={text.scopes}>
          <Scopes connection={view.connection} />
        </Section>
        <Section id="times" title={text.times}>
          <Times view={view} />
        </Section>
      </div>
    </div>
  );
}

interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}

function Section({ id, title, children }: SectionProps): VNode {
  return (
    <section class="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  );
}

function DetailFacts({ view }: { readonly view: ConnectionView }): VNode {
  const { connection } = view;
  const { account, environment } = connection;
  return (
    <Facts>
      <Fact term={text.connector}>{connectors[connection.connector].title}</Fact>
      {account !== undefined && (
        <Fact term={text.account}>
          <UserText text={account.username} />
        </Fact>
      )}
      <ExpectedAccountFact connection={connection} />
      <Fact term={text.environment}>
        {environment === undefined ? <Unstated /> : environments[environment].title}
      </Fact>
      <Fact term={text.tenant}>{code(connection.tenant)}</Fact>
      <Fact term={text.clientId}>{code(connection.clientId)}</Fact>
      <Fact term={text.id}>
        <CopyableText id="connection-id" label={text.id} value={connection.id} />
      </Fact>
      <Fact term={text.redirectUri}>
        <CopyableText id="redirect-uri" label={text.redirectUri} value={view.redirectUri} />
      </Fact>
    </Facts>
  );
}

function Unstated(): VNode {
  return <span class="muted">{texts.notStated}</span>;
}

function code(value: string | undefined): VNode {
  return value === undefined ? <Unstated /> : <code dir="auto">{value}</code>;
}

function ExpectedAccountFact({ connection }: { readonly connection: Connection }): VNode | null {
  const { expectedAccount } = connection;
  if (expectedAccount === undefined) return null;
  return (
    <Fact term={text.expectedAccount}>
      <UserText text={'username' in expectedAccount ? expectedAccount.username : expectedAccount.oid} />
      <br />
      <span class="muted small">
        {text.tid} <code>{expectedAccount.tid}</code>
      </span>
    </Fact>
  );
}

/* Before the first sign-in nothing is granted, and calling everything "not granted" would read like a failure. */
function Scopes({ connection }: { readonly connection: Connection }): VNode {
  const asked = connection.requestedScopes ?? [];
  const missing =
    connection.account === undefined
      ? []
      : missingScopes(asked, connection.grantedScopes, connection.connector);
  return (
    <>
      {connection.account !== undefined && (
        <div class="group">
          <h3>{text.granted}</h3>
          <ScopeList scopes={connection.grantedScopes} />
        </div>
      )}
      {missing.length > 0 && (
        <div class="group">
          <h3>{text.missing}</h3>
          <ScopeList scopes={missing} missing />
        </div>
      )}
      <div class="group">
        <h3>{text.asked}</h3>
        {connection.requestedScopes === undefined ? <Unstated /> : <ScopeList scopes={asked} />}
      </div>
    </>
  );
}

function Times({ view }: { readonly view: ConnectionView }): VNode {
  const { connection } = view;
  const rows: readonly (readonly [string, Date | undefined])[] = [
    [text.created, connection.createdAt],
    [text.changed, connection.updatedAt],
    [text.connected, connection.connectedAt],
    [text.tokenExpires, view.tokenExpiresAt],
    [text.nextRefresh, view.nextRefreshAt],
    [text.pendingUntil, connection.status === 'pending' ? connection.pendingUntil : undefined],
  ];
  return (
    <Facts>
      {rows.map(
        ([term, at]) =>
          at !== undefined && (
            <Fact term={term}>
              <TimeText at={at} />
            </Fact>
          ),
      )}
      <Fact term={text.lastUsed}>
        {connection.lastUsedAt === undefined ? (
          <span class="muted">{texts.never}</span>
        ) : (
          <TimeText at={connection.lastUsedAt} />
        )}
      </Fact>
    </Facts>
  );
}

function Access({ connection }: { readonly connection: Connection }): VNode {
  return (
    <>
      <p class="muted">{text.accessText}</p>
      <table class="access">
        <thead>
          <tr>
            <th scope="col">{text.accessColumns.principal}</th>
            <th scope="col">{text.accessColumns.permission}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>
              <UserText text={connection.ownerName} />
              <br />
              <code dir="auto">{connection.owner}</code>
            </td>
            <td>{text.owner}</td>
          </tr>
          {connection.access.map((entry) => (
            <tr>
              <td>
                <code dir="auto">{entry.principalId}</code>
              </td>
              <td>{texts.permission[entry.permission]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
