/** How Entra answers with one AADSTS code. */
export interface FailureRow {
  /** `error` at the token endpoint. */
  error: string;
  status: number;
  /** Text after the code; `{name}` is filled in. */
  message: string;
  suberror?: string;
  /** Whether a claims challenge comes with it. */
  claims?: boolean;
  retryAfterSeconds?: number;
  /** `error` in a callback to the redirect URI, where it differs. */
  callbackError?: string;
  /** At the authorize endpoint the person sees a page of Entra's; nothing goes back to the app. */
  page?: boolean;
}

/** Busy: 503, unless the row says otherwise. */
export const wait = (message: string): FailureRow => ({
  error: 'temporarily_unavailable',
  status: 503,
  message,
});
/** The grant does not serve: 400 `invalid_grant`. */
export const grant = (message: string, suberror?: string): FailureRow => ({
  error: 'invalid_grant',
  status: 400,
  message,
  ...(suberror === undefined ? {} : { suberror }),
});
/** `invalid_grant` with a claims challenge; interaction can mend it, unless the suberror is `message_only`. */
export const challenge = (message: string, suberror: string): FailureRow => ({
  ...grant(message, suberror),
  claims: true,
  callbackError: 'interaction_required',
});
/** The app's credential is refused: 401 `invalid_client`. */
export const credential = (message: string): FailureRow => ({
  error: 'invalid_client',
  status: 401,
  message,
});
/** The request or the set-up is wrong: 400. */
export const request = (message: string, error = 'invalid_request'): FailureRow => ({
  error,
  status: 400,
  message,
});
/** At the authorize endpoint this failure stays on a page. */
export const onPage = (row: FailureRow): FailureRow => ({ ...row, page: true });
