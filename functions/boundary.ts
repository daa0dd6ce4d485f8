import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { BrokerError } from '../shared/domain/errors.ts';
import { errorCodeOf } from '../shared/domain/errors.ts';
import type { Log } from '../shared/ports.ts';
import type { Handler } from './edge.ts';
import { failurePage } from './pages/failurePage.tsx';
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
      return page(error.status, failurePage(failureView(error, context)));
    }
  };
}

function toSignIn(request: HttpRequest): HttpResponseInit {
  const { pathname, search } = new URL(request.url);
  const here = `${pathname}${search}`;
  const returnTo = request.method === 'GET' && here.length <= longestReturnTo ? here : '/';
  return seeOther(`/signin?${new URLSearchParams({ returnTo })}`);
}

function failureView(error: BrokerError, context: InvocationContext) {
  const { adminConsentUrl, entraCorrelationId, retryConnectionId, startedBy } = error.members;
  const isText = (value: unknown): value is string => typeof value === 'string';
  return {
    title: error.title,
    detail: error.message,
    remedy: error.remedy,
    correlationId: context.invocationId,
    ...(error.fields.length === 0 ? {} : { fields: error.fields }),
    ...(isText(entraCorrelationId) ? { entraCorrelationId } : {}),
    ...(isText(adminConsentUrl) ? { adminConsentUrl } : {}),
    ...(error.code === 'app_credential_rejected' && isText(retryConnectionId)
      ? { secretRejected: true }
      : {}),
    // Behind a connect link the way back is the link itself, which only the person has.
    ...(isText(retryConnectionId) && isText(startedBy) ? { retryHref: `/connect/${retryConnectionId}` } : {}),
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
