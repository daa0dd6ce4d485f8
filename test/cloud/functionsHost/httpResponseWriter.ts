import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RpcHttpData, RpcTypedData } from '@azure/functions-core';
import { setCookieOf } from './setCookie.ts';

/** Answers with a status alone, as the host does for everything that no function has answered. */
export function writeEmpty(response: ServerResponse, status: number): void {
  if (response.headersSent) return;
  response.writeHead(
    status,
    status === 204 ? { server: 'Kestrel' } : { server: 'Kestrel', 'content-length': 0 },
  );
  response.end();
}

/**
 * Writes what a function returned. Throws, with nothing written yet, for what the host answers with 500:
 * a header value outside of ASCII, or a `Content-Length` that is not the body's.
 */
export function writeFunctionResponse(
  response: ServerResponse,
  value: RpcTypedData | null | undefined,
): void {
  if (!value?.http) {
    writeEmpty(response, 204);
    return;
  }
  const { http } = value;
  const status = Number(http.statusCode ?? 200);
  const body = bodyOf(http);
  const headers = headersOf(http, body.length);
  // The real host never finishes such an answer.
  if ('transfer-encoding' in headers) return;
  const bodiless = status === 204 || status === 304;
  if (!bodiless && body.length === 0) headers['content-length'] = 0;
  response.writeHead(status, headers);
  // The head is out already, so that Node sends the body in chunks, like the host.
  response.end(bodiless || body.length === 0 ? undefined : body);
}

function bodyOf(http: RpcHttpData): Uint8Array {
  if (http.body?.bytes) return http.body.bytes;
  return Buffer.from(http.body?.string ?? http.body?.json ?? '');
}

function headersOf(http: RpcHttpData, bodyLength: number): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { server: 'Kestrel' };
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    if (!/^[\t\x20-\x7e]*$/.test(value)) throw new Error(`Invalid non-ASCII character in header '${name}'.`);
    headers[name] = value;
  }
  const length = headers['content-length'];
  if (length !== undefined && Number(length) !== bodyLength) {
    throw new Error(`Response Content-Length mismatch: ${String(length)} for ${bodyLength} bytes.`);
  }
  if (http.cookies?.length) {
    const own = headers['set-cookie'];
    headers['set-cookie'] = [...(own === undefined ? [] : [String(own)]), ...http.cookies.map(setCookieOf)];
  }
  return headers;
}
