import { type FormButton, type HtmlForm, readForms, readRefresh } from './htmlForms.ts';

/** A page, as it stands after redirects. */
export interface Page {
  url: string;
  status: number;
  html: string;
  /** The text of the page without markup, for messages. */
  text: string;
  forms: HtmlForm[];
  /** Where the page leads by itself. */
  refreshTo: string | undefined;
}

/** A browser without scripts: keeps cookies, follows redirects, sends forms. */
export interface Browser {
  open(url: string): Promise<Page>;
  /**
   * Sends the one form of the page that posts, filled in further by `fields`, with the first button that fits.
   * Rejects when there is no such form or button.
   */
  submit(
    page: Page,
    options?: { fields?: Record<string, string>; button?: (button: FormButton) => boolean },
  ): Promise<Page>;
  /** Present cookies of a host, by name. */
  cookies(hostname: string): ReadonlyMap<string, string>;
}

const mostRedirects = 10;

/** A browser with an empty cookie jar. */
export function createBrowser(): Browser {
  const jar = new Map<string, Map<string, string>>();
  const cookiesOf = (hostname: string) => {
    const known = jar.get(hostname) ?? new Map<string, string>();
    jar.set(hostname, known);
    return known;
  };

  const load = async (url: string, init: RequestInit, redirects = 0): Promise<Page> => {
    const target = new URL(url);
    const cookies = cookiesOf(target.hostname);
    const headers = new Headers(init.headers);
    headers.set('accept', 'text/html');
    if (cookies.size > 0) headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '));
    const response = await fetch(target, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) keepCookie(cookies, line);
    const html = await response.text();
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) {
      return pageOf(url, response.status, html);
    }
    if (redirects === mostRedirects) throw new Error(`Too many redirects, the last one to ${location}`);
    const again = response.status === 307 || response.status === 308 ? init : {};
    return load(new URL(location, target).href, again, redirects + 1);
  };

  return {
    open: (url) => load(url, {}),
    cookies: cookiesOf,
    submit(page, { fields = {}, button } = {}) {
      const form = page.forms.find(({ method }) => method === 'POST');
      if (!form) throw new Error(`There is no form to send on ${page.url}: ${page.text}`);
      const body = new URLSearchParams(form.fields);
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      const pressed = button ? form.buttons.find(button) : form.buttons[0];
      if (button && !pressed) throw new Error(`There is no such button on ${page.url}: ${page.text}`);
      if (pressed && pressed.name !== '') body.append(pressed.name, pressed.value);
      const { origin } = new URL(page.url);
      return load(new URL(form.action, page.url).href, { method: 'POST', body, headers: { origin } });
    },
  };
}

function pageOf(url: string, status: number, html: string): Page {
  const refresh = readRefresh(html);
  return {
    url,
    status,
    html,
    text: html
      .replace(/<(style|title)\b[\s\S]*?<\/\1>/gi, ' ')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
    forms: readForms(html),
    refreshTo: refresh === undefined ? undefined : new URL(refresh, url).href,
  };
}

/** RFC 6265, section 5.3, as far as one host at a time needs it. */
function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';');
  const equals = pair.indexOf('=');
  const name = pair.slice(0, equals).trim();
  const maxAge = attributes.map((one) => /^\s*max-age=(-?\d+)/i.exec(one)?.[1]).find(Boolean);
  if (maxAge !== undefined && Number(maxAge) <= 0) cookies.delete(name);
  else cookies.set(name, pair.slice(equals + 1).trim());
}
