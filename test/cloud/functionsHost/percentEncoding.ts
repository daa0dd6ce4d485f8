const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** Decodes a run such as `%C3%A9`; bytes that are no UTF-8 stay as they were written. */
function decodeRun(run: string): string {
  const bytes = Uint8Array.from(run.slice(1).split('%'), (hex) => Number.parseInt(hex, 16));
  let decoded = '';
  for (let start = 0; start < bytes.length; ) {
    const length = sequenceLength(bytes[start] ?? 0);
    const piece = bytes.subarray(start, start + length);
    const text = decodeSequence(piece);
    decoded += text ?? run.slice(start * 3, start * 3 + 3);
    start += text === undefined ? 1 : length;
  }
  return decoded;
}

function sequenceLength(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}

function decodeSequence(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

const encodedRun = /(?:%[0-9a-f]{2})+/gi;
const encodedRunWithoutSlash = /(?:%(?!2f)[0-9a-f]{2})+/gi;

/**
 * The path as the host sees it: percent-encoding decoded once but for `%2F`, `.` and `..` resolved.
 * Undefined for a path that the host refuses with 400 (it holds a NUL).
 */
export function decodePath(raw: string): string | undefined {
  if (!raw.includes('%') && !raw.includes('/.')) return raw;
  const decoded = raw.replace(encodedRunWithoutSlash, decodeRun);
  if (decoded.includes('\0')) return undefined;
  return decoded.includes('/.') ? removeDotSegments(decoded) : decoded;
}

/** RFC 3986, section 5.2.4. */
function removeDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/');
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment === '..') {
      if (kept.length > 1) kept.pop();
      if (last) kept.push('');
    } else if (segment === '.') {
      if (last) kept.push('');
    } else {
      kept.push(segment);
    }
  });
  return kept.join('/');
}

/** The decoded path as it is written into `request.url`; what is still percent-encoded in it stays so. */
export function encodePath(path: string): string {
  return encodeURI(path)
    .replace(/%25([0-9a-f]{2})/gi, '%$1')
    .replace(/[?#]/g, (character) => (character === '?' ? '%3F' : '%23'));
}

function decodeQueryPart(part: string): string {
  const spaced = part.includes('+') ? part.replaceAll('+', ' ') : part;
  return spaced.includes('%') ? spaced.replace(encodedRun, decodeRun) : spaced;
}

/**
 * The query as the host hands it over: one value a key, whatever the case of the key; the values of a
 * repeated key are joined by commas under the spelling that came first.
 */
export function readQuery(raw: string): Record<string, string> {
  const query: Record<string, string> = Object.create(null);
  if (raw === '') return query;
  const spelling = new Map<string, string>();
  for (const pair of raw.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const key = decodeQueryPart(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decodeQueryPart(pair.slice(equals + 1));
    const known = spelling.get(key.toLowerCase());
    if (known === undefined) {
      spelling.set(key.toLowerCase(), key);
      query[key] = value;
    } else {
      query[known] += `,${value}`;
    }
  }
  return query;
}
