/** A part of a link that cannot be read: its key, its text, and why. */
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

/** How one field is written in a link that has a short key for each field. */
export interface QueryPart<V> {
  readonly key: string;
  readonly write: (value: V) => string;
  /** The value of a text; undefined when it is none. */
  readonly read: (text: string) => V | undefined;
  /** What the text may be, for the error: `it is l1, linf.` */
  readonly expected: string;
}

export type QueryParts<T> = { readonly [K in keyof T]: QueryPart<T[K]> };

/** Keys of a query and their texts. */
export type QueryPairs = (readonly [key: string, text: string])[];

/** A part that is one of several words, each with the value that it stands for. */
export function wordPart<V>(key: string, words: Readonly<Record<string, V>>): QueryPart<V> {
  return {
    key,
    write: (value) => Object.keys(words).find((word) => words[word] === value)!,
    read: (text) => (Object.hasOwn(words, text) ? words[text] : undefined),
    expected: `it is ${Object.keys(words).join(', ')}.`,
  };
}

/** Pairs as a query: `norm=linf&axis=log`. */
export function joinQuery(pairs: QueryPairs): string {
  return pairs.map(([key, text]) => `${key}=${text}`).join('&');
}

/**
 * The texts of a query by their keys.
 *
 * @throws LinkError for a query of over `longest` characters, a key not among `keys`, and one given twice.
 */
export function splitQuery(
  query: string,
  keys: readonly string[],
  longest: number,
): ReadonlyMap<string, string> {
  if (query.length > longest)
    throw new LinkError('link', query, `it is longer than ${longest} characters.`);
  const texts = new Map<string, string>();
  for (const pair of query.split('&').filter((one) => one !== '')) {
    const [key = '', ...rest] = pair.split('=');
    // Some programs write a link's commas as %2C when they pass it on.
    const text = rest.join('=').replaceAll(/%2c/gi, ',');
    if (!keys.includes(key))
      throw new LinkError(key, text, `a link knows ${keys.join(', ')} here.`);
    if (texts.has(key)) throw new LinkError(key, text, 'this part is there twice.');
    texts.set(key, text);
  }
  return texts;
}

/** The pairs for the fields that differ from `fallback`, in the order of the parts. */
export function encodeParts<T extends object>(
  value: T,
  parts: QueryParts<T>,
  fallback: T,
): QueryPairs {
  return (Object.keys(parts) as (keyof T)[])
    .filter((field) => JSON.stringify(value[field]) !== JSON.stringify(fallback[field]))
    .map((field) => [parts[field].key, parts[field].write(value[field])]);
}

/** A value from the texts of a query; fields left out are those of `fallback`. @throws LinkError */
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
