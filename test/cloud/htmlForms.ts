/** A button of a form, with the pair that it sends when it is pressed. */
export interface FormButton {
  name: string;
  value: string;
  label: string;
}

/** A form as a browser would send it: the fields as filled in, without the buttons. */
export interface HtmlForm {
  method: string;
  action: string;
  fields: URLSearchParams;
  buttons: FormButton[];
}

interface Tag {
  name: string;
  closing: boolean;
  attributes: ReadonlyMap<string, string>;
  /** Text up to the next tag, entities resolved. */
  text: string;
}

const namedEntities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Resolves character references, the numeric ones and the few names that servers write. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return namedEntities[name] ?? whole;
    return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16));
  });
}

/** Reads tags one by one; fit for markup of our own making, not for everything that HTML permits. */
export function readTags(html: string): Tag[] {
  const tags: Tag[] = [];
  const pattern = /<(\/?)([a-z][\w-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>([^<]*)/gi;
  for (const [, slash, name = '', attributes = '', text = ''] of html.matchAll(pattern)) {
    tags.push({
      name: name.toLowerCase(),
      closing: slash === '/',
      attributes: readAttributes(attributes),
      text: decodeEntities(text),
    });
  }
  return tags;
}

function readAttributes(source: string): Map<string, string> {
  const attributes = new Map<string, string>();
  const pattern = /([^\s"'=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?/g;
  for (const [, name = '', double, single, bare] of source.matchAll(pattern)) {
    attributes.set(name.toLowerCase(), decodeEntities(double ?? single ?? bare ?? ''));
  }
  return attributes;
}

/** The forms of a page, in order. */
export function readForms(html: string): HtmlForm[] {
  const forms: HtmlForm[] = [];
  let form: HtmlForm | undefined;
  let selectName = '';
  for (const tag of readTags(html)) {
    if (tag.name === 'form') {
      form = tag.closing ? undefined : openForm(tag);
      if (form) forms.push(form);
    }
    if (tag.name === 'select') selectName = tag.attributes.get('name') ?? '';
    if (form) readWithin(form, tag, selectName);
  }
  return forms;
}

function readWithin(form: HtmlForm, tag: Tag, selectName: string): void {
  if (!tag.closing) readControl(form, tag, selectName);
  else if (tag.name !== 'button') continueLabel(form, tag.text);
}

function openForm(tag: Tag): HtmlForm {
  return {
    method: (tag.attributes.get('method') ?? 'get').toUpperCase(),
    action: tag.attributes.get('action') ?? '',
    fields: new URLSearchParams(),
    buttons: [],
  };
}

function continueLabel(form: HtmlForm, text: string): void {
  const button = form.buttons.at(-1);
  if (button && button.label === '') button.label = text.trim();
}

function readControl(form: HtmlForm, tag: Tag, selectName: string): void {
  const { attributes, text } = tag;
  const name = attributes.get('name') ?? '';
  if (attributes.has('disabled')) return;
  if (tag.name === 'button') {
    form.buttons.push({ name, value: attributes.get('value') ?? '', label: text.trim() });
  } else if (tag.name === 'textarea') {
    form.fields.append(name, text.replace(/^\r?\n/, ''));
  } else if (tag.name === 'option') {
    readOption(form, selectName, tag);
  } else if (tag.name === 'input') {
    readInput(form, name, attributes);
  } else {
    continueLabel(form, text);
  }
}

function readOption(form: HtmlForm, selectName: string, { attributes, text }: Tag): void {
  if (selectName === '') return;
  const value = attributes.get('value') ?? text.trim();
  // The first option is sent unless a later one is selected.
  if (attributes.has('selected') || !form.fields.has(selectName)) form.fields.set(selectName, value);
}

function readInput(form: HtmlForm, name: string, attributes: ReadonlyMap<string, string>): void {
  const type = attributes.get('type') ?? 'text';
  const value = attributes.get('value');
  if (type === 'submit') {
    form.buttons.push({ name, value: value ?? '', label: value ?? '' });
  } else if (type === 'checkbox' || type === 'radio') {
    if (attributes.has('checked')) form.fields.append(name, value ?? 'on');
  } else if (name !== '') {
    form.fields.append(name, value ?? '');
  }
}

/** Where the page leads by itself (`<meta http-equiv="refresh">`), if it does. */
export function readRefresh(html: string): string | undefined {
  const meta = readTags(html).find(
    ({ name, attributes }) => name === 'meta' && attributes.get('http-equiv')?.toLowerCase() === 'refresh',
  );
  return /url=\s*(.+)$/i.exec(meta?.attributes.get('content') ?? '')?.[1]?.replace(/^(['"])(.*)\1$/, '$2');
}
