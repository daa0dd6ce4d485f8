/**
 * What the broker logs, by name, with the fields that stand beside `correlationId`. Alerts and the workbook in
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
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type LogEvent = keyof typeof logEvents;

/** Asked for by alerts, still to be emitted. */
export const notYetEmitted: readonly LogEvent[] = [
  'connection_status_changed',
  'refresh_failed',
  'app_credential_rejected',
];
