import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadAssets } from '../../../functions/pages/assets.ts';
import { isWellFormed, tagsOf } from './htmlFacts.ts';
import { samplePages } from './samplePages.ts';

beforeAll(() => loadAssets('functions/pages/assets'));

const fragments = [
  '<script>alert(1)</script>',
  '</textarea><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onfocus=alert(1) autofocus '",
  '" onfocus="alert(1)" x="',
  '<!-- ',
  ']]>',
  '</title></style></script><svg onload=alert(1)>',
  '&lt;script&gt;',
  '{{alert(1)}}',
  '\u202e\u0000\n',
];

const hostile = fc
  .array(fc.oneof(fc.constantFrom(...fragments), fc.string({ unit: 'binary', maxLength: 8 })), {
    maxLength: 4,
  })
  .map((parts) => parts.join(''));

/* What the page may consist of: element and attribute names, whatever the texts are. */
function vocabulary(html: string): readonly string[] {
  return tagsOf(html).flatMap(({ name, attributes }) => [
    name,
    ...[...attributes.keys()].map((key) => `${name} ${key}`),
  ]);
}

describe.each(Object.entries(samplePages))('the page "%s"', (_name, render) => {
  test('lets no text become markup', () => {
    const usual = new Set(vocabulary(render()));
    const scripts = (html: string) => html.match(/<script/gi)?.length;
    const usualScripts = scripts(render());
    fc.assert(
      fc.property(hostile, (text) => {
        const html = render((original) => original + text);
        expect(isWellFormed(html)).toBe(true);
        expect(scripts(html)).toBe(usualScripts);
        expect(vocabulary(html).filter((word) => !usual.has(word))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
