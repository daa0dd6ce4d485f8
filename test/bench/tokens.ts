import { Agent, request } from 'node:http';
import { startCloud } from '../cloud/cloud.ts';

/**
 * How fast tokens are handed out, as ratios within one run: the machine cancels out. The yardstick is `/health`,
 * which does nothing but pass through host and library.
 *
 *     npm run bench
 */
const connections = 20;
const seconds = 4;

interface Figures {
  readonly requestsPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
}

/** Loads one address over kept-alive connections and counts only answers with 200. */
async function load(url: string, token?: string): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const endsAt = performance.now() + seconds * 1000;
  const times: number[] = [];
  const worker = async () => {
    while (performance.now() < endsAt) {
      const startedAt = performance.now();
      const status = await get(url, agent, headers);
      if (status !== 200) throw new Error(`${url} answered ${status}`);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  times.sort((left, right) => left - right);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  return { requestsPerSecond: times.length / seconds, p50Milliseconds: at(0.5), p99Milliseconds: at(0.99) };
}

function get(url: string, agent: Agent, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    })
      .once('error', reject)
      .end();
  });
}

async function measure(settings: Record<string, string>, from: string) {
  const cloud = await startCloud({ port: 0, settings });
  try {
    const { brokerUrl, callers, seededConnectionId } = cloud.summary();
    const tokenUrl = `${brokerUrl}/api/v1/connections/${seededConnectionId}/token`;
    await load(tokenUrl, callers.runner.accessToken);
    const yardstick = await load(`${brokerUrl}/health`);
    const before = cloud.counters.snapshot().tables.read;
    const tokens = await load(tokenUrl, callers.runner.accessToken);
    const reads = cloud.counters.snapshot().tables.read - before;
    return { from, yardstick, tokens, readsPerToken: reads / (tokens.requestsPerSecond * seconds) };
  } finally {
    await cloud.close();
  }
}

const results = [
  await measure({}, 'memory (warm path)'),
  await measure({ ROW_TRUST_SECONDS: '0' }, 'the row (nothing believed)'),
];
for (const { from, yardstick, tokens, readsPerToken } of results) {
  const ratio = tokens.requestsPerSecond / yardstick.requestsPerSecond;
  console.log(
    `${from}: ${tokens.requestsPerSecond.toFixed(0)} tokens/s, p50 ${tokens.p50Milliseconds.toFixed(1)} ms, ` +
      `p99 ${tokens.p99Milliseconds.toFixed(1)} ms, ${ratio.toFixed(2)} of /health ` +
      `(${yardstick.requestsPerSecond.toFixed(0)}/s), ${readsPerToken.toFixed(2)} table reads a token`,
  );
}
