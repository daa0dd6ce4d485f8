import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadAssets } from '../../../functions/pages/assets.ts';
import { continuePage } from '../../../functions/pages/continuePage.tsx';
import { failurePage } from '../../../functions/pages/failurePage.tsx';
import { resultPage } from '../../../functions/pages/resultPage.tsx';
import { remedies } from '../../../shared/domain/errors.ts';
import { findTag, textOf } from './htmlFacts.ts';
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

describe('a failure', () => {
  test.each(remedies)('with remedy %s says who can mend it and how', (remedy) => {
    const text = textOf(failurePage({ title: 'T', detail: 'D', remedy, correlationId: 'id-1' }));
    expect(text).toMatch(/Who can mend it \S.{20,} For a support request/);
    expect(text).toContain('Correlation ID id-1');
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
