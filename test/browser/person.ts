import { type Browser, type BrowserContext, type BrowserContextOptions, errors, type Page } from 'playwright-core';
import type { LocalCloud } from '../cloud/cloud.ts';

/** A person at a browser of their own. */
export interface Person {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser complained of so far, and what it asked of strangers. */
  readonly complaints: readonly string[];
}

/** Where the pages of this cloud live; a page that reaches for anything else is at fault. */
const originsOf = (cloud: LocalCloud): ReadonlySet<string> => new Set([cloud.brokerUrl, cloud.entra.origin]);

/** A browser without cookies, which keeps every complaint of the pages that it shows. */
export async function newPerson(
  browser: Browser,
  cloud: LocalCloud,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const context = await browser.newContext({ baseURL: cloud.brokerUrl, locale: 'en-GB', ...options });
  context.setDefaultTimeout(8_000);
  const complaints: string[] = [];
  const known = originsOf(cloud);
  context.on('request', (request) => {
    if (!known.has(new URL(request.url()).origin)) complaints.push(`asked a stranger: ${request.url()}`);
  });
  context.on('console', (message) => {
    // The browser reports pages that answer 4xx so; that they do is tested where it is meant.
    const refusedPage = /^Failed to load resource: .* status of 4\d\d/.test(message.text());
    const isPage = message.location().url === message.page()?.url();
    if (!(refusedPage && isPage)) complaints.push(`${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => {
    complaints.push(`script: ${error.error().message}`);
  });
  return { context, page: await context.newPage(), complaints };
}

/** Picks the account on Microsoft's page and accepts what is asked for, where anything is. */
export async function signInAtMicrosoft(page: Page, username: string): Promise<void> {
  await page.getByRole('button', { name: username }).click();
  const accept = page.getByRole('button', { name: 'Accept' });
  await accept.or(page.locator('.site-header')).first().waitFor();
  if (await accept.isVisible()) await accept.click();
  await page.locator('.site-header').waitFor();
}

/** Opens the broker and signs in with the organisation's account; ends on the list. */
export async function signInToBroker(page: Page, username: string): Promise<void> {
  await page.goto('/');
  await signInAtMicrosoft(page, username);
}

/** The account of that name, as the local cloud was seeded with it. */
export function usernameOf(cloud: LocalCloud, name: string): string {
  const found = cloud.accounts.find(({ username }) => username.startsWith(`${name}@`));
  if (found === undefined) throw new Error(`The account ${name} is not seeded.`);
  return found.username;
}

/** What somebody types into the authentication screen; what is left out stays as it is. */
export interface Typed {
  readonly name?: string;
  readonly environment?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly scopes?: string;
  readonly tenantId?: string;
}

const labels: Readonly<Record<Exclude<keyof Typed, 'environment'>, string>> = {
  name: 'Name',
  clientId: 'Client ID',
  clientSecret: 'Client secret',
  scopes: 'Scopes',
  tenantId: 'Tenant ID',
};

export async function fillIn(page: Page, { environment, ...texts }: Typed): Promise<void> {
  if (environment !== undefined) await page.getByLabel('Environment').selectOption({ label: environment });
  for (const [field, text] of Object.entries(texts)) {
    await page.getByLabel(labels[field as keyof typeof labels], { exact: true }).fill(text);
  }
}

export const pressContinue = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Continue' }).click();

export const pressContinueAndPick = async (page: Page, username: string): Promise<void> => {
  await pressContinue(page);
  await page.getByRole('heading', { name: 'Pick an account' }).waitFor();
  await signInAtMicrosoft(page, username);
};

export const heading = (page: Page): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();
export { errors };
