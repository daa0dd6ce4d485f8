/** Moves the shifted clock of this process. */
export interface DateShift {
  /** The offset grows by these seconds at once; running timers keep their real time. */
  advance(seconds: number): void;
}

/**
 * Replaces the global `Date` by one that runs ahead of real time by an offset in milliseconds, so that an
 * application can be shown another time without knowing of it. Dates with arguments stay what they are.
 */
export function installShiftedDate(offsetMilliseconds: number): DateShift {
  const RealDate = globalThis.Date;
  const realNow = RealDate.now;
  let offset = offsetMilliseconds;

  function ShiftedDate(...values: unknown[]) {
    if (new.target === undefined) return new RealDate(realNow() + offset).toString();
    const target = new.target === (ShiftedDate as unknown) ? RealDate : new.target;
    return Reflect.construct(RealDate, values.length === 0 ? [realNow() + offset] : values, target);
  }

  ShiftedDate.now = () => realNow() + offset;
  ShiftedDate.parse = RealDate.parse;
  ShiftedDate.UTC = RealDate.UTC;
  // One prototype for both, so that `instanceof Date` holds for dates which Node itself has made.
  ShiftedDate.prototype = RealDate.prototype;
  Object.defineProperty(ShiftedDate, 'name', { value: 'Date' });
  Object.defineProperty(ShiftedDate, 'length', { value: RealDate.length });
  RealDate.prototype.constructor = ShiftedDate as unknown as DateConstructor;
  globalThis.Date = ShiftedDate as unknown as DateConstructor;

  return {
    advance: (seconds) => {
      offset += seconds * 1000;
    },
  };
}
