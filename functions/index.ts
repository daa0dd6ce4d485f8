import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { app, type InvocationContext } from '@azure/functions';
import { createBroker } from '../shared/broker.ts';
import { readConfig } from '../shared/config.ts';
import type { Clock } from '../shared/ports.ts';
import { apiBoundary, pageBoundary } from './boundary.ts';
import type { Handler } from './edge.ts';
import { createInvocationLog } from './log.ts';
import { loadAssets } from './pages/assets.ts';
import { refreshConnections, refreshSchedule } from './refreshConnections.ts';
import { routes } from './routes.ts';

const clock: Clock = {
  now: () => new Date(),
  sleep: async (milliseconds) => {
    await sleep(milliseconds);
  },
};
const invocations = new AsyncLocalStorage<InvocationContext>();
const log = createInvocationLog(invocations);
const broker = createBroker(readConfig(process.env), clock, log);
loadAssets(join(__dirname, 'assets'));

const boundaries = { api: apiBoundary, page: pageBoundary };
for (const [name, { methods, route, answers, handler }] of Object.entries(routes)) {
  const bounded: Handler = boundaries[answers](handler(broker), log);
  app.http(name, {
    methods: [...methods],
    route,
    authLevel: 'anonymous',
    handler: (request, context) => invocations.run(context, () => bounded(request, context)),
  });
}

app.timer('refreshConnections', {
  schedule: refreshSchedule,
  runOnStartup: false,
  handler: (_timer, context) => invocations.run(context, refreshConnections(broker)),
});
