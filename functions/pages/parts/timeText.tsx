import type { VNode } from 'preact';

const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** An instant, readable in UTC; a script, where one runs, shows it in local time. */
export function TimeText({ at }: { readonly at: Date }): VNode {
  return <time datetime={at.toISOString()}>{format.format(at)} UTC</time>;
}
