import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface ListenOptions {
  /** 0 takes a free port. */
  port: number;
  /** PEM certificate and key; with them the server speaks https. */
  tls?: { cert: string; key: string } | undefined;
}

export interface LocalServer {
  port: number;
  /** Scheme, host and port by which the server is reached, without a path. */
  origin: string;
  /** Resolves once the port is free; open connections are cut. */
  close(): Promise<void>;
}

/** A handler that may be asynchronous; what it throws is answered with a plain 500. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

function asListener(handler: HttpHandler): RequestListener {
  return (request, response) => {
    Promise.resolve()
      .then(() => handler(request, response))
      .catch((error: unknown) => {
        if (error instanceof BodyTooLargeError) {
          sendText(response, 413, error.message);
          return;
        }
        console.error(error);
        if (response.headersSent) response.destroy();
        else sendText(response, 500, 'The local service failed; its error is on standard error.');
      });
  };
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}

/** Listens on 127.0.0.1; rejects with the system's error (`EADDRINUSE`) when the port is taken. */
export async function listen(handler: HttpHandler, options: ListenOptions): Promise<LocalServer> {
  const listener = asListener(handler);
  const server = options.tls
    ? createHttpsServer({ cert: options.tls.cert, key: options.tls.key }, listener)
    : createHttpServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `${options.tls ? 'https' : 'http'}://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class BodyTooLargeError extends Error {}

/** The request's body as text; more than `limitBytes` (1 MiB) is answered with 413. */
export async function readBody(request: IncomingMessage, limitBytes = 1_048_576): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw new BodyTooLargeError(`The body is larger than ${limitBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The request's body read as `application/x-www-form-urlencoded`. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams(await readBody(request));
}

/** The request's body read as JSON; `undefined` when it is empty, rejects with `SyntaxError` when it is not JSON. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readBody(request);
  return text === '' ? undefined : JSON.parse(text);
}

/** Answers with a JSON document. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}
