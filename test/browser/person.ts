import type { Browser, BrowserContext, BrowserContextOptions, ConsoleMessage, Page } from 'playwright-core';
import type { LocalCloud } from '../cloud/cloud.ts';

/** A person at a browser of their own. */
export interface Person {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser has complained of since this was last called, and what its pages asked of strangers. */
  takeComplaints(): readonly string[];
}

/** A browser without cookies, which keeps every complaint about the pages that it shows. */
export async function newPerson(
  browser: Browser,
  cloud: LocalCloud,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const context = await browser.newContext({ baseURL: cloud.brokerUrl, locale: 'en-GB', ...options });
  context.setDefaultTimeout(8_000);
  const complaints: string[] = [];
  const known = new Set([cloud.brokerUrl, cloud.entra.origin]);
  context.on('request', (request) => {
    if (!known.has(new URL(request.url()).origin)) complaints.push(`asked a stranger: ${request.url()}`);
  });
  context.on('console', (message) => {
    if (!reportsRefusedPage(message)) complaints.push(`${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => {
    complaints.push(`script: ${error.error().message}`);
  });
  return { context, page: await context.newPage(), takeComplaints: () => complaints.splice(0) };
}

/** The browser reports every page that answers 4xx or 5xx; pages that tell of a failure are meant to. */
function reportsRefusedPage(message: ConsoleMessage): boolean {
  const { url } = message.location();
  const isFile = url.includes('/assets/');
  return /^Failed to load resource: .* status of [45]\d\d/.test(message.text()) && !isFile;
}

/** Picks the account on Microsoft's page and accepts what is asked for, where anything is. */
export async function signInAtMicrosoft(page: Page, username: string): Promise<void> {
  await page.getByRole('button', { name: username }).click();
  const accept = page.getByRole('button', { name: 'Accept' });
  const back = page.locator('.site-header');
  await accept.or(back).first().waitFor();
  if (await accept.isVisible()) await accept.click();
  await back.waitFor();
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

const labels = {
  name: 'Name',
  clientId: 'Client ID',
  clientSecret: 'Client secret',
  scopes: 'Scopes',
  tenantId: 'Tenant ID',
  access: /^Who may use it/,
} as const;

/** A field of the authentication screen that is typed into. */
export type TypedField = keyof typeof labels;

export function fieldOf(page: Page, field: TypedField) {
  const label = labels[field];
  return typeof label === 'string' ? page.getByLabel(label, { exact: true }) : page.getByLabel(label);
}

/** Types into the authentication screen; what is left out stays as it is. */
export async function fillIn(page: Page, typed: Partial<Record<TypedField, string>>): Promise<void> {
  for (const [field, text] of Object.entries(typed)) await fieldOf(page, field as TypedField).fill(text);
}

/** What stands in the field that is typed into. */
export const typedIn = (page: Page, field: TypedField): Promise<string> => fieldOf(page, field).inputValue();

/** What assistive technology reads out with a field: its hint and what is wrong with it. */
export function descriptionOf(page: Page, field: TypedField): Promise<string> {
  return fieldOf(page, field).evaluate((control) =>
    (control.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' '),
  );
}

export const pressContinue = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Continue', exact: true }).click();

/** Sends the authentication screen, goes on to Microsoft and signs in there; ends on the page after it. */
export async function connectAs(page: Page, username: string): Promise<void> {
  await pressContinue(page);
  await page.getByRole('heading', { name: 'Pick an account' }).waitFor();
  await signInAtMicrosoft(page, username);
}

/** The title on the page, once there is one. */
export const titleOf = (page: Page): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();

/** All text that the page shows. */
export const textOf = (page: Page): Promise<string> => page.locator('main').innerText();

/** What stands beside a term in a list of facts. */
export const factOf = (page: Page, term: string): Promise<string> =>
  page
    .locator('.facts > div', { has: page.getByText(term, { exact: true }) })
    .locator('dd')
    .innerText();
