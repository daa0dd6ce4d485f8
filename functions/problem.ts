import type { HttpResponseInit } from '@azure/functions';
import { BrokerError } from '../shared/domain/errors.ts';

/** Whatever was thrown, as the error that the caller is told; the original is kept as its cause. */
export function asBrokerError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error;
  return new BrokerError('internal', 'The broker made a mistake. Tell its operator the correlation id.', {
    cause: error,
  });
}

/** What callers are told where a trouble passes and nobody gave a time. */
const shortWaitSeconds = 2;

/** Renders an error as a problem document (RFC 9457); its cause is never part of it. */
export function problemResponse(
  error: BrokerError,
  correlationId: string,
  tokenSent: boolean,
): HttpResponseInit {
  const { code, remedy, title, status, message, fields, members } = error;
  const retryAfterSeconds = error.retryAfterSeconds ?? (remedy === 'wait' ? shortWaitSeconds : undefined);
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 401 ? { 'www-authenticate': challenge(message, tokenSent) } : {}),
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify({
      ...members,
      type: `urn:connection-broker:problem:${code}`,
      title,
      status,
      detail: message,
      code,
      remedy,
      correlationId,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(fields.length === 0 ? {} : { fields }),
    }),
  };
}

/** RFC 6750 section 3: a request without a token gets the bare scheme, a bad token its reason. */
function challenge(detail: string, tokenSent: boolean): string {
  if (!tokenSent) return 'Bearer';
  const description = detail.replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, ' ');
  return `Bearer error="invalid_token", error_description="${description}"`;
}
