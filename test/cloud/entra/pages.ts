import type { ServerResponse } from 'node:http';
import type { Account } from './directory.ts';
import type { FailureBody } from './failure.ts';
import { html, SafeHtml } from './html.ts';

const style = new SafeHtml(`<style>
:root { color-scheme: light dark; --ink: #1b1a19; --soft: #605e5c; --line: #c8c6c4; --back: #f3f2f1; --card: #fff; --accent: #0067b8; --on-accent: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #f3f2f1; --soft: #c8c6c4; --line: #484644; --back: #1b1a19; --card: #292827; --accent: #4ba0e1; --on-accent: #10202d; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--back); color: var(--ink); font: 1rem/1.45 "Segoe UI", system-ui, sans-serif; }
main { width: 100%; max-width: 27.5rem; padding: 2.75rem; background: var(--card); box-shadow: 0 2px 6px rgb(0 0 0 / .2); }
@media (max-width: 30rem) { main { padding: 1.5rem; } }
.cloud { margin: 0 0 1rem; color: var(--soft); }
h1 { margin: 0 0 1rem; font-size: 1.5rem; font-weight: 600; line-height: 1.2; overflow-wrap: anywhere; }
.accounts { list-style: none; margin: 0 0 1rem; padding: 0; border-top: 1px solid var(--line); }
.accounts li { border-bottom: 1px solid var(--line); }
.accounts button { width: 100%; padding: .8rem .25rem; border: 0; background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; overflow-wrap: anywhere; }
.accounts button:hover, .accounts button:focus-visible { background: var(--back); outline: 2px solid var(--accent); }
.accounts .hinted button { font-weight: 600; border-left: 4px solid var(--accent); padding-left: .75rem; }
.actions { display: flex; gap: .5rem; justify-content: flex-end; margin-top: 1.5rem; }
.actions button { min-width: 6.75rem; padding: .4rem .75rem; border: 1px solid var(--line); background: var(--back); color: var(--ink); font: inherit; cursor: pointer; }
.actions .primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.actions button:focus-visible, a:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
.detail { color: var(--soft); font-size: .8125rem; overflow-wrap: anywhere; }
a { color: var(--accent); }
</style>`);

/** Sends a page of the local Entra. */
export function sendPage(response: ServerResponse, status: number, page: SafeHtml): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(page.markup);
}

function layout(title: string, host: string, content: SafeHtml): SafeHtml {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${style}
</head>
<body>
<main>
<p class="cloud">Local Entra · ${host}</p>
${content}
</main>
</body>
</html>`;
}

export interface AccountChoice {
  host: string;
  action: string;
  flowId: string;
  appName: string;
  accounts: readonly Account[];
  hintedUsername?: string | undefined;
}

/** The picker: one button for each account, labelled with its username; the hinted one first and focused. */
export function accountPage(choice: AccountChoice): SafeHtml {
  const hinted = (account: Account) =>
    choice.hintedUsername !== undefined && account.username === choice.hintedUsername;
  return layout(
    'Sign in to your account',
    choice.host,
    html`<h1>Pick an account</h1>
<p>to continue to ${choice.appName}</p>
<form method="post" action="${choice.action}">
<input type="hidden" name="flow" value="${choice.flowId}">
<ul class="accounts">
${choice.accounts.map(
  (account) =>
    html`<li${hinted(account) && html` class="hinted"`}><button type="submit" name="username" value="${account.username}"${hinted(account) && html` autofocus`}>${account.username}</button></li>
`,
)}</ul>
</form>
<p class="detail">No password is asked for: these accounts exist on this machine only.</p>`,
  );
}

export interface ConsentQuestion {
  host: string;
  action: string;
  flowId: string;
  appName: string;
  /** Who consents: a username, or the organisation for an administrator. */
  onBehalfOf: string;
  permissions: readonly string[];
  administrator: boolean;
}

/** The consent page, with *Accept* and *Cancel*. */
export function consentPage(question: ConsentQuestion): SafeHtml {
  const title = question.administrator
    ? 'Permissions requested: review for your organization'
    : 'Permissions requested';
  return layout(
    title,
    question.host,
    html`<p class="detail">${question.onBehalfOf}</p>
<h1>${title}</h1>
<p><strong>${question.appName}</strong> would like to:</p>
<ul>
${question.permissions.map((permission) => html`<li>${permission}</li>\n`)}</ul>
<p class="detail">Accepting these permissions means that you allow this app to use ${question.administrator ? "every user's" : 'your'} data as listed.</p>
<form method="post" action="${question.action}">
<input type="hidden" name="flow" value="${question.flowId}">
<div class="actions">
<button type="submit" name="decision" value="cancel">Cancel</button>
<button type="submit" name="decision" value="accept" class="primary">Accept</button>
</div>
</form>`,
  );
}

export interface ApprovalNotice {
  host: string;
  appName: string;
  username: string;
  tenantName: string;
  permissions: readonly string[];
  /** Where the person goes back to the app without having consented. */
  returnUrl: string;
  code: number;
}

/** What a person sees who cannot consent: an administrator has to. */
export function adminApprovalPage(notice: ApprovalNotice): SafeHtml {
  return layout(
    'Need admin approval',
    notice.host,
    html`<p class="detail">${notice.username}</p>
<h1>Need admin approval</h1>
<p><strong>${notice.appName}</strong> needs permission to access resources in your organization that only an admin of ${notice.tenantName} can grant. Please ask an admin to grant permission to this app before you can use it.</p>
<ul>
${notice.permissions.map((permission) => html`<li>${permission}</li>\n`)}</ul>
<p><a href="${notice.returnUrl}">Return to the application without granting consent</a></p>
<p class="detail">AADSTS${notice.code}</p>`,
  );
}

export interface TenantChoice {
  host: string;
  action: string;
  flowId: string;
  appName: string;
  tenants: readonly { id: string; name: string }[];
}

/** Which organisation the administrator consents for, when the address does not say it. */
export function tenantPage(choice: TenantChoice): SafeHtml {
  return layout(
    'Pick your organization',
    choice.host,
    html`<h1>Pick your organization</h1>
<p>You consent to ${choice.appName} as its administrator.</p>
<form method="post" action="${choice.action}">
<input type="hidden" name="flow" value="${choice.flowId}">
<ul class="accounts">
${choice.tenants.map(
  ({ id, name }) => html`<li><button type="submit" name="tenant" value="${id}">${name}</button></li>\n`,
)}</ul>
</form>`,
  );
}

/** An error that the person sees here, since sending it to the app would be unsafe or useless. */
export function failurePage(host: string, body: FailureBody): SafeHtml {
  const [message] = body.error_description.split(' Trace ID: ');
  return layout(
    'Sign in failed',
    host,
    html`<h1>Sorry, but we’re having trouble signing you in.</h1>
<p>${message}</p>
<p class="detail">Request Id: ${body.trace_id}<br>Correlation Id: ${body.correlation_id}<br>Timestamp: ${body.timestamp}</p>`,
  );
}

/** Carries the answer to the redirect URI by form post (OAuth 2.0 Form Post Response Mode). */
export function formPostPage(host: string, redirectUri: string, parameters: URLSearchParams): SafeHtml {
  return layout(
    'Working…',
    host,
    html`<h1>Signed in</h1>
<form method="post" action="${redirectUri}">
${[...parameters].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`)}<div class="actions"><button type="submit" class="primary" autofocus>Continue</button></div>
</form>`,
  );
}
