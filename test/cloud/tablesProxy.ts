import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { Counters } from './counters.ts';
import { type Faults, playFault } from './faults.ts';
import { type LocalServer, listen } from './httpServer.ts';

export interface TablesProxyOptions {
  /** 0 takes a free port. */
  port: number;
  tls: { cert: string; key: string };
  /** Where the table service listens, on 127.0.0.1. */
  tablePort: number;
  faults: Faults;
  counters: Counters;
}

/** Stands in front of the table service, counts reads (GET) and writes (the rest) and plays faults. */
export async function startTablesProxy(options: TablesProxyOptions): Promise<LocalServer> {
  const { cert } = options.tls;
  const agent = new Agent({ keepAlive: true, ca: cert });
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const operation = request.method === 'GET' ? 'read' : 'write';
    options.counters.countTable(operation);
    const fault = options.faults.take('tables', { operation });
    if (fault && !('aadsts' in fault)) playFault(fault, request, response);
    else forward(request, response, options.tablePort, agent);
  };
  const server = await listen(handle, { port: options.port, tls: options.tls });
  return {
    ...server,
    close: async () => {
      agent.destroy();
      await server.close();
    },
  };
}

function forward(request: IncomingMessage, response: ServerResponse, port: number, agent: Agent): void {
  const { method, url: path, headers } = request;
  const onward = httpsRequest(
    { agent, host: '127.0.0.1', port, method, path, headers, servername: 'localhost' },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  response.on('close', () => {
    if (!response.writableFinished) onward.destroy();
  });
  request.pipe(onward);
}
