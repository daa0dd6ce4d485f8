import { expect } from '@jest/globals';
import type { Page } from '../../cloud/browser.ts';
import type { CloudUnderTest } from './cloudUnderTest.ts';

const correlationId = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
/** Frames of a stack, or the names of JavaScript's own errors. */
const stack = /\bat \S+ \(|\.[cm]?[jt]s:\d+|\b(?:Type|Range|Syntax|Reference)Error\b|node_modules/;

/** Fails unless the page tells what happened in these words, who can mend it, and under which correlation id. */
export function expectFailurePage(
  test: CloudUnderTest,
  page: Page,
  status: number,
  ...words: RegExp[]
): void {
  test.tell(page.html);
  expect([page.status, page.text]).toEqual([status, expect.stringMatching(words[0] ?? /./)]);
  for (const word of words) expect(page.text).toMatch(word);
  expect(page.text).toMatch(/Who can mend it/);
  expect(page.text).toMatch(correlationId);
  expect(page.html).not.toMatch(stack);
}

/** Fails unless the answer is a problem document with this code, readable and without a stack. */
export function expectProblem(
  answer: { status: number; headers: Headers; text: string; body: ProblemBody },
  status: number,
  code: string,
): void {
  expect([answer.status, answer.body?.code, answer.text]).toEqual([status, code, expect.anything()]);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.body).toMatchObject({
    status,
    type: expect.stringContaining(code),
    title: expect.any(String),
    detail: expect.stringMatching(/\w+ \w+/),
    remedy: expect.stringMatching(/^(caller|user|admin|operator|wait)$/),
    correlationId: expect.stringMatching(correlationId),
  });
  expect(answer.text).not.toMatch(stack);
}

interface ProblemBody {
  readonly code?: string;
}
