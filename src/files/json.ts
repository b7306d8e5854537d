import { clip, FileError } from './tensors.ts';

const MAX_DEPTH = 64;

/**
 * Parses JSON from a file, more strictly than `JSON.parse`: UTF-8 must be valid, no object may name
 * a key twice (parsers disagree on which one counts, so two programs would see two files), and
 * nesting stops at 64.
 * @throws FileError 'bad-header' or 'duplicate' naming `part` (for instance "the header").
 */
export function parseJson(bytes: Uint8Array, file: string, part: string): unknown {
  const text = decodeUtf8(bytes, file, part);
  return parseJsonText(text, file, part);
}

/** {@link parseJson} for text that is decoded already. */
export function parseJsonText(text: string, file: string, part: string): unknown {
  const depth = nesting(text);
  if (depth > MAX_DEPTH) {
    throw new FileError(
      'bad-header',
      file,
      `${part} nests more than ${MAX_DEPTH} levels deep; this is not what a writer of weights ` +
        'produces.',
    );
  }
  const value = parseOrRefuse(text, file, part);
  const twice = duplicateKey(text);
  if (twice !== undefined) {
    throw new FileError(
      'duplicate',
      file,
      `${part} names "${clip(twice)}" twice, so it is unclear which one counts; export the ` +
        'file again.',
    );
  }
  return value;
}

/** Text of UTF-8 bytes. @throws FileError 'bad-header' when they are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array, file: string, part: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FileError(
      'bad-header',
      file,
      `${part} is not valid UTF-8 text; the file is damaged.`,
    );
  }
}

function parseOrRefuse(text: string, file: string, part: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? clip(error.message, 120) : 'unreadable';
    throw new FileError(
      'bad-header',
      file,
      `${part} is not JSON (${why}); the file is damaged or cut short.`,
    );
  }
}

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Deepest nesting of brackets outside strings, for any text. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const c = text.charCodeAt(at);
    if (c === QUOTE) at = endOfString(text, at) - 1;
    else if (c === OPEN_OBJECT || c === OPEN_LIST) deepest = Math.max(deepest, (depth += 1));
    else if (c === CLOSE_OBJECT || c === CLOSE_LIST) depth -= 1;
  }
  return deepest;
}

/** The index after the string that begins at `start`; the text's end when it never closes. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const c = text.charCodeAt(at);
    if (c === QUOTE) return at + 1;
    if (!(at < text.length)) return text.length;
    at += c === BACKSLASH ? 2 : 1;
  }
}

/** The first key named twice in one object of valid JSON, compared after escapes are undone. */
function duplicateKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const c = text.charCodeAt(at);
    if (c === OPEN_OBJECT) open.push(new Set());
    else if (c === OPEN_LIST) open.push(undefined);
    else if (c === CLOSE_OBJECT || c === CLOSE_LIST) open.pop();
    else if (c === QUOTE) {
      const end = endOfString(text, at);
      const keys = isKey(text, end) ? open.at(-1) : undefined;
      const key = keys === undefined ? '' : unescape(text, at, end);
      if (keys?.has(key)) return key;
      keys?.add(key);
      at = end - 1;
    }
  }
  return undefined;
}

function unescape(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1);
  return raw.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : raw;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return text.charCodeAt(at) === COLON;
}
