/**
 * Everything the broker logs, by name, with the fields that stand beside `correlationId`. Alerts and the workbook in
 * infra/queries/ ask for these names and fields and no others.
 */
export const logEvents = {
  /** A runner got a token. */
  token_handed_out: ['connectionId', 'principalId', 'callerKind'],
  /** A request ended in a problem document or an error page. */
  request_failed: ['code', 'cause', 'at'],
  /** A run of the timer ended; numbers of what it did. */
  refresh_run_finished: [
    'examined',
    'refreshed',
    'failed',
    'busy',
    'postponed',
    'dropped',
    'warned',
    'surplus',
    'expiredConnections',
    'removedAuthorizations',
    'errors',
    'left',
    'milliseconds',
  ],
  /** A connection moved to another status, or was deleted (`to` is then `deleted`). */
  connection_status_changed: [
    'connectionId',
    'environment',
    'connector',
    'from',
    'to',
    'code',
    'remedy',
    'aadstsCode',
  ],
  /** Entra gave no token for a grant, whoever asked for it. */
  refresh_failed: ['connectionId', 'environment', 'code', 'remedy', 'aadstsCode'],
  /** A credential of an app was marked as rejected; once for each version of it. */
  app_credential_rejected: ['environment', 'clientId', 'aadstsCode'],
  /** Entra gave no tokens for an authorization code. */
  code_redemption_failed: ['connectionId', 'code', 'remedy', 'detail', 'aadstsCode', 'entraCorrelationId'],
  /** The outcome of a sign-in could not be stored for replays. */
  sign_in_outcome_not_written: ['connectionId', 'reason'],
  /** A token was refreshed early without success; the one that still counts was handed out. */
  early_refresh_failed: ['connectionId', 'code'],
  /** The vault did not take the successor of a refresh token; the one that is there still counts. */
  refresh_token_rewrite_failed: ['connectionId', 'reason'],
  /** A replaced version of a refresh token stays readable in the vault. */
  refresh_token_version_left_enabled: ['secretName', 'reason'],
  /** Entra answered a refresh with tokens of somebody else, which were dropped. */
  refresh_answered_for_another_account: ['connectionId'],
  /** The time of the last use could not be stored. */
  last_use_not_written: ['connectionId'],
  /** The timer could not read what is due; the rest is the next run's. */
  refresh_run_cut_short: ['reason'],
  /** The timer could not see to one of the things that are due; it stays due. */
  refresh_run_item_failed: ['kind', 'id', 'reason'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type LogEvent = keyof typeof logEvents;
