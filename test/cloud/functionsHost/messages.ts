/** What the parent tells a host process. */
export type HostCommand =
  | { type: 'advance'; seconds: number }
  | { type: 'runTimer'; id: number; name: string };

/** What a host process tells its parent. */
export type HostReport =
  | { type: 'ready'; port: number; functions: readonly string[] }
  | { type: 'failed'; reason: string }
  | { type: 'advanced' }
  | { type: 'timerRan'; id: number; value: unknown }
  | { type: 'timerFailed'; id: number; reason: string };
