import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/**
 * Loads the file that `main` of the application's package.json names, with `@azure/functions-core`
 * answered by the given object, which is how the Node worker of Azure Functions does it.
 */
export function loadApp(appDirectory: string, core: unknown): void {
  const manifest = join(resolve(appDirectory), 'package.json');
  const { main } = JSON.parse(readFileSync(manifest, 'utf8')) as { main?: string };
  if (!main) throw new Error(`${manifest} names no "main".`);
  const realRequire = Module.prototype.require;
  Module.prototype.require = Object.assign(function require(this: Module, id: string) {
    return id === '@azure/functions-core' ? core : realRequire.call(this, id);
  }, realRequire);
  createRequire(manifest)(join(resolve(appDirectory), main));
}
