import type { AssetName } from '../../../functions/pages/assets.ts';

/** A start tag with its attributes, references decoded. */
export interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

const tagPattern = /<([a-z][a-z0-9]*)((?:\s+[a-z][a-z0-9:-]*(?:="[^"<]*")?)*)\s*\/?>/gi;
const endTagPattern = /<\/[a-z][a-z0-9]*>/gi;

function decode(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** All start tags, in document order. A `<` in an attribute has to be escaped to be understood here. */
export function tagsOf(html: string): readonly Tag[] {
  return [...html.matchAll(tagPattern)].map(([, name = '', attributes = '']) => ({
    name: name.toLowerCase(),
    attributes: new Map(
      [...attributes.matchAll(/\s+([a-z][a-z0-9:-]*)(?:="([^"]*)")?/gi)].map(([, key = '', value = '']) => [
        key.toLowerCase(),
        decode(value),
      ]),
    ),
  }));
}

/** What stands between the tags, references decoded, white space folded. */
export function textOf(html: string): string {
  const bare = html
    .replace(/<!doctype html>/i, '')
    .replace(tagPattern, ' ')
    .replace(endTagPattern, ' ');
  return decode(bare).replace(/\s+/g, ' ');
}

/** True where all `<` belong to tags: nothing from data has opened one. */
export function isWellFormed(html: string): boolean {
  const bare = html
    .replace(/<!doctype html>/i, '')
    .replace(tagPattern, '')
    .replace(endTagPattern, '');
  return !bare.includes('<');
}

/** The first tag of this name whose attributes have these values. */
export function findTag(
  html: string,
  name: string,
  attributes: Readonly<Record<string, string>>,
): Tag | undefined {
  return tagsOf(html).find(
    (tag) =>
      tag.name === name &&
      Object.entries(attributes).every(([key, value]) => tag.attributes.get(key) === value),
  );
}

/** Every asset that the pages refer to. */
export const assetNames: readonly AssetName[] = ['style.css', 'page.js', 'favicon.svg'];
