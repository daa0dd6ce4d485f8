import { expect, test } from '@jest/globals';
import { readForms, readRefresh } from './htmlForms.ts';

test('reads fields as a browser sends them', () => {
  const [form] = readForms(`
    <form method=post action='/a?b=1&amp;c=2'>
      <input type="hidden" name="csrf" value="x &gt; &quot;y&quot; &#39;&#x27;">
      <input name=text value="a > b" /><input type="checkbox" name="on" checked>
      <input type="checkbox" name="off" value="1"><input name="left" disabled value="1">
      <select name="cloud"><option value="1">One</option><option selected value="2">Two</option></select>
      <select name="first"><option>Alpha</option><option>Beta</option></select>
      <textarea name="scopes">
one two</textarea>
      <button name="go" value="1"><span>Go</span> on</button><button type="submit" name="stop">Stop</button>
    </form>`);
  expect(form).toMatchObject({ method: 'POST', action: '/a?b=1&c=2' });
  expect(Object.fromEntries(form?.fields ?? [])).toEqual({
    csrf: `x > "y" ''`,
    text: 'a > b',
    on: 'on',
    cloud: '2',
    first: 'Alpha',
    scopes: 'one two',
  });
  expect(form?.buttons).toEqual([
    { name: 'go', value: '1', label: 'Go' },
    { name: 'stop', value: '', label: 'Stop' },
  ]);
});

test('reads where a page leads by itself', () => {
  expect(readRefresh('<meta content="0; URL=/next?a=1&amp;b=2" http-equiv="Refresh">')).toBe('/next?a=1&b=2');
  expect(readRefresh('<meta charset="utf-8">')).toBeUndefined();
});
