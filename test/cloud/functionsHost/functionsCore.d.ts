/**
 * What the Node worker of Azure Functions answers to `require('@azure/functions-core')`, as far as
 * `@azure/functions` uses it. The package exists only inside the worker, so it is declared here.
 * @see https://github.com/Azure/azure-functions-nodejs-library/blob/v4.x/types-core/index.d.ts
 */
declare module '@azure/functions-core' {
  export type RpcLogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
  export type RpcLogCategory = 'user' | 'system' | 'customMetric';

  export interface RpcTypedData {
    string?: string | null;
    json?: string | null;
    bytes?: Uint8Array | null;
    http?: RpcHttpData | null;
    int?: number | null;
    double?: number | null;
  }

  export interface RpcNullable<T> {
    value?: T | null;
  }

  export interface RpcHttpCookie {
    name?: string | null;
    value?: string | null;
    domain?: RpcNullable<string> | null;
    path?: RpcNullable<string> | null;
    expires?: RpcNullable<{ seconds?: number | null; nanos?: number | null }> | null;
    secure?: RpcNullable<boolean> | null;
    httpOnly?: RpcNullable<boolean> | null;
    sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone' | null;
    maxAge?: RpcNullable<number> | null;
  }

  export interface RpcHttpData {
    method?: string | null;
    url?: string | null;
    headers?: Record<string, string> | null;
    body?: RpcTypedData | null;
    params?: Record<string, string> | null;
    statusCode?: string | null;
    query?: Record<string, string> | null;
    cookies?: RpcHttpCookie[] | null;
    nullableHeaders?: Record<string, RpcNullable<string>> | null;
    nullableParams?: Record<string, RpcNullable<string>> | null;
    nullableQuery?: Record<string, RpcNullable<string>> | null;
  }

  export interface RpcBindingInfo {
    type?: string | null;
    direction?: 'in' | 'out' | 'inout' | null;
    methods?: string[] | null;
    route?: string | null;
    authLevel?: string | null;
    schedule?: string | null;
    useMonitor?: boolean | null;
  }

  export interface FunctionMetadata {
    name: string;
    functionId?: string;
    bindings: Record<string, RpcBindingInfo>;
  }

  export interface RpcInvocationRequest {
    invocationId?: string | null;
    functionId?: string | null;
    inputData?: { name?: string | null; data?: RpcTypedData | null }[] | null;
    triggerMetadata?: Record<string, RpcTypedData> | null;
    traceContext?: {
      traceParent?: string | null;
      traceState?: string | null;
      attributes?: Record<string, string> | null;
    } | null;
  }

  export interface RpcInvocationResponse {
    invocationId?: string | null;
    returnValue?: RpcTypedData | null;
  }

  export type InvocationState = 'preInvocationHooks' | 'postInvocationHooks' | 'invocation';

  export interface CoreInvocationContext {
    invocationId: string;
    request: RpcInvocationRequest;
    metadata: FunctionMetadata;
    state?: InvocationState;
    log(level: RpcLogLevel, category: RpcLogCategory, message: string): void;
  }

  export type FunctionCallback = (...args: unknown[]) => unknown;

  export interface InvocationModel {
    getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
    invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
    getResponse(context: unknown, result: unknown): Promise<RpcInvocationResponse>;
  }

  export interface ProgrammingModel {
    name: string;
    version: string;
    getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
    getCapabilities?(
      defaults: Record<string, string>,
    ): Record<string, string> | Promise<Record<string, string>>;
  }

  export type HookCallback = (context: Record<string, unknown>) => unknown;
}
