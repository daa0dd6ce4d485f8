import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What is wrong with a page, in lines that say where. */
export interface Findings {
  readonly accessibility: readonly string[];
  readonly sideways: readonly string[];
  readonly tooSmall: readonly string[];
}

const desktop = { width: 1280, height: 800 };
const phone = { width: 360, height: 740 };
/** The width at which nothing may need two directions of scrolling (WCAG 2.2 success criterion 1.4.10). */
const reflow = { width: 320, height: 640 };

/** Smallest height and width of what is tapped, in CSS pixels (WCAG 2.2 success criterion 2.5.5). */
const smallestTargetPixels = 44;
const targets = [
  'button',
  '.button',
  '.brand',
  '.card',
  '.check',
  '.back a',
  '.connections th a',
  '.error-summary a',
  'input:not([type=hidden], [type=checkbox])',
  'select',
  'textarea',
].join(', ');

/** Looks at a page in light and in dark, on a desk and on a phone. */
export async function inspectPage(page: Page, name: string): Promise<Findings> {
  const accessibility: string[] = [];
  const look = async (colorScheme: 'light' | 'dark', size: typeof phone, rules?: readonly string[]) => {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const lines = await violations(page, rules);
    accessibility.push(...lines.map((line) => `${name}, ${colorScheme}, ${size.width} pixels: ${line}`));
  };
  await page.evaluate(axe.source);
  await look('light', desktop);
  // Another colour scheme changes colours alone.
  await look('dark', desktop, ['color-contrast', 'link-in-text-block']);
  await look('dark', phone);
  const tooSmall = (await smallTargets(page)).map((line) => `${name}: ${line}`);
  const sideways: string[] = [];
  for (const size of [phone, reflow]) {
    await page.setViewportSize(size);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > size.width) sideways.push(`${name}: ${width} pixels wide on ${size.width}`);
  }
  await page.setViewportSize(desktop);
  return { accessibility, sideways, tooSmall };
}

/** What axe objects to; all its rules unless some are named. */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const found = await page.evaluate(async (only) => {
    const { axe: loaded } = globalThis as unknown as { axe: typeof axe };
    const runOnly = only === undefined ? {} : { runOnly: { type: 'rule' as const, values: [...only] } };
    const results = await loaded.run(document, { resultTypes: ['violations'], ...runOnly });
    return results.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id} ${node.html}`));
  }, rules);
  return found.map((line) => line.slice(0, 300));
}

function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(
    ({ selector, smallest }) =>
      [...document.querySelectorAll(selector)]
        .filter((element) => element.checkVisibility())
        .map((element) => ({ element, box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.height < smallest || box.width < smallest)
        .map(
          ({ element, box }) =>
            `${Math.round(box.width)} x ${Math.round(box.height)} ${element.outerHTML.slice(0, 120)}`,
        ),
    { selector: targets, smallest: smallestTargetPixels },
  );
}
