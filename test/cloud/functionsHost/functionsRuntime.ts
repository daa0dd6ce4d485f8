import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  ProgrammingModel,
  RpcLogCategory,
  RpcLogLevel,
} from '@azure/functions-core';

/** A function that an application has registered, with the callback that serves it. */
export interface RegisteredFunction {
  metadata: FunctionMetadata;
  callback: FunctionCallback;
}

export type HookName = 'preInvocation' | 'postInvocation' | 'appStart' | 'appTerminate' | 'log';

/** The worker's side of `@azure/functions-core`: what an application has set up by loading. */
export interface FunctionsRuntime {
  /** What `require('@azure/functions-core')` answers. */
  readonly core: Record<string, unknown>;
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly appHookData: Record<string, unknown>;
  hooks(name: HookName): readonly HookCallback[];
  programmingModel(): ProgrammingModel;
  /** From now on nothing can be registered. */
  endStartup(): void;
}

class Disposable {
  #dispose: (() => unknown) | undefined;

  constructor(callOnDispose: () => unknown) {
    this.#dispose = callOnDispose;
  }

  static from(...disposables: { dispose: () => unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }

  dispose(): void {
    this.#dispose?.();
    this.#dispose = undefined;
  }
}

type Log = (level: RpcLogLevel, category: RpcLogCategory, message: string) => void;

/** A fresh runtime; `log` takes what is logged outside of an invocation. */
export function createFunctionsRuntime(log: Log): FunctionsRuntime {
  const functions = new Map<string, RegisteredFunction>();
  const hooks: Record<HookName, HookCallback[]> = {
    preInvocation: [],
    postInvocation: [],
    appStart: [],
    appTerminate: [],
    log: [],
  };
  let model: ProgrammingModel | undefined;
  let starting = true;
  const duringStartup = (what: string) => {
    if (!starting) throw new Error(`${what} can only happen during app startup.`);
  };
  return {
    functions,
    appHookData: {},
    hooks: (name) => hooks[name],
    endStartup: () => {
      starting = false;
    },
    programmingModel() {
      if (!model) throw new Error('The application has not set a programming model.');
      return model;
    },
    core: {
      version: '3.9.1',
      hostVersion: '4.1037.0',
      Disposable,
      log,
      setProgrammingModel(value: ProgrammingModel) {
        duringStartup('Setting the programming model');
        model = value;
      },
      getProgrammingModel: () => model,
      registerFunction(metadata: FunctionMetadata, callback: FunctionCallback) {
        duringStartup(`Registering function "${metadata.name}"`);
        const id = metadata.functionId ?? metadata.name;
        if (functions.has(id)) throw new Error(`A function with id "${id}" has already been registered.`);
        functions.set(id, { metadata, callback });
        return new Disposable(() => functions.delete(id));
      },
      registerHook(name: string, callback: HookCallback) {
        const list = hooks[name as HookName];
        if (!list) throw new RangeError(`Unrecognized hook "${name}"`);
        list.push(callback);
        return new Disposable(() => list.splice(list.indexOf(callback), 1));
      },
    },
  };
}
