import type { VNode } from 'preact';

const circle = 'M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 1 1 0-12.5z';

const paths = {
  check: `${circle}M5.2 8.2l2 2 3.6-4.2`,
  clock: `${circle}M8 4.6V8l2.4 1.5`,
  pause: `${circle}M6.4 5.8v4.4M9.6 5.8v4.4`,
  info: `${circle}M8 7.3v3.6M8 5v.2`,
  error: `${circle}M8 4.6v4.2M8 11v.2`,
  warning: 'M8 2l6.4 11.5H1.6zM8 6.4v3.2M8 11.4v.2',
  shield: 'M8 1.7l5.2 1.9v3.9c0 3.2-2.2 5.6-5.2 6.8-3-1.2-5.2-3.6-5.2-6.8V3.6zM8 5.2v3.2M8 10.5v.2',
  mail: 'M1.75 4.5a1.25 1.25 0 0 1 1.25-1.25h10a1.25 1.25 0 0 1 1.25 1.25v7a1.25 1.25 0 0 1-1.25 1.25H3a1.25 1.25 0 0 1-1.25-1.25zM2.2 4.2L8 8.8l5.8-4.6',
  folder:
    'M1.75 4.5A1.25 1.25 0 0 1 3 3.25h3.2L7.8 5H13a1.25 1.25 0 0 1 1.25 1.25v5.25A1.25 1.25 0 0 1 13 12.75H3A1.25 1.25 0 0 1 1.75 11.5z',
  chat: 'M2 4a1.5 1.5 0 0 1 1.5-1.5h9A1.5 1.5 0 0 1 14 4v5.5a1.5 1.5 0 0 1-1.5 1.5H8l-3.5 2.75V11h-1A1.5 1.5 0 0 1 2 9.5zM5 5.5h6M5 8h4',
  nodes:
    'M4 2.25a1.75 1.75 0 1 1 0 3.5a1.75 1.75 0 1 1 0-3.5zM12.25 4.75a1.75 1.75 0 1 1 0 3.5a1.75 1.75 0 1 1 0-3.5zM5.75 10.25a1.75 1.75 0 1 1 0 3.5a1.75 1.75 0 1 1 0-3.5zM5.7 4.4l4.9 1.7M4.3 5.7l1 4.6M7.2 11l3.8-3.2',
} as const;

/** Name of a drawn sign. */
export type IconName = keyof typeof paths;

/** A sign that goes beside a text which says the same; hidden from screen readers. */
export function Icon({ name }: { readonly name: IconName }): VNode {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
