import type { IncomingMessage } from 'node:http';
import type { RpcHttpData } from '@azure/functions-core';
import { encodePath, readQuery } from './percentEncoding.ts';

/** An incoming request in the form in which the host hands it to the worker. */
export function httpRequestData(
  request: IncomingMessage,
  target: { path: string; query: string; parameters: Record<string, string> },
  body: Buffer | undefined,
): RpcHttpData {
  const headers = readHeaders(request.rawHeaders);
  const query = target.query === '' ? '' : `?${target.query}`;
  const data: RpcHttpData = {
    method: request.method ?? 'GET',
    url: `http://${headers.host ?? ''}${encodePath(target.path)}${query}`,
    headers,
    query: readQuery(target.query),
    params: target.parameters,
  };
  if (body) data.body = { bytes: body };
  return data;
}

/** Lower-case names, repeats joined by a comma without a space, empty values left out. */
function readHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = asUtf8(raw[index + 1] ?? '');
    if (value === '') continue;
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return headers;
}

/** Node reads header values as Latin-1, the host as UTF-8. */
function asUtf8(value: string): string {
  return /[\u0080-\u00ff]/.test(value) ? Buffer.from(value, 'latin1').toString('utf8') : value;
}

/** The body as far as the host passes it on: none with GET and HEAD, and none that is sent in chunks. */
export async function readRequestBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  if (!(Number(request.headers['content-length']) > 0)) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}
