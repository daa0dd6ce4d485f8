import { type Browser, createBrowser } from '../../cloud/browser.ts';
import { readForms } from '../../cloud/htmlForms.ts';
import type { SeededAccount, SeededApp } from '../../cloud/seed.ts';
import type { CloudUnderTest } from './cloudUnderTest.ts';
import { addAccount, addApp, requestOf, type Started, start } from './connections.ts';

/** A person in the middle of a sign-in: Entra wants to send them back to the broker. */
export interface Returning {
  readonly browser: Browser;
  /** The address to which Entra sends the browser. */
  readonly callback: URL;
}

/** Goes through the connect page and Entra, and stops where the browser would be sent back to the broker. */
export async function signInUpToCallback(
  connectLink: string,
  username: string,
  options: { fields?: Record<string, string>; decision?: 'accept' | 'cancel'; browser?: Browser } = {},
): Promise<Returning> {
  const { fields = {}, decision = 'accept', browser = createBrowser() } = options;
  const sent = await browser.submit(await browser.open(connectLink), { fields });
  if (sent.refreshTo === undefined) throw new Error(`The connect page refused: ${sent.text}`);
  const picker = await browser.open(sent.refreshTo);
  const chosen = await press(picker.url, picker.html, 'username', username);
  const location = chosen.headers.get('location');
  if (location !== null) return { browser, callback: new URL(location) };
  const decided = await press(chosen.url, await chosen.text(), 'decision', decision);
  return { browser, callback: new URL(decided.headers.get('location') ?? '') };
}

async function press(url: string, html: string, name: string, value: string): Promise<Response> {
  const isMeant = (button: { name: string; value: string }) => button.name === name && button.value === value;
  const form = readForms(html).find(({ buttons }) => buttons.some(isMeant));
  if (form === undefined) throw new Error(`There is no button ${name}=${value} on ${url}.`);
  const body = new URLSearchParams(form.fields);
  body.append(name, value);
  return fetch(new URL(form.action, url), { method: 'POST', body, redirect: 'manual' });
}

export interface ComingBack extends Returning, Started {
  readonly app: SeededApp;
  readonly account: SeededAccount;
}

/** A pending connection whose person has signed in at Entra and is about to come back. */
export async function bringBack(
  test: CloudUnderTest,
  more: Record<string, unknown> = {},
  fields: Record<string, string> = {},
): Promise<ComingBack> {
  const app = addApp(test);
  const account = addAccount(test);
  const started = await start(test, { ...requestOf(test, app, account), ...more });
  const returning = await signInUpToCallback(started.connectLink, account.username, { fields });
  for (const name of ['state', 'code']) test.keepSecret(returning.callback.searchParams.get(name));
  return { ...started, app, account, ...returning };
}

/** The same address with parameters changed; `null` removes one. */
export function changed(callback: URL, changes: Record<string, string | null>): string {
  const url = new URL(callback);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.href;
}
