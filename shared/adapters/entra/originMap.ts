/** Real origin to the prefix that serves it on a laptop: `https://login.microsoftonline.us` to `http://localhost:4010/usgov`. */
export type OriginMap = Readonly<Record<string, string>>;

/** The URL with its origin replaced by the mapped prefix; unchanged where nothing is mapped. */
export function mapOrigin(url: string, originMap: OriginMap | undefined): string {
  if (originMap === undefined) return url;
  const { origin } = new URL(url);
  const prefix = originMap[origin];
  return prefix === undefined ? url : `${prefix.replace(/\/$/, '')}${url.slice(origin.length)}`;
}
