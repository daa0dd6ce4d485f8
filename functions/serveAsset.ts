import type { HandlerFactory } from './edge.ts';
import { findAsset } from './pages/assets.ts';

/** `GET /assets/{file}`: names hold a hash of the content, so browsers keep them. */
export const serveAsset: HandlerFactory = () => async (request) => {
  const asset = findAsset(request.params.file ?? '');
  if (asset === undefined) return { status: 404 };
  return {
    status: 200,
    headers: {
      'content-type': asset.contentType,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    },
    body: asset.body,
  };
};
