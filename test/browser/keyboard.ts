import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { factOf, titleOf, usernameOf } from './person.ts';
import type { Stage } from './stage.ts';

/** Where the focus is: what it is called, and whether a person who looks at the page can tell. */
interface Stop {
  readonly name: string;
  readonly visible: boolean;
}

const mostStops = 40;

function stopOf(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const labels = (element as HTMLInputElement).labels;
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const isOutlined =
      outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && outlineColor !== 'rgba(0, 0, 0, 0)';
    const isInView =
      box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return {
      name: (labels?.[0] ?? element).innerText.trim().replaceAll(/\s+/g, ' '),
      visible: isOutlined && isInView,
    };
  });
}

/** Presses Tab until the focus is on what is called so; each stop on the way has to be visible. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  while (passed.length < mostStops) {
    await page.keyboard.press('Tab');
    const stop = await stopOf(page);
    if (!stop.visible) throw new Error(`The focus on "${stop.name}" at ${page.url()} cannot be seen.`);
    if (stop.name.startsWith(name)) return;
    passed.push(stop.name);
  }
  throw new Error(`Tab does not lead to "${name}", but to: ${passed.join(', ')}`);
}

async function press(page: Page, name: string, key = 'Enter'): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press(key);
}

async function pressOnTo(page: Page, name: string, title: string): Promise<void> {
  await press(page, name);
  await page.getByRole('heading', { name: title }).first().waitFor();
}

async function typeInto(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, label);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

export function keyboardStories(stage: Stage): void {
  test('comes from the sign-in to the result page and always sees where they are', async () => {
    const { page } = await stage.enter();
    const { clientId, clientSecret } = stage.cloud().apps.office365;
    await page.goto('/');
    await pressOnTo(page, usernameOf(stage.cloud(), 'operator'), 'Connections');
    await pressOnTo(page, 'Add connection', 'Add connection');
    await pressOnTo(page, 'Outlook 365', 'Connect Outlook 365');
    await typeInto(page, 'Name', 'Typed, not clicked');
    await tabTo(page, 'Environment');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await typeInto(page, 'Client ID', clientId);
    await typeInto(page, 'Client secret', clientSecret);
    await press(page, 'Calendar triggers', 'Space');
    await pressOnTo(page, 'Continue', 'Pick an account');
    await pressOnTo(page, usernameOf(stage.cloud(), 'service-desk'), 'Permissions requested');
    await pressOnTo(page, 'Accept', 'Connected');
    expect(await factOf(page, 'Connection')).toBe('Typed, not clicked');
    expect(await factOf(page, 'Environment')).toBe('Office 365');
    expect(await factOf(page, 'Granted permissions')).toContain('Calendars.Read');
    await pressOnTo(page, 'Open the connection', 'Typed, not clicked');
    await pressOnTo(page, 'Delete connection', 'Delete this connection?');
    await pressOnTo(page, 'Delete connection', 'Connection deleted');
  });

  test('sends the form from a field, lands on what is wrong, and goes from there to the field', async () => {
    const { page } = await stage.signIn('operator');
    await page.goto('/add/outlook365');
    await typeInto(page, 'Client ID', 'my-app');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.title()).toMatch(/^Error: /);
    await press(page, 'Client ID: ');
    expect((await stopOf(page)).name).toBe('Client ID');
  });

  test('skips what is the same on every page', async () => {
    const { page } = await stage.signIn('operator');
    await page.goto('/add');
    await page.keyboard.press('Tab');
    expect(await stopOf(page)).toEqual({ name: 'Skip to content', visible: true });
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect((await stopOf(page)).name).toContain('All connections');
    expect(await titleOf(page)).toBe('Add connection');
  });
}
