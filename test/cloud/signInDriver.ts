import type { Browser, Page } from './browser.ts';

/** Presses on through the local Entra: the account's button, then *Accept* if consent is asked for. */
export async function signInAtEntra(
  browser: Browser,
  page: Page,
  username: string,
  decision: 'accept' | 'cancel' = 'accept',
): Promise<Page> {
  const offers = (name: string, on: Page) =>
    on.forms.some((form) => form.buttons.some((button) => button.name === name));
  const chosen = offers('username', page)
    ? await browser.submit(page, { button: ({ name, value }) => name === 'username' && value === username })
    : page;
  if (!offers('decision', chosen)) return chosen;
  return browser.submit(chosen, { button: ({ name, value }) => name === 'decision' && value === decision });
}

export interface ConnectOptions {
  connectLink: string;
  /** The account that signs in. */
  username: string;
  /** What is typed into the connect page, by field name. */
  fields?: Record<string, string>;
  decision?: 'accept' | 'cancel';
}

/**
 * Does what a person does with a connect link: opens it, sends its form, goes on to Microsoft, signs in and
 * consents. Resolves with the page on which that ends, or with the connect page when it refused the input.
 */
export async function followConnectLink(browser: Browser, options: ConnectOptions): Promise<Page> {
  const connectPage = await browser.open(options.connectLink);
  const sent = await browser.submit(connectPage, { fields: options.fields ?? {} });
  if (sent.refreshTo === undefined) return sent;
  const picker = await browser.open(sent.refreshTo);
  return signInAtEntra(browser, picker, options.username, options.decision);
}
