/** A part of a link that cannot be read, with its key, its text and the reason. */
export class LinkError extends RangeError {
  override readonly name = 'LinkError';
  constructor(
    readonly key: string,
    readonly text: string,
    readonly reason: string,
  ) {
    super(`${key}=${text.length > 40 ? `${text.slice(0, 40)}…` : text}: ${reason}`);
  }
}

/** Reads and writes one field of a link with a short key per field. */
export interface QueryPart<V> {
  readonly key: string;
  readonly write: (value: V) => string;
  /** Parses a text; undefined when it is invalid. */
  readonly read: (text: string) => V | undefined;
  /** The accepted texts, for the error: `give l1, linf.` */
  readonly expected: string;
}

export type QueryParts<T> = { readonly [K in keyof T]: QueryPart<T[K]> };

/** Texts of a query by their keys. */
export type QueryPairs = (readonly [key: string, text: string])[];

/** A part that is one of several words, each standing for a value. */
export function wordPart<V>(key: string, words: Readonly<Record<string, V>>): QueryPart<V> {
  return {
    key,
    write: (value) => Object.keys(words).find((word) => words[word] === value)!,
    read: (text) => (Object.hasOwn(words, text) ? words[text] : undefined),
    expected: `give ${Object.keys(words).join(', ')}.`,
  };
}

/** Pairs as a query: `norm=linf&axis=log`. */
export function joinQuery(pairs: QueryPairs): string {
  return pairs.map(([key, text]) => `${key}=${text}`).join('&');
}

/**
 * Splits a query into texts by their keys.
 *
 * @throws LinkError for a query of over `longest` characters, an unknown key, or a duplicate key.
 */
export function splitQuery(
  query: string,
  keys: readonly string[],
  longest: number,
): ReadonlyMap<string, string> {
  if (query.length > longest)
    throw new LinkError('link', query, `it is longer than the limit of ${longest} characters.`);
  const texts = new Map<string, string>();
  for (const pair of query.split('&').filter((one) => one !== '')) {
    const [key = '', ...rest] = pair.split('=');
    // Some programs escape a link's commas as %2C.
    const text = rest.join('=').replaceAll(/%2c/gi, ',');
    if (!keys.includes(key))
      throw new LinkError(key, text, `unknown key; the keys are ${keys.join(', ')}.`);
    if (texts.has(key)) throw new LinkError(key, text, 'this key is given twice.');
    texts.set(key, text);
  }
  return texts;
}

/** Returns key-text pairs of the fields that differ from `fallback`, in the order of the parts. */
export function encodeParts<T extends object>(
  value: T,
  parts: QueryParts<T>,
  fallback: T,
): QueryPairs {
  return (Object.keys(parts) as (keyof T)[])
    .filter((field) => JSON.stringify(value[field]) !== JSON.stringify(fallback[field]))
    .map((field) => [parts[field].key, parts[field].write(value[field])]);
}

/** Returns the value of a query; missing fields are taken from `fallback`. @throws LinkError */
export function decodeParts<T extends object>(
  texts: ReadonlyMap<string, string>,
  parts: QueryParts<T>,
  fallback: T,
): T {
  const value = { ...fallback };
  for (const field of Object.keys(parts) as (keyof T)[]) {
    const { key, read, expected } = parts[field];
    const text = texts.get(key);
    if (text === undefined) continue;
    const found = read(text);
    if (found === undefined) throw new LinkError(key, text, expected);
    value[field] = found;
  }
  return value;
}

/** The keys of parts. */
export function keysOf<T extends object>(parts: QueryParts<T>): string[] {
  return (Object.keys(parts) as (keyof T)[]).map((field) => parts[field].key);
}
