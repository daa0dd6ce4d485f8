import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** A response as it came over the wire. */
export interface RawResponse {
  status: number;
  headers: IncomingHttpHeaders;
  /** Names and values in turn, as sent. */
  rawHeaders: string[];
  text: string;
  json(): Record<string, unknown>;
}

export interface RawRequest {
  method?: string;
  /** Names and values in turn: repeats and casing are sent as given. */
  headers?: readonly string[];
  body?: string;
  /** Sends the body in chunks, without a length. */
  chunked?: boolean;
}

const agent = new Agent({ keepAlive: false });

/** Sends a request whose path is not touched; `fetch` would resolve dots and re-encode. */
export function rawRequest(port: number, path: string, options: RawRequest = {}): Promise<RawResponse> {
  const { method = 'GET', headers = [], body, chunked = false } = options;
  const host = headers.some((name) => name.toLowerCase() === 'host') ? [] : ['Host', `localhost:${port}`];
  const length = body === undefined || chunked ? [] : ['Content-Length', String(Buffer.byteLength(body))];
  const coding = chunked ? ['Transfer-Encoding', 'chunked'] : [];
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path,
        method,
        headers: [...host, ...headers, ...length, ...coding] as unknown as Record<string, string>,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            rawHeaders: response.rawHeaders,
            text,
            json: () => JSON.parse(text),
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
