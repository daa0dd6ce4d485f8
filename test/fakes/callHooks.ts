/** What a test may do around each call of a fake: hold it, or fail it by throwing. */
export interface CallHooks {
  /** Runs before the call has any effect. */
  beforeEach?: (operation: string) => Promise<void>;
  /** Runs after the effect and before the answer; a throw is a lost answer. */
  afterEach?: (operation: string) => Promise<void>;
}

/** Runs one call of a fake between its hooks; the effect itself is atomic. */
export async function hooked<T>(hooks: CallHooks, operation: string, effect: () => T): Promise<T> {
  await hooks.beforeEach?.(operation);
  const result = effect();
  await hooks.afterEach?.(operation);
  return result;
}
