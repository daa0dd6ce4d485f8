import { connectionView } from '../shared/operations/connectionView.ts';
import type { StartResult } from '../shared/operations/startConnection.ts';

/** The answer to a start: the connection, and the link once. */
export function startedView({ connection, connectLink, redirectUri }: StartResult) {
  return {
    ...connectionView(connection),
    ...(connectLink === undefined
      ? {}
      : { connectLink: connectLink.href, connectLinkExpiresAt: connectLink.expiresAt }),
    redirectUri,
  };
}
