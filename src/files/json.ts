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
    throw new FileError('bad-header', file, `${part} nests more than ${MAX_DEPTH} levels deep; this is not what a writer of weights produces.`);
  }
  const value = parseOrRefuse(text, file, part);
  const twice = duplicateKey(text);
  if (twice !== undefined) {
    throw new FileError('duplicate', file, `${part} names "${clip(twice)}" twice, so it is unclear which one counts; export the file again.`);
  }
  return value;
}

/** Text of UTF-8 bytes. @throws FileError 'bad-header' when they are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array, file: string, part: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FileError('bad-header', file, `${part} is not valid UTF-8 text; the file is damaged.`);
  }
}

function parseOrRefuse(text: string, file: string, part: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? clip(error.message, 120) : 'unreadable';
    throw new FileError('bad-header', file, `${part} is not JSON (${why}); the file is damaged or cut short.`);
  }
}

/** Deepest nesting of brackets outside strings, for any text. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (c === '"') at = endOfString(text, at) - 1;
    else if (c === '{' || c === '[') deepest = Math.max(deepest, (depth += 1));
    else if (c === '}' || c === ']') depth -= 1;
  }
  return deepest;
}

/** The index after the string that begins at `start`; the text's end when it never closes. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, text.length);
}

/** The first key named twice in one object of valid JSON, compared after escapes are undone. */
function duplicateKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (c === '{') open.push(new Set());
    else if (c === '[') open.push(undefined);
    else if (c === '}' || c === ']') open.pop();
    else if (c === '"') {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (keys !== undefined && isKey(text, end)) {
        const key = JSON.parse(text.slice(at, end)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
      }
      at = end - 1;
    }
  }
  return undefined;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (' \t\n\r'.includes(text[at] ?? '-')) at += 1;
  return text[at] === ':';
}
