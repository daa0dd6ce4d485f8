import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadAssets } from '../../../functions/pages/assets.ts';
import { tagsOf, textOf } from './htmlFacts.ts';
import { samplePages } from './samplePages.ts';

beforeAll(() => loadAssets('functions/pages/assets'));

const idReferences = ['aria-describedby', 'aria-labelledby', 'for', 'data-copy', 'data-copy-status'];

describe.each(Object.entries(samplePages))('the page "%s"', (_name, render) => {
  test('is an English document with a title of its own', () => {
    const html = render();
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toMatch(/<title>[^<]+ · Connection Broker<\/title>/);
  });

  test('has one first heading and skips no level', () => {
    const levels = tagsOf(render())
      .filter(({ name }) => /^h[1-6]$/.test(name))
      .map(({ name }) => Number(name.slice(1)));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries())
      expect(level).toBeLessThanOrEqual((levels[index - 1] ?? 0) + 1);
  });

  test('has unique ids, and every reference finds its id', () => {
    const tags = tagsOf(render());
    const ids = tags.flatMap(({ attributes }) => attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const references = tags.flatMap(({ attributes }) => [
      ...idReferences.flatMap((name) => attributes.get(name)?.split(' ') ?? []),
      ...(attributes.get('href')?.startsWith('#') ? [attributes.get('href')?.slice(1) ?? ''] : []),
    ]);
    expect(references.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('runs under a Content-Security-Policy without inline code', () => {
    const html = render();
    const tags = tagsOf(html);
    const names = tags.flatMap(({ attributes }) => [...attributes.keys()]);
    expect(names.filter((name) => name === 'style' || name.startsWith('on'))).toEqual([]);
    expect(tags.filter(({ name }) => name === 'style')).toEqual([]);
    for (const [script] of html.matchAll(/<script[\s\S]*?<\/script>/g)) {
      expect(script).toMatch(/^<script src="\/assets\/page\.[0-9a-f]{12}\.js" defer><\/script>$/);
    }
  });

  test('sends the csrf token with every form, which posts', () => {
    for (const [form] of render().matchAll(/<form[\s\S]*?<\/form>/g)) {
      expect(form).toMatch(/^<form method="post"/);
      expect(form).toContain('name="csrf" value="csrf-token-1"');
    }
  });

  test('labels every control', () => {
    const html = render();
    const tags = tagsOf(html);
    const labelled = new Set(
      tags.flatMap(({ name, attributes }) => (name === 'label' ? (attributes.get('for') ?? []) : [])),
    );
    const controls = tags.filter(
      ({ name, attributes }) =>
        ['input', 'select', 'textarea'].includes(name) &&
        !['hidden', 'checkbox'].includes(attributes.get('type') ?? ''),
    );
    expect(controls.filter(({ attributes }) => !labelled.has(attributes.get('id') ?? ''))).toEqual([]);
  });

  test('shows neither a sealed secret nor the hash of a link', () => {
    const html = render();
    expect(html).not.toContain('sealed-client-secret');
    expect(html).not.toContain('link-hash');
    expect(textOf(html)).not.toMatch(/undefined|\[object|NaN|Invalid Date/);
  });
});
