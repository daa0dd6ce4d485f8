/** The newest lines of a growing text, fed in pieces. */
export interface LogLines {
  add(chunk: string): void;
  lines(): readonly string[];
}

/** Keeps at least the last `limit` lines; the oldest are dropped in blocks. */
export function createLogLines(limit: number): LogLines {
  const kept: string[] = [];
  let partial = '';
  return {
    lines: () => (partial === '' ? kept : [...kept, partial]),
    add(chunk) {
      const pieces = (partial + chunk).split('\n');
      partial = pieces.pop() ?? '';
      for (const line of pieces) kept.push(line);
      if (kept.length > limit * 1.2) kept.splice(0, kept.length - limit);
    },
  };
}
