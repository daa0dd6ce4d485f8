import type { VNode } from 'preact';
import type { Viewer } from '../views.ts';

/** The hidden field that proves that a form was sent from a page made for this viewer. */
export function CsrfField({ viewer }: { readonly viewer: Viewer | undefined }): VNode {
  return <input type="hidden" name="csrf" value={viewer?.csrfToken ?? ''} />;
}
