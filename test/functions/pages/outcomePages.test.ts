import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadAssets } from '../../../functions/pages/assets.ts';
import { continuePage } from '../../../functions/pages/continuePage.tsx';
import { failurePage } from '../../../functions/pages/failurePage.tsx';
import { messagePage } from '../../../functions/pages/messagePage.tsx';
import { replayPage } from '../../../functions/pages/replayPage.tsx';
import { resultPage } from '../../../functions/pages/resultPage.tsx';
import type { FailureView } from '../../../functions/pages/views.ts';
import { type ErrorCode, errorTable } from '../../../shared/domain/errors.ts';
import { findTag, tagsOf, textOf } from './htmlFacts.ts';
import * as views from './sampleViews.ts';

beforeAll(() => loadAssets('functions/pages/assets'));

test('the step to Microsoft goes on by itself, at once, and by a link', () => {
  const href = 'https://login.microsoftonline.us/common/oauth2/v2.0/authorize?client_id=1&state=2';
  const html = continuePage({ connectionName: 'A', environmentTitle: 'US Government L4', href });
  expect(findTag(html, 'meta', { 'http-equiv': 'refresh', content: `0;url=${href}` })).toBeDefined();
  expect(findTag(html, 'a', { href, class: 'button primary' })).toBeDefined();
  expect(textOf(html)).toContain('Continue to Microsoft');
});

test('the result names account, granted and missing permissions, and the next step', () => {
  const text = textOf(resultPage(views.resultView()));
  expect(text).toContain('Account invoices@contoso.example');
  expect(text).toContain('Granted permissions Mail.Read Mail.Read.Shared');
  expect(text).toContain('Asked for, but not granted Calendars.Read');
  expect(text).toContain('What happens now Automations that may use this connection');
});

test('a result does not claim to be connected while the account waits to be confirmed', () => {
  const waiting = views.connection(undefined, { status: 'pending', accountConfirmed: false });
  const html = resultPage({ connection: waiting, missingScopes: [], nextStep: 'Wait.' });
  expect(html).not.toContain('>Connected<');
  expect(textOf(html)).toContain('still has to be confirmed');
});

test('the result has the id of the connection, to copy', () => {
  const { id } = views.connection();
  const html = resultPage(views.resultView());
  expect(textOf(html)).toContain(`Connection ID ${id}`);
  expect(findTag(html, 'button', { 'data-copy': 'connection-id' })).toBeDefined();
});

test('a message leads to the addresses that it names, and tells nobody where its reader came from', () => {
  const more = [
    'The person removes it under My Apps: https://myapps.microsoft.com.',
    "O'Brien <b>https://</b>",
  ];
  const html = messagePage({ title: 'T', text: 'D', more });
  expect(findTag(html, 'a', { href: 'https://myapps.microsoft.com', rel: 'noreferrer' })).toBeDefined();
  expect(html).toContain('</a>.');
  expect(tagsOf(html).filter(({ attributes }) => attributes.get('href')?.startsWith('https:'))).toHaveLength(
    1,
  );
  expect(html).not.toContain('<b>');
});

describe('a sign-in that succeeded and comes back again', () => {
  test('is no failure: it says when it succeeded and that nothing is to be done', () => {
    const html = replayPage(views.replayView());
    const text = textOf(html);
    expect(text).toContain('Nothing changed. It succeeded at 24 Nov 2025, 09:02 UTC .');
    expect(text).toContain('nothing more to do');
    expect(text).not.toContain('Who can mend it');
    expect(text).not.toMatch(/T09:02/);
    expect(html).not.toContain('outcome bad');
    expect(findTag(html, 'a', { href: `/connections/${views.connection().id}` })).toBeDefined();
  });

  test('leads nowhere where it was not started from a session', () => {
    expect(textOf(replayPage({ succeededAt: new Date(0) }))).not.toContain('Open the connection');
  });
});

describe('a failure', () => {
  const bare = { title: 'T', detail: 'D', correlationId: 'id-1' } as const;
  const told = (view: Partial<FailureView>) =>
    textOf(failurePage({ ...bare, code: 'sign_in_failed', ...view }));

  test.each(Object.keys(errorTable) as ErrorCode[])('%s says who can mend it and how', (code) => {
    for (const signIn of [{}, { signIn: 'session' }, { signIn: 'link' }] as const) {
      const text = told({ code, ...signIn });
      expect(text).toMatch(/Who can mend it \S.{20,} For a support request/);
      expect(text).toContain('Correlation ID id-1');
    }
  });

  test.each<[ErrorCode, RegExp]>([
    ['consent_declined', /You Start again and accept the permissions/],
    ['link_invalid', /Whoever sent you the link .*send you a new link/],
    ['link_expired', /Whoever sent you the link .*send you a new link/],
    ['state_expired', /You Start again .*one browser/],
    ['browser_mismatch', /You Start again .*one browser/],
    ['account_not_allowed', /You Start again and choose an account of the kind that is allowed/],
    ['admin_consent_required', /An administrator of the organisation They have to approve the app first/],
    ['id_token_invalid', /Start the sign-in again\. If it happens again, .*whoever runs this broker/],
    ['storage_unavailable', /Nobody; it passes .*Wait/],
    ['deployment_misconfigured', /Whoever runs this broker They have to give the broker its rights/],
  ])('%s is mended by whoever can, in the way that helps', (code, words) => {
    expect(told({ code })).toMatch(words);
  });

  test('never says that signing in again is of no use where its own text asks for it', () => {
    for (const code of Object.keys(errorTable) as ErrorCode[]) {
      expect(told({ code, signIn: 'link' })).not.toContain('does not help. Pass on');
    }
  });

  test('a wrong account or secret is mended by who signs in, elsewhere by others', () => {
    expect(told({ code: 'account_mismatch', signIn: 'link' })).toContain(
      'choose the account that is expected',
    );
    expect(told({ code: 'account_mismatch' })).toContain('Whoever manages the connection');
    expect(told({ code: 'app_credential_rejected', signIn: 'session' })).toContain(
      'Whoever entered the client',
    );
    expect(told({ code: 'app_credential_rejected' })).toContain('Whoever runs the app registration');
  });

  test('behind a link asks to open it again, and only there', () => {
    expect(told({ code: 'account_mismatch', signIn: 'link' })).toContain('Open the link again');
    expect(told({ code: 'account_mismatch', signIn: 'session' })).not.toContain('Open the link again');
  });

  test('names the seconds to wait where they are known', () => {
    expect(told({ code: 'throttled', retryAfterSeconds: 90 })).toContain('Wait at least 90 seconds.');
    expect(told({ code: 'throttled' })).not.toContain('seconds');
  });

  test('that comes back again is told as that failure, with its time and what can be done now', () => {
    const failedAt = new Date('2025-11-24T09:02:00Z');
    const open = told({ code: 'admin_consent_required', signIn: 'link', replay: { failedAt, over: false } });
    expect(open).toContain('Nothing changed. It failed at 24 Nov 2025, 09:02 UTC : D');
    expect(open).toContain('An administrator of the organisation');
    expect(open).toContain('is shown when you start again');
    const over = told({ code: 'consent_declined', replay: { failedAt, over: true } });
    expect(over).toContain('The connection has changed or was removed since');
    expect(over).not.toContain('Start again');
  });

  test('gives ids to copy, the approval link and the way to try again', () => {
    const view = views.failureView();
    const html = failurePage(view);
    expect(findTag(html, 'button', { 'data-copy': 'correlation-id' })).toBeDefined();
    expect(findTag(html, 'button', { 'data-copy': 'entra-correlation-id' })).toBeDefined();
    expect(
      findTag(html, 'input', { id: 'admin-consent-url', value: view.adminConsentUrl ?? '' }),
    ).toBeDefined();
    expect(findTag(html, 'a', { href: view.retryHref ?? '' })).toBeDefined();
    expect(textOf(html)).toContain('scopes : Mail.Read needs approval.');
  });
});
