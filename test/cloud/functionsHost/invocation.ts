import { randomUUID } from 'node:crypto';
import type {
  CoreInvocationContext,
  InvocationModel,
  RpcInvocationResponse,
  RpcLogCategory,
  RpcLogLevel,
  RpcTypedData,
} from '@azure/functions-core';
import type { FunctionsRuntime, RegisteredFunction } from './functionsRuntime.ts';
import type { HostLog } from './hostLog.ts';

/** What came of an invocation: the handler's own result, and the response that the library made of it. */
export interface InvocationOutcome {
  result: unknown;
  response: RpcInvocationResponse;
}

/** Runs a registered function once; rejects with what it threw, after having logged it. */
export type Invoke = (target: RegisteredFunction, trigger: RpcTypedData) => Promise<InvocationOutcome>;

/** Invocations in the worker's order: arguments, pre hooks, function, post hooks, response. */
export function createInvoke(runtime: FunctionsRuntime, log: HostLog): Invoke {
  return async (target, trigger) => {
    const context = createContext(runtime, log, target, trigger);
    const startedAt = performance.now();
    try {
      const model = await runtime.programmingModel().getInvocationModel(context);
      const result = await runFunction(runtime, model, context, target);
      const response = await model.getResponse(result.invocationContext, result.value);
      return { result: result.value, response };
    } catch (error) {
      const { name } = target.metadata;
      const duration = Math.round(performance.now() - startedAt);
      log.write(
        'error',
        `Function.${name}`,
        `${name} ${context.invocationId}`,
        `Executed 'Functions.${name}' (Failed, Id=${context.invocationId}, Duration=${duration}ms) ${describe(error)}`,
      );
      throw error;
    }
  };
}

/** The stack of an error, or whatever else was thrown, as text. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function createContext(
  runtime: FunctionsRuntime,
  log: HostLog,
  target: RegisteredFunction,
  trigger: RpcTypedData,
): CoreInvocationContext {
  const { metadata } = target;
  const invocationId = randomUUID();
  const category = `Function.${metadata.name}.User`;
  const source = `${metadata.name} ${invocationId}`;
  return {
    invocationId,
    metadata,
    request: {
      invocationId,
      functionId: metadata.functionId ?? metadata.name,
      inputData: [{ name: triggerName(metadata), data: trigger }],
      traceContext: traceContextOf(trigger),
    },
    log(level: RpcLogLevel, kind: RpcLogCategory, message: string) {
      const entry = { level, message, category: kind, hookData: {}, appHookData: runtime.appHookData };
      for (const hook of runtime.hooks('log')) hook(entry);
      const shown = kind === 'user' ? entry : { level, message };
      log.write(shown.level, category, source, shown.message);
    },
  };
}

const triggerNames = new WeakMap<object, string>();

function triggerName(metadata: RegisteredFunction['metadata']): string {
  let name = triggerNames.get(metadata);
  if (name === undefined) {
    name = Object.entries(metadata.bindings).find(([, binding]) => isTrigger(binding.type))?.[0] ?? '';
    triggerNames.set(metadata, name);
  }
  return name;
}

function isTrigger(type: string | null | undefined): boolean {
  return /trigger$/i.test(type ?? '');
}

/** W3C Trace Context: the caller's trace is continued, else a new one begins. */
function traceContextOf(trigger: RpcTypedData) {
  const hex = randomUUID().replaceAll('-', '');
  const given = /^00-([0-9a-f]{32})-/.exec(trigger.http?.headers?.traceparent ?? '');
  return {
    traceParent: `00-${given?.[1] ?? hex}-${hex.slice(8, 24)}-00`,
    traceState: trigger.http?.headers?.tracestate ?? '',
    attributes: {},
  };
}

async function runFunction(
  runtime: FunctionsRuntime,
  model: InvocationModel,
  context: CoreInvocationContext,
  target: RegisteredFunction,
): Promise<{ invocationContext: unknown; value: unknown }> {
  const { context: invocationContext, inputs } = await model.getArguments();
  const shared = { hookData: {}, appHookData: runtime.appHookData, invocationContext };
  const before = { ...shared, inputs, functionCallback: target.callback };
  context.state = 'preInvocationHooks';
  for (const hook of runtime.hooks('preInvocation')) await hook(before);

  const after: { result: unknown; error: unknown; inputs: unknown[] } = {
    ...shared,
    inputs: before.inputs,
    result: null,
    error: null,
  };
  context.state = 'invocation';
  let failed = false;
  try {
    after.result = await model.invokeFunction(invocationContext, before.inputs, before.functionCallback);
  } catch (error) {
    failed = true;
    after.error = error;
  }
  context.state = 'postInvocationHooks';
  for (const hook of runtime.hooks('postInvocation')) {
    await hook(after as unknown as Record<string, unknown>);
    failed = after.error !== null && after.error !== undefined;
  }
  delete context.state;
  if (failed) throw after.error;
  return { invocationContext, value: after.result };
}
