import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalCloud, startCloud } from '../cloud/cloud.ts';
import { addingStories } from './adding.ts';
import { everyPageStories } from './everyPage.ts';
import { invitationStories } from './invitation.ts';
import { keyboardStories } from './keyboard.ts';
import { launchChromium } from './launchChromium.ts';
import { createStage } from './stage.ts';
import { wrongInputStories } from './wrongInput.ts';

const browser = await launchChromium();

if (browser === undefined) {
  process.stderr.write('Browser tests: there is no Chromium on this platform, so none of them ran.\n');
  test('on a platform without a browser nothing is tested in one, which CI does not accept', () => {
    expect(process.env.CI ?? 'false').not.toBe('true');
  });
} else {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await startCloud({ port: 0, seedConnection: false });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await cloud?.close();
  });

  const stage = createStage(browser, () => cloud);
  describe('a person who adds a connection', () => addingStories(stage));
  describe('a person who makes a mistake', () => wrongInputStories(stage));
  describe('a person who is invited', () => invitationStories(stage));
  describe('a person without a mouse', () => keyboardStories(stage));
  // Last: its pages are seen after the clock has moved.
  describe('every page', () => everyPageStories(stage));
}
