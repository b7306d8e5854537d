import {
  checkExperiment,
  DEFAULT_EXPERIMENT,
  defaultRegularizer,
  EXPERIMENT_FORMAT,
  EXPERIMENT_VERSION,
  ExperimentError,
  type Experiment,
} from '../spec/experiment.ts';

/** Longest query that is read. */
const MAX_QUERY = 400_000;
const KEY = /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/;

type Leaves = Map<string, unknown>;
type Tree = Record<string, unknown>;

function isBranch(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The ends of a document's branches by their dotted paths; a list is one end. */
function leavesOf(value: object, path = '', into: Leaves = new Map()): Leaves {
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

/** A text stands for itself, unless it could be read as something else. */
function write(value: unknown): string {
  const plain = typeof value === 'string' && value !== '' && typeof parsed(value) === 'string';
  const bare = plain && !value.startsWith('"');
  // Lists stay readable: these signs have no meaning within a hash.
  return encodeURIComponent(bare ? value : JSON.stringify(value)).replace(
    /%2C|%3A|%5B|%5D/g,
    decodeURIComponent,
  );
}

/** The experiment that a link leaves unsaid, for a regularizer. */
function unsaid({ regularizer: { kind } }: Pick<Experiment, 'regularizer'>): Experiment {
  return { ...DEFAULT_EXPERIMENT, regularizer: defaultRegularizer(kind) };
}

/**
 * An experiment as the query of a link: only what differs from the default, by the document's own paths:
 * `data.train=200&regularizer.kind=weight-decay&regularizer.lambda=0.01`. Empty for the default.
 */
export function experimentQuery(experiment: Experiment): string {
  const before = leavesOf(unsaid(experiment));
  const { kind } = experiment.regularizer;
  if (kind !== 'none') before.delete('regularizer.kind');
  return [...leavesOf(experiment)]
    .filter(([path, value]) => {
      return !before.has(path) || JSON.stringify(before.get(path)) !== JSON.stringify(value);
    })
    .map(([path, value]) => `${path}=${write(value)}`)
    .join('&');
}

function put(tree: Tree, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  let branch = tree;
  for (const key of keys) {
    const next = branch[key] ?? (Object.create(null) as Tree);
    if (!isBranch(next)) throw new ExperimentError(path, `${key} is given twice.`);
    branch[key] = next;
    branch = next;
  }
  if (last in branch) throw new ExperimentError(path, 'it is given twice.');
  branch[last] = value;
}

function decoded(text: string, path: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ExperimentError(path, 'its percent signs cannot be read; copy the link again.');
  }
}

/**
 * The experiment that a query describes.
 *
 * @throws ExperimentError naming the part that cannot be read.
 */
export function experimentOfQuery(query: string): Experiment {
  if (query.length > MAX_QUERY) {
    throw new ExperimentError('', `the link has ${query.length} characters, over ${MAX_QUERY}.`);
  }
  const tree = Object.create(null) as Tree;
  put(tree, 'format', EXPERIMENT_FORMAT);
  put(tree, 'version', EXPERIMENT_VERSION);
  for (const pair of query.split('&').filter((text) => text !== '')) {
    const [path = '', ...rest] = pair.split('=');
    if (!KEY.test(path)) throw new ExperimentError(path.slice(0, 40), 'there is no such field.');
    put(tree, path, parsed(decoded(rest.join('='), path)));
  }
  return checkExperiment(tree);
}
