import type { HttpRequest } from '@azure/functions';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { apiBoundary, pageBoundary } from '../../functions/boundary.ts';
import { loadAssets } from '../../functions/pages/assets.ts';
import { SignInRequired } from '../../functions/session.ts';
import { BrokerError, type ErrorExtras } from '../../shared/domain/errors.ts';
import type { Replay } from '../../shared/operations/claimAuthorization.ts';
import { bodyOf, headersOf, recordingLog, textOf } from './support/answers.ts';
import { context, correlationId, requestTo } from './support/requests.ts';

beforeAll(() => loadAssets('functions/pages/assets'));

const boundaries = { api: apiBoundary, page: pageBoundary };

/** What comes of a handler that throws this, and what is logged. */
async function thrown(
  kind: keyof typeof boundaries,
  what: unknown,
  request: HttpRequest = requestTo('/connections'),
) {
  const { log, lines } = recordingLog();
  const handler = boundaries[kind](async () => {
    throw what;
  }, log);
  return { answer: await handler(request, context), lines };
}

const failure = (extras: ErrorExtras = {}) => new BrokerError('grant_invalid', 'Sign in again.', extras);
const anId = '3f2c8a5e-0b6d-4d8e-9a41-7c5b2e1f6a90';
const secret = 'hunter2-hunter2';

/** The error with another message than its stack begins with; the stack is written when first read. */
function renamed(error: Error): Error {
  const { stack = '' } = error;
  return Object.assign(error, { message: 'changed', stack });
}

describe('both boundaries', () => {
  test.each(['api', 'page'] as const)('%s: an answer passes untouched and unlogged', async (kind) => {
    const { log, lines } = recordingLog();
    const answer = { status: 204 };
    expect(await boundaries[kind](async () => answer, log)(requestTo('/'), context)).toBe(answer);
    expect(lines).toEqual([]);
  });

  test.each(['api', 'page'] as const)('%s: a refusal is a warning with its code', async (kind) => {
    const { answer, lines } = await thrown(kind, failure());
    expect(answer.status).toBe(409);
    expect(lines).toEqual([{ level: 'warn', event: 'request_failed', fields: { code: 'grant_invalid' } }]);
  });

  test.each(['api', 'page'] as const)('%s: the kind of the cause is logged', async (kind) => {
    const { lines } = await thrown(kind, failure({ cause: new RangeError(secret) }));
    expect(lines[0]?.fields).toEqual({ code: 'grant_invalid', cause: 'RangeError' });
  });

  test.each(['api', 'page'] as const)(
    '%s: a mistake of the broker is an error with the place it came from',
    async (kind) => {
      const { answer, lines } = await thrown(kind, new TypeError('x is not a function'));
      expect(answer.status).toBe(500);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({
        level: 'error',
        event: 'request_failed',
        fields: { code: 'internal', cause: 'TypeError' },
      });
      const frames = lines[0]?.fields.at;
      expect(frames).toEqual(expect.arrayContaining([expect.stringContaining('boundary.test')]));
      expect(frames).not.toEqual(expect.arrayContaining([expect.stringContaining('is not a function')]));
    },
  );

  const messages: readonly [string, unknown][] = [
    ['in the message', new Error(secret)],
    ['in a message that looks like a stack', new Error(`x\n    at ${secret} (file.ts:1:1)`)],
    ['in a message that was changed later', renamed(new Error(`x\n    at ${secret}`))],
    ['in the cause', new Error('x', { cause: new Error(secret) })],
    ['as a member', Object.assign(new Error('x'), { request: { headers: { authorization: secret } } })],
    ['thrown as it is', secret],
    ['in an object', { secret }],
    ['in the cause of a refusal', failure({ cause: new Error(secret) })],
    ['in the cause of a mistake', new BrokerError('internal', 'x', { cause: secret })],
  ];
  test.each(messages)('a secret %s reaches neither the log nor the answer', async (_where, what) => {
    for (const kind of ['api', 'page'] as const) {
      expect(JSON.stringify(await thrown(kind, what))).not.toContain(secret);
    }
  });
});

describe('the boundary of the API', () => {
  test('answers with a problem document that carries the correlation id', async () => {
    const { answer } = await thrown('api', failure());
    expect(headersOf(answer).get('content-type')).toBe('application/problem+json');
    expect(bodyOf(answer)).toMatchObject({ code: 'grant_invalid', detail: 'Sign in again.', correlationId });
  });

  const unauthenticated = new BrokerError('unauthenticated', 'No.');
  test.each([
    ['no Authorization header', {}, 'Bearer'],
    ['an empty one', { authorization: '' }, 'Bearer'],
    ['another scheme', { authorization: 'Basic YTpi' }, 'Bearer'],
    ['a token', { authorization: 'Bearer a.b.c' }, 'Bearer error="invalid_token", error_description="No."'],
    ['a token, scheme in lower case', { authorization: 'bearer a.b.c' }, expect.stringContaining('error=')],
  ])('%s: the challenge says as much as RFC 6750 wants', async (_what, headers, challenge) => {
    const { answer } = await thrown('api', unauthenticated, requestTo('/api/v1/connections', { headers }));
    expect(headersOf(answer).get('www-authenticate')).toEqual(challenge);
  });

  test('does not send a program to the sign-in page', async () => {
    const { answer } = await thrown('api', new SignInRequired());
    expect(answer.status).toBe(500);
  });
});

describe('the boundary of the pages', () => {
  test('answers with a page that says what happened, who can mend it, and the correlation id', async () => {
    const { answer } = await thrown('page', failure());
    expect(headersOf(answer).get('content-type')).toBe('text/html; charset=utf-8');
    expect(textOf(answer)).toContain('Sign in again.');
    expect(textOf(answer)).toContain('The person whose account it is');
    expect(textOf(answer)).toContain(correlationId);
  });

  test('names the wrong fields', async () => {
    const fields = [{ field: 'limit', message: 'At most 100.' }];
    const { answer } = await thrown('page', new BrokerError('invalid_request', 'x', { fields }));
    expect(textOf(answer)).toContain('At most 100.');
  });

  test("shows Microsoft's correlation id and the approval link", async () => {
    const members = { entraCorrelationId: 'entra-1', adminConsentUrl: 'https://login.example/adminconsent' };
    const { answer } = await thrown('page', new BrokerError('admin_consent_required', 'x', { members }));
    expect(textOf(answer)).toContain('entra-1');
    expect(textOf(answer)).toContain('href="https://login.example/adminconsent"');
  });

  test('offers the way back to whoever started in a session, not to whoever holds a link', async () => {
    const own = await thrown('page', failure({ members: { retryConnectionId: anId, startedBy: 'ada' } }));
    const invited = await thrown('page', failure({ members: { retryConnectionId: anId } }));
    expect(textOf(own.answer)).toContain(`href="/connect/${anId}"`);
    expect(textOf(invited.answer)).not.toContain(`/connect/${anId}`);
  });

  test('tells a success that comes back again as none of its failures', async () => {
    const replay: Replay = { outcome: { result: 'succeeded', at: new Date(0) }, connectionId: anId };
    const replayed = (members: object) =>
      thrown('page', new BrokerError('authorization_replayed', 'x', { members: { ...members } }));
    const own = await replayed({ replay, startedBy: 'ada' });
    expect(own.answer.status).toBe(409);
    expect(textOf(own.answer)).toContain('It succeeded at');
    expect(textOf(own.answer)).toContain('1 Jan 1970, 00:00 UTC');
    expect(textOf(own.answer)).toContain(`href="/connections/${anId}"`);
    expect(textOf(own.answer)).not.toContain('Who can mend it');
    expect(textOf((await replayed({ replay })).answer)).not.toContain(anId);
  });

  test('tells a failure that comes back again as that failure, with its way on', async () => {
    const outcome = { result: 'failed', at: new Date(0), code: 'consent_declined', detail: 'No.' } as const;
    const members = { replay: { outcome, connectionId: anId }, startedBy: 'ada', retryConnectionId: anId };
    const { answer } = await thrown('page', new BrokerError('authorization_replayed', 'x', { members }));
    expect(answer.status).toBe(409);
    expect(textOf(answer)).toContain('This sign-in has been handled already');
    expect(textOf(answer)).toContain('Start again and accept the permissions');
    expect(textOf(answer)).toContain(`href="/connect/${anId}"`);
  });

  test('says how long to wait', async () => {
    const error = new BrokerError('throttled', 'x', { retryAfterSeconds: 7 });
    expect(textOf((await thrown('page', error)).answer)).toContain('Wait at least 7 seconds.');
  });

  test('shows nothing of members that are no texts', async () => {
    const members = { entraCorrelationId: 7, adminConsentUrl: { href: 'x' }, retryConnectionId: null };
    const { answer } = await thrown('page', failure({ members }));
    expect(textOf(answer)).not.toContain('Approval link');
    expect(textOf(answer)).not.toContain('Try again</a>');
  });
});

describe('a page that needs somebody to be signed in', () => {
  const locationFor = async (path: string) => {
    const { answer, lines } = await thrown('page', new SignInRequired(), requestTo(path));
    expect(answer.status).toBe(303);
    expect(lines).toEqual([]);
    return new URL(headersOf(answer).get('location') ?? '', 'https://broker.example');
  };

  test('sends the browser to sign in, and back to the same address afterwards', async () => {
    const location = await locationFor('/connections/x?after=a%26b');
    expect(location.pathname).toBe('/signin');
    expect(location.searchParams.get('returnTo')).toBe('/connections/x?after=a%26b');
  });

  test('names no host, neither for the sign-in nor for the way back', async () => {
    const { answer } = await thrown('page', new SignInRequired(), requestTo('/add'));
    expect(headersOf(answer).get('location')).toBe('/signin?returnTo=%2Fadd');
  });

  test.each([
    ['/add/teams', '/add/teams'],
    [`/connect/${anId}`, `/connect/${anId}`],
    [`/connections/${anId}/delete`, `/connections/${anId}/delete`],
    [`/connections/${anId}/confirm`, `/connections/${anId}`],
    ['/signout', '/'],
    ['//evil.example/delete', '/'],
    ['/add/a/b', '/'],
    [`/add/${'a'.repeat(2_000)}`, '/'],
  ])(
    'says after the form to %.60s that nothing was changed, with a way back to its page',
    async (path, back) => {
      const { answer, lines } = await thrown(
        'page',
        new SignInRequired(),
        requestTo(path, { method: 'POST' }),
      );
      expect([answer.status, lines]).toEqual([401, []]);
      expect(headersOf(answer).get('location')).toBeNull();
      expect(textOf(answer)).toContain('You were signed out');
      expect(textOf(answer)).toContain('nothing was changed');
      expect(textOf(answer)).toContain(`href="/signin?${new URLSearchParams({ returnTo: back })}"`);
    },
  );

  test('goes back to the start page where the address is too long to be carried along', async () => {
    const location = await locationFor(`/connections?after=${'a'.repeat(2_000)}`);
    expect(location.searchParams.get('returnTo')).toBe('/');
  });
});
