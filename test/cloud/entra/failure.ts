import { randomUUID } from 'node:crypto';
import { rowOf } from './failureTable.ts';

const guidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A failure by its AADSTS code; `values` fill the placeholders of its text. */
export class EntraFailure extends Error {
  readonly code: number;
  readonly values: Readonly<Record<string, string | undefined>>;

  constructor(code: number, values: Record<string, string | undefined> = {}) {
    super(`AADSTS${code}`);
    this.code = code;
    this.values = values;
  }
}

/** What the answer to a failed request says of it. */
export interface FailureOccasion {
  now: Date;
  /** Origin that stands in `error_uri`. */
  authorityOrigin: string;
  /** `client-request-id` of the caller; becomes the correlation id when it is a GUID. */
  clientRequestId?: string | undefined;
}

/** The body of an error at the token endpoint. */
export interface FailureBody {
  error: string;
  error_description: string;
  error_codes: number[];
  timestamp: string;
  trace_id: string;
  correlation_id: string;
  error_uri: string;
  suberror?: string;
  claims?: string;
}

function fill(message: string, values: EntraFailure['values']): string {
  return message.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '').trim();
}

/** `2024-05-01 10:00:00Z`, as the identity service writes instants in errors. */
export function formatTimestamp(instant: Date): string {
  return `${instant.toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** The body Entra would answer with, and the status and headers that go with it. */
export function describeFailure(failure: EntraFailure, occasion: FailureOccasion) {
  const row = rowOf(failure.code);
  const traceId = randomUUID();
  const asked = occasion.clientRequestId;
  const correlationId = asked && guidPattern.test(asked) ? asked : randomUUID();
  const timestamp = formatTimestamp(occasion.now);
  const message = fill(row.message, failure.values);
  const body: FailureBody = {
    error: row.error,
    error_description: `AADSTS${failure.code}: ${message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [failure.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `${occasion.authorityOrigin}/error?code=${failure.code}`,
  };
  if (row.suberror !== undefined) body.suberror = row.suberror;
  if (row.claims) {
    body.claims = JSON.stringify({
      access_token: { capolids: { essential: true, values: ['00000000-0000-4000-8000-000000000001'] } },
    });
  }
  const headers: Record<string, string> = { 'x-ms-request-id': traceId, 'cache-control': 'no-store' };
  if (row.retryAfterSeconds !== undefined) headers['retry-after'] = String(row.retryAfterSeconds);
  return { row, body, headers };
}
