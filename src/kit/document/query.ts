/** Maximum length of a query. */
const MAX_QUERY = 400_000;
const KEY = /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/;

type Leaves = Map<string, unknown>;
type Tree = Record<string, unknown>;

/** Makes the error for a field that cannot be read. */
type MakeError = (path: string, reason: string) => Error;

function isBranch(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The leaves of a document by their dotted paths; a list is one leaf. */
export function leavesOf(value: object, path = '', into: Leaves = new Map()): Leaves {
  for (const [key, child] of Object.entries(value)) {
    const name = path === '' ? key : `${path}.${key}`;
    if (isBranch(child)) leavesOf(child, name, into);
    else into.set(name, child);
  }
  return into;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Text is written plainly unless it could be read as another type. */
function write(value: unknown): string {
  const plain = typeof value === 'string' && value !== '' && typeof parsed(value) === 'string';
  const bare = plain && !value.startsWith('"');
  // Keeps lists readable: these characters have no meaning within a hash.
  return encodeURIComponent(bare ? value : JSON.stringify(value)).replace(
    /%2C|%3A|%5B|%5D|%2F/g,
    decodeURIComponent,
  );
}

/**
 * Writes a document as the query of a link: the leaves that differ from `implied`, by their paths,
 * such as `data.train=200&regularizer.lambda=0.01`.
 */
export function documentQuery(document: object, implied: Leaves): string {
  return [...leavesOf(document)]
    .filter(([path, value]) => {
      return !implied.has(path) || JSON.stringify(implied.get(path)) !== JSON.stringify(value);
    })
    .map(([path, value]) => `${path}=${write(value)}`)
    .join('&');
}

function put(tree: Tree, [path, value]: readonly [string, unknown], makeError: MakeError): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  let branch = tree;
  for (const key of keys) {
    const next = branch[key] ?? (Object.create(null) as Tree);
    if (!isBranch(next)) throw makeError(path, `${key} is given twice.`);
    branch[key] = next;
    branch = next;
  }
  if (last in branch) throw makeError(path, 'it is given twice.');
  branch[last] = value;
}

function decoded(text: string, path: string, makeError: MakeError): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw makeError(path, 'its percent encoding is invalid; copy the link again.');
  }
}

/** Reads the document of a query, not yet checked: `head` and the query's leaves. */
export function documentOfQuery(query: string, head: object, makeError: MakeError): object {
  if (query.length > MAX_QUERY)
    throw makeError('', `the link has ${query.length} characters, over the limit of ${MAX_QUERY}.`);
  const tree = Object.assign(Object.create(null) as Tree, head);
  for (const pair of query.split('&').filter((text) => text !== '')) {
    const [path = '', ...rest] = pair.split('=');
    if (!KEY.test(path)) throw makeError(path.slice(0, 40), 'there is no such field.');
    put(tree, [path, parsed(decoded(rest.join('='), path, makeError))], makeError);
  }
  return tree;
}
