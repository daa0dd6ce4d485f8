import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { format } from 'node:util';
import { createFunctionsRuntime, type FunctionsRuntime } from './functionsRuntime.ts';
import { readHostConfiguration } from './hostConfiguration.ts';
import { createHostLog, type HostLog } from './hostLog.ts';
import { createHttpTrigger, functionRoutes } from './httpTrigger.ts';
import { createInvoke, describe } from './invocation.ts';
import { loadApp } from './loadApp.ts';
import { createRouteTable } from './routeTable.ts';
import { createTimerTrigger, type TimerTrigger } from './timerTrigger.ts';

export interface FunctionsHostOptions {
  appDirectory: string;
  /** 0 takes a free port. */
  port: number;
  /** Whether timer functions run by their schedules. */
  schedule: boolean;
  /** Takes the lines of the log, several at once. */
  output(text: string): void;
}

/** A running host. */
export interface FunctionsHost {
  port: number;
  log: HostLog;
  functionNames: readonly string[];
  timers: TimerTrigger;
  /** Answers every request that is still open with 500, as when the worker dies. */
  failOpenRequests(): Promise<void>;
}

/**
 * Loads an application and serves it. An application that fails to load leaves a host that answers 404 to
 * everything and says why in its log; a port that is taken rejects with the system's error.
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const configuration = readHostConfiguration(options.appDirectory);
  const log = createHostLog(configuration.logLevels, options.output);
  const runtime = createFunctionsRuntime((level, category, message) =>
    log.write(level, category === 'user' ? 'Function' : 'Worker', 'worker', message),
  );
  captureConsole(log);
  await startApp(options.appDirectory, runtime, log);

  const invoke = createInvoke(runtime, log);
  const functions = [...runtime.functions.values()];
  const table = createRouteTable(functionRoutes(functions), configuration.routePrefix);
  for (const problem of table.problems) log.write('error', 'Host.Startup', 'host', problem);
  const timers = createTimerTrigger(functions, invoke, process.env);
  const open = new Set<ServerResponse>();
  const serve = createHttpTrigger({
    table,
    invoke,
    homePage: !/^(?:true|1)$/i.test(process.env.AzureWebJobsDisableHomepage ?? ''),
    logError: (message) => log.write('error', 'Host.Results', 'host', message),
    startFunction: (name) => {
      if (!timers.names.includes(name)) return false;
      // The host has answered by then; a failure is in the log.
      timers.run(name).catch(() => undefined);
      return true;
    },
  });
  const server = createServer({ keepAliveTimeout: 130_000, maxHeaderSize: 32_768 }, (request, response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
    void serve(request, response);
  });
  const port = await listenOn(server, options.port);
  if (options.schedule) timers.startSchedule();
  return {
    port,
    log,
    timers,
    functionNames: functions.map(({ metadata }) => metadata.name),
    failOpenRequests: () => failAll(open),
  };
}

async function startApp(appDirectory: string, runtime: FunctionsRuntime, log: HostLog): Promise<void> {
  try {
    loadApp(appDirectory, runtime.core);
    const hookContext = { hookData: {}, appHookData: runtime.appHookData };
    for (const hook of runtime.hooks('appStart')) {
      await hook({ ...hookContext, functionAppDirectory: appDirectory });
    }
    if (runtime.functions.size > 0) await runtime.programmingModel().getCapabilities?.({});
  } catch (error) {
    (runtime.functions as Map<string, unknown>).clear();
    log.write('error', 'Worker', 'host', `Worker was unable to load entry point: ${describe(error)}`);
  }
  runtime.endStartup();
}

function listenOn(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', backlog: 2048 }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function failAll(open: ReadonlySet<ServerResponse>): Promise<void> {
  const answers = [...open]
    .filter((response) => !response.headersSent)
    .map(
      (response) =>
        new Promise<void>((resolve) => {
          response.writeHead(500, { connection: 'close', 'content-length': 0 });
          response.end(resolve);
        }),
    );
  await Promise.race([Promise.all(answers), new Promise((resolve) => setTimeout(resolve, 200))]);
}

function captureConsole(log: HostLog): void {
  const methods = {
    log: 'information',
    info: 'information',
    warn: 'warning',
    error: 'error',
    debug: 'debug',
    trace: 'trace',
  } as const;
  for (const [method, level] of Object.entries(methods)) {
    console[method as keyof typeof methods] = (...values: unknown[]) =>
      log.write(level, 'Host.Function.Console', 'console', format(...values));
  }
}
