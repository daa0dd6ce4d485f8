import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { childEnvironment } from './childEnvironment.ts';

/** A running Azurite. */
export interface LocalAzurite {
  /** Of the table service, which speaks https and takes bearer tokens. */
  tablePort: number;
  close(): Promise<void>;
}

const mainFile = createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js');
/** Azurite does not notice that its parent has gone. */
const endWithParent = 'data:text/javascript,process.on("disconnect",()=>process.exit())';

/** Starts Azurite, of which the table service is used, with data in memory; rejects with its output when it ends at once. */
export async function startAzurite(files: { certFile: string; keyFile: string }): Promise<LocalAzurite> {
  const flags = ['--oauth', 'basic', '--cert', files.certFile, '--key', files.keyFile];
  const ports = ['--blobPort', '0', '--queuePort', '0', '--tablePort', '0'];
  const quiet = ['--silent', '--inMemoryPersistence', '--skipApiVersionCheck', '--disableTelemetry'];
  const child = fork(mainFile, [...flags, ...ports, ...quiet], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd: tmpdir(),
    env: childEnvironment({}),
    execArgv: ['--import', endWithParent],
  });
  return {
    tablePort: await portOf(child),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const port = /Table service is successfully listening at https:\/\/[^:]+:(\d+)/.exec(output)?.[1];
      if (port) resolve(Number(port));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`Azurite has ended: ${output}`)));
    child.once('error', reject);
  });
}
