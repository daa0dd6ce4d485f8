import { beforeAll, expect, test } from '@jest/globals';
import { type Findings, inspectPage } from './inspectPage.ts';
import { tourPages } from './pageTour.ts';
import type { Stage } from './stage.ts';

export function everyPageStories(stage: Stage): void {
  const seen: Findings[] = [];
  const all = (part: keyof Findings) => seen.flatMap((findings) => findings[part]);
  beforeAll(async () => {
    await tourPages(stage, async (page, name) => {
      seen.push(await inspectPage(page, name));
    });
  }, 90_000);

  test('was seen', () => {
    expect(seen.length).toBeGreaterThan(25);
  });

  test('has nothing that axe objects to, in light and in dark and on a phone', () => {
    expect(all('accessibility')).toEqual([]);
  });

  test('fits a phone without scrolling sideways', () => {
    expect(all('sideways')).toEqual([]);
  });

  test('has controls that a finger can hit', () => {
    expect(all('tooSmall')).toEqual([]);
  });

  test('is watched: the browser tells of what a page must not do', async () => {
    const { page, takeComplaints } = await stage.signIn('operator');
    const told = page.waitForEvent('console');
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "inline"';
      document.body.append(script);
    });
    await told;
    await page.goto('https://stranger.invalid/').catch(() => undefined);
    expect(await page.title()).not.toBe('inline');
    expect(takeComplaints()).toEqual([
      expect.stringContaining('Content Security Policy'),
      'asked a stranger: https://stranger.invalid/',
    ]);
  });
}
