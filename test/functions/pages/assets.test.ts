import { beforeAll, expect, test } from '@jest/globals';
import { assetHref, findAsset, loadAssets } from '../../../functions/pages/assets.ts';
import { assetNames } from './htmlFacts.ts';

beforeAll(() => loadAssets('functions/pages/assets'));

test.each(assetNames)('%s is served under an address that changes with its content', (name) => {
  const href = assetHref(name);
  const [stem, extension] = name.split('.');
  expect(href).toMatch(new RegExp(`^/assets/${stem}\\.[0-9a-f]{12}\\.${extension}$`));
  const asset = findAsset(href.slice('/assets/'.length));
  expect(asset?.body.length).toBeGreaterThan(100);
  expect(asset?.contentType).toMatch(/^(text\/(css|javascript); charset=utf-8|image\/svg\+xml)$/);
});

test.each(['style.css', '../assets.ts', '', '__proto__', 'style.000000000000.css'])(
  'nothing else is served: "%s"',
  (file) => {
    expect(findAsset(file)).toBeUndefined();
  },
);

test('a folder that lacks an asset is refused', () => {
  expect(() => loadAssets('functions/pages/parts')).toThrow('ENOENT');
});

test('the style sheets and the script call nothing from elsewhere', () => {
  for (const name of assetNames) {
    const body = findAsset(assetHref(name).slice('/assets/'.length))?.body ?? new Uint8Array();
    const text = new TextDecoder().decode(body).replaceAll('http://www.w3.org/2000/svg', '');
    expect(text).not.toMatch(/https?:|url\(|@import|innerHTML|fetch\(/);
  }
});
