import { HttpRequest, InvocationContext } from '@azure/functions';

/** Origin of the broker in these tests. */
export const baseUrl = 'https://broker.example';

export interface RequestFacts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request as a handler receives it, in the library's own class. */
export function requestTo(path: string, { method = 'GET', headers, params, body }: RequestFacts = {}) {
  return new HttpRequest({
    method,
    url: `${baseUrl}${path}`,
    headers: { ...headers },
    params: { ...params },
    ...(body === undefined ? {} : { body: { string: body } }),
  });
}

/** A POST with that JSON body, already text. */
export function jsonRequest(body: string, contentType = 'application/json') {
  return requestTo('/api/v1/connections', {
    method: 'POST',
    body,
    headers: { 'content-type': contentType },
  });
}

/** A form as a browser posts it. */
export function formRequest(
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
  params: Readonly<Record<string, string>> = {},
) {
  return requestTo(path, {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    params,
  });
}

export const correlationId = 'e3b0c442-98fc-4c14-9afb-f4c8996fb924';

/** An invocation whose log goes to nobody. */
export const context = new InvocationContext({ invocationId: correlationId, logHandler: () => undefined });
