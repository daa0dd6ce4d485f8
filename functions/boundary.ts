import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { BrokerError } from '../shared/domain/errors.ts';
import { errorCodeOf } from '../shared/domain/errors.ts';
import type { Replay } from '../shared/operations/claimAuthorization.ts';
import type { Log } from '../shared/ports.ts';
import type { Handler } from './edge.ts';
import { failurePage } from './pages/failurePage.tsx';
import { messagePage } from './pages/messagePage.tsx';
import { replayPage } from './pages/replayPage.tsx';
import { texts } from './pages/texts.ts';
import type { FailureView } from './pages/views.ts';
import { asBrokerError, problemResponse } from './problem.ts';
import { page, seeOther } from './respond.ts';
import { longestReturnTo } from './schemas.ts';
import { SignInRequired } from './session.ts';

/** Turns whatever an API handler throws into a problem document. */
export function apiBoundary(handler: Handler, log: Log): Handler {
  return async (request, context) => {
    try {
      return await handler(request, context);
    } catch (thrown) {
      const error = asBrokerError(thrown);
      logFailure(log, error);
      return problemResponse(error, context.invocationId, sentToken(request));
    }
  };
}

/** Another scheme than Bearer is no token (RFC 6750 section 3.1). */
function sentToken(request: HttpRequest): boolean {
  return /^bearer\b/i.test(request.headers.get('authorization') ?? '');
}

/** Turns whatever a page handler throws into a page that a person can act on. */
export function pageBoundary(handler: Handler, log: Log): Handler {
  return async (request, context) => {
    try {
      return await handler(request, context);
    } catch (thrown) {
      if (thrown instanceof SignInRequired) return toSignIn(request);
      const error = asBrokerError(thrown);
      logFailure(log, error);
      return page(error.status, failureBody(error, context));
    }
  };
}

/**
 * A page sends the browser to sign in. A form does not: `form-action` forbids the redirect that leads on to Microsoft,
 * and what was typed is lost, which the person has to be told.
 */
function toSignIn(request: HttpRequest): HttpResponseInit {
  const { pathname, search } = new URL(request.url);
  const isForm = request.method !== 'GET';
  const here = isForm ? pageOfForm(pathname) : `${pathname}${search}`;
  const href = `/signin?${new URLSearchParams({ returnTo: here.length <= longestReturnTo ? here : '/' })}`;
  if (!isForm) return seeOther(href);
  const { title, text, link } = texts.signedOut;
  return page(401, messagePage({ title, text, link: { href, label: link } }));
}

/** Address of the page that a form was on, by the address it was sent to. */
function pageOfForm(pathname: string): string {
  if (/^\/(?:add|connect)\/[^/]+$/.test(pathname)) return pathname;
  const [, connection, action] = /^(\/connections\/[^/]+)\/(confirm|delete)$/.exec(pathname) ?? [];
  if (connection === undefined) return '/';
  return action === 'delete' ? pathname : connection;
}

function failureBody(error: BrokerError, context: InvocationContext): string {
  const { replay, startedBy } = error.members as { replay?: Replay; startedBy?: unknown };
  if (error.code !== 'authorization_replayed' || replay?.outcome?.result !== 'succeeded')
    return failurePage(failureView(error, context));
  const { connectionId, outcome } = replay;
  const own = isText(startedBy) && connectionId !== undefined;
  return replayPage({
    succeededAt: outcome.at,
    ...(own ? { connectionHref: `/connections/${connectionId}` } : {}),
  });
}

const isText = (value: unknown): value is string => typeof value === 'string';

function failureView(error: BrokerError, context: InvocationContext): FailureView {
  const { adminConsentUrl, entraCorrelationId, retryConnectionId, startedBy } = error.members;
  // Behind a connect link the way back is the link itself, which only the person has.
  const signIn = !isText(retryConnectionId) ? undefined : isText(startedBy) ? 'session' : 'link';
  return {
    title: error.title,
    detail: error.message,
    code: error.code,
    correlationId: context.invocationId,
    ...(error.fields.length === 0 ? {} : { fields: error.fields }),
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    ...(isText(entraCorrelationId) ? { entraCorrelationId } : {}),
    ...(isText(adminConsentUrl) ? { adminConsentUrl } : {}),
    ...(signIn === undefined ? {} : { signIn }),
    ...(signIn === 'session' ? { retryHref: `/connect/${retryConnectionId}` } : {}),
    ...replayedFailure(error),
  };
}

/** A replay of a failure is told, and mended, as that failure. */
function replayedFailure({ code, members }: BrokerError): Partial<FailureView> {
  const { replay } = members as { replay?: Replay };
  if (code !== 'authorization_replayed' || replay?.outcome?.result !== 'failed') return {};
  const { outcome } = replay;
  return {
    code: outcome.code,
    detail: outcome.detail,
    replay: { failedAt: outcome.at, over: !isText(members.retryConnectionId) },
  };
}

/** The broker's own mistakes are errors with the place they came from; all else is a warning with its code. */
function logFailure(log: Log, error: BrokerError): void {
  const { cause } = error;
  const fields = { code: error.code, ...(cause === undefined ? {} : { cause: errorCodeOf(cause) }) };
  if (error.code === 'internal') log.error('request_failed', { ...fields, at: framesOf(cause ?? error) });
  else log.warn('request_failed', fields);
}

/** Where an error was thrown, without its message, which may hold what it should not. */
function framesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const { message, stack = '' } = error;
  // The stack begins with the message, which may have lines that look like frames.
  const messageAt = stack.indexOf(message);
  if (messageAt < 0) return [];
  return stack
    .slice(messageAt + message.length)
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
    .map((line) => line.trim());
}
