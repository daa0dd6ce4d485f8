import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Each asset is one file, or several in this order. */
const sources = {
  'style.css': {
    files: ['base.css', 'parts.css', 'lists.css', 'forms.css', 'print.css'],
    contentType: 'text/css; charset=utf-8',
  },
  'page.js': { files: ['page.js'], contentType: 'text/javascript; charset=utf-8' },
  'favicon.svg': { files: ['favicon.svg'], contentType: 'image/svg+xml' },
} as const;

/** A static file that the pages refer to. */
export type AssetName = keyof typeof sources;

/** A static file as it is served. */
export interface Asset {
  readonly body: Uint8Array;
  readonly contentType: string;
}

const fileOfName = new Map<AssetName, string>();
const assetOfFile = new Map<string, Asset>();

/** Reads every asset from the folder, once at start; throws where one is missing. */
export function loadAssets(directory: string): void {
  for (const name of Object.keys(sources) as AssetName[]) {
    const { files, contentType } = sources[name];
    const body = Buffer.concat(files.map((file) => readFileSync(join(directory, file))));
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);
    const file = name.replace('.', `.${hash}.`);
    fileOfName.set(name, file);
    assetOfFile.set(file, { body, contentType });
  }
}

/** Address of an asset; it holds a hash of the content, so the answer may be cached for ever. */
export function assetHref(name: AssetName): string {
  const file = fileOfName.get(name);
  if (file === undefined) throw new Error('The assets of the pages have not been loaded');
  return `/assets/${file}`;
}

/** The asset behind the last segment of such an address; undefined for any other name. */
export function findAsset(file: string): Asset | undefined {
  return assetOfFile.get(file);
}
