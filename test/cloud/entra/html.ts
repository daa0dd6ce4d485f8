/** Markup that is safe to send: made by {@link html} alone. */
export class SafeHtml {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function render(value: unknown): string {
  if (value instanceof SafeHtml) return value.markup;
  if (Array.isArray(value)) return value.map(render).join('');
  if (value === undefined || value === null || value === false) return '';
  return String(value).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Template tag that escapes every value which is not markup of its own making. */
export function html(parts: TemplateStringsArray, ...values: unknown[]): SafeHtml {
  return new SafeHtml(parts.reduce((text, part, index) => text + render(values[index - 1]) + part));
}
