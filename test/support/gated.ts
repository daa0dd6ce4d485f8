/** Where a call of a port can be held: before it has any effect, and after it, before its answer arrives. */
export type Moment = `${'before' | 'after'} ${string}`;

/** Holds a call for as long as it likes, or fails it by throwing. */
export type Gate = (moment: Moment) => Promise<void>;

/** Calls that do not leave the process, or answer in another way than with a promise. */
const passed = new Set(['listDue', 'adminConsentUrl', 'authorizationUrl']);

/** The port with a gate at both ends of every call, also of the collections inside. */
export function gated<T extends object>(port: T, gate: Gate, prefix = ''): T {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      const operation = `${prefix}${String(name)}`;
      if (typeof value === 'object' && value !== null) return gated(value, gate, `${operation}.`);
      if (typeof value !== 'function' || passed.has(operation)) return value;
      return async (...parameters: readonly unknown[]) => {
        await gate(`before ${operation}`);
        const answer: unknown = await value.apply(target, parameters);
        await gate(`after ${operation}`);
        return answer;
      };
    },
  });
}
