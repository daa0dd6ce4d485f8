import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { freePort } from './freePort.ts';

const startFile = join(import.meta.dirname, 'start.ts');
const probe = join(import.meta.dirname, 'probeBroker');

const run = (...flags: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [startFile, ...flags], (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

function startProbe(...flags: string[]) {
  const child = spawn(process.execPath, [startFile, '--app', probe, ...flags], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ready = async (mark: string) => {
    while (!output.includes(mark)) {
      if (child.exitCode !== null) throw new Error(`start ended with ${child.exitCode}`);
      await sleep(20);
    }
    return output;
  };
  return { child, ready };
}

/** Ids of the living children of a process, from /proc. */
async function childrenOf(pid: number | undefined): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    if (Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]) === pid) found.push(Number(name));
  }
  return found;
}

const lives = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function endsWith(child: ChildProcess, signal: NodeJS.Signals) {
  const children = await childrenOf(child.pid);
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = await exited;
  for (let tries = 0; tries < 100 && children.some(lives); tries += 1) await sleep(20);
  return { code, count: children.length, left: children.filter(lives) };
}

describe('the command line', () => {
  test('--help says what there is', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--port N') });
  });

  test.each([
    [['--bogus'], '--bogus'],
    [['--port', 'x'], '--port'],
    [['--port', '70000'], '--port'],
    [['extra'], 'extra'],
  ])('%j is refused with exit code 2', async (flags, named) => {
    expect(await run(...flags)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(named),
    });
  });

  test('a busy port is named, with how to choose another', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    const outcome = await run('--app', probe, '--port', String(port));
    server.close();
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining(`Port ${port}`) });
    expect(outcome.stderr).toContain('--port N');
  });
});

const onLinux = process.platform === 'linux' ? describe : describe.skip;
onLinux('a run', () => {
  test('with --json prints one line once ready, and ends cleanly on SIGTERM', async () => {
    const { child, ready } = startProbe('--json', '--port', '0');
    const lines = (await ready('\n')).split('\n');
    expect(lines).toEqual([expect.any(String), '']);
    const summary = JSON.parse(lines[0] ?? '');
    expect((await fetch(`${summary.brokerUrl}/now`)).status).toBe(200);
    expect(await endsWith(child, 'SIGTERM')).toEqual({ code: 0, count: 2, left: [] });
  });

  test('leaves no child when it is killed', async () => {
    const { child, ready } = startProbe('--json', '--port', '0');
    await ready('\n');
    expect(await endsWith(child, 'SIGKILL')).toEqual({ code: null, count: 2, left: [] });
  });

  test('without --json tells what to open and to type, and ends cleanly on SIGINT', async () => {
    const { child, ready } = startProbe('--port', '0');
    const text = await ready('Ctrl-C');
    for (const part of ['open http://localhost:', 'operator@contoso.example', 'client secret', 'curl -s']) {
      expect(text).toContain(part);
    }
    expect(await endsWith(child, 'SIGINT')).toMatchObject({ code: 0, left: [] });
  });
});
