import { checkGeometry, MAX_SIDE, type Pair } from '../../math/geometry.ts';
import type { Focus } from './focus.ts';
import {
  resolveLayer,
  type KernelSource,
  type LayerSpec,
  type LayerType,
  type PaddingMode,
  type PaddingSpec,
} from './layer.ts';
import {
  FOCI,
  LINK_WEIGHTS,
  MAX_QUERY,
  MODES,
  PADDINGS,
  PATTERNS,
  RANDOM,
  TYPES,
  type LayerLink,
} from './link-format.ts';
import {
  decodeParts,
  keysOf,
  LinkError,
  splitQuery,
  wordPart,
} from '../../kit/document/keyed-query.ts';
import { FIRST_VIEW } from './layer-view.ts';
import { VIEW_PARTS } from './link-view.ts';
import { unpackValues } from './packed-weights.ts';

const KEYS = [
  'type',
  'in',
  'out',
  'k',
  's',
  'd',
  'p',
  'mode',
  'g',
  'op',
  'kernel',
  'seed',
  'name',
  'w',
  'missing',
  'pin',
  'color',
  ...keysOf(VIEW_PARTS),
];

type Query = ReadonlyMap<string, string>;

function required(query: Query, key: string, why: string): string {
  const text = query.get(key);
  if (text === undefined) throw new LinkError(key, '', `missing: ${why}`);
  return text;
}

function chosen<T>(query: Query, key: string, words: Readonly<Record<string, T>>, usual: T): T {
  return decodeParts(query, { [key]: wordPart(key, words) }, { [key]: usual })[key]!;
}

function wholeNumbers(
  key: string,
  text: string,
  form: { readonly separator: string; readonly counts: readonly number[]; readonly most?: number },
): number[] {
  const parts = text.split(form.separator);
  const numbers = parts.map((part) => (/^\d{1,16}$/.test(part) ? Number(part) : NaN));
  const most = form.most ?? MAX_SIDE;
  if (!form.counts.includes(parts.length) || !numbers.every((n) => n <= most)) {
    const counts = form.counts.join(' or ');
    const joined = form.counts.some((count) => count > 1) ? ` joined by "${form.separator}"` : '';
    throw new LinkError(key, text, `give ${counts} whole number(s) up to ${most}${joined}.`);
  }
  return numbers;
}

function pairOf(query: Query, key: string, fallback: Pair): Pair {
  const text = query.get(key);
  if (text === undefined) return fallback;
  const [a, b = a] = wholeNumbers(key, text, { separator: 'x', counts: [1, 2] }) as [
    number,
    number?,
  ];
  return [a, b];
}

function paddingOf(query: Query): PaddingSpec {
  const text = query.get('p');
  if (text === undefined) return { kind: 'explicit', sides: [0, 0, 0, 0] };
  const word = Object.hasOwn(PADDINGS, text) ? PADDINGS[text] : undefined;
  if (word !== undefined) return { kind: word };
  const sides = wholeNumbers('p', text, { separator: ',', counts: [1, 4] });
  const [t, b = t, l = t, r = t] = sides as [number, number?, number?, number?];
  return { kind: 'explicit', sides: [t, b, l, r] };
}

function oneNumber(query: Query, key: string, fallback: number): number {
  const text = query.get(key);
  return text === undefined
    ? fallback
    : wholeNumbers(key, text, { separator: ',', counts: [1] })[0]!;
}

/** Everything but the weights. */
function geometryOf(query: Query): Omit<LayerSpec, 'source'> {
  const type = chosen<LayerType>(query, 'type', TYPES, 'conv');
  const dense = type === 'dense';
  const input = required(query, 'in', 'give the size of the input (channels x height x width).');
  const counts = dense ? [1] : [3];
  const [dIn, h = 1, w = 1] = wholeNumbers('in', input, { separator: 'x', counts }) as [
    number,
    number?,
    number?,
  ];
  required(query, 'out', 'give the number of output channels.');
  return {
    type,
    dIn,
    dOut: oneNumber(query, 'out', 1),
    input: [h, w],
    kernel: pairOf(query, 'k', [1, 1]),
    stride: pairOf(query, 's', [1, 1]),
    dilation: pairOf(query, 'd', [1, 1]),
    padding: dense ? { kind: 'valid' } : paddingOf(query),
    paddingMode: chosen<PaddingMode>(query, 'mode', MODES, 'zeros'),
    groups: oneNumber(query, 'g', 1),
    outputPadding: pairOf(query, 'op', [0, 0]),
  };
}

function nameOf(query: Query): string {
  const text = query.get('name') ?? 'a link';
  try {
    return decodeURIComponent(text).slice(0, 200);
  } catch {
    throw new LinkError('name', text, 'invalid text; copy the link again.');
  }
}

async function valuesOf(query: Query, geometry: Omit<LayerSpec, 'source'>): Promise<KernelSource> {
  const missing = query.get('missing');
  if (missing !== undefined) {
    const reason =
      `the ${missing} weights of “${nameOf(query)}” were too many for a link: open the layer’s ` +
      'JSON file.';
    throw new LinkError('missing', missing, reason);
  }
  const text = required(query, 'w', 'it holds the weights.');
  const source: KernelSource = { kind: 'identity' };
  const { weights } = checkGeometry(resolveLayer({ ...geometry, source }).geometry);
  if (weights > LINK_WEIGHTS) {
    throw new LinkError('w', text, `a link holds at most ${LINK_WEIGHTS} weights, not ${weights}.`);
  }
  const values = await unpackValues(text, weights);
  if (values === null) {
    throw new LinkError(
      'w',
      text,
      `they do not unpack to ${weights} weights; copy the whole link again.`,
    );
  }
  return { kind: 'values', values, name: nameOf(query) };
}

async function sourceOf(query: Query, geometry: Omit<LayerSpec, 'source'>): Promise<KernelSource> {
  const kind = query.get('kernel') ?? 'he';
  const random = RANDOM.find((name) => name === kind);
  if (random !== undefined) {
    const text = query.get('seed') ?? '1';
    const form = { separator: ',', counts: [1], most: Number.MAX_SAFE_INTEGER };
    return { kind: random, seed: wholeNumbers('seed', text, form)[0]! };
  }
  const pattern = PATTERNS.find((name) => name === kind);
  if (pattern !== undefined) return { kind: pattern };
  if (kind === 'values') return valuesOf(query, geometry);
  throw new LinkError('kernel', kind, `give one of ${[...RANDOM, ...PATTERNS].join(', ')}.`);
}

function focusOf(text: string): Focus {
  const kind = FOCI[text.charAt(0) as keyof typeof FOCI] as Focus['kind'] | undefined;
  const counts = kind === 'entry' ? [2] : kind === 'weight' ? [4] : [3];
  const form = { separator: '.', counts, most: 2 ** 31 - 1 };
  const [a, b, c, d] = wholeNumbers('pin', text.slice(1), form) as [number, number, number, number];
  switch (kind) {
    case 'entry':
      return { kind, row: a, column: b };
    case 'weight':
      return { kind, i: a, j: b, k: c, t: d };
    case 'input':
    case 'output':
      return { kind, channel: a, y: b, x: c };
    default:
      throw new LinkError('pin', text, 'it must begin with e, w, i or o.');
  }
}

function colorOf(query: Query): string | null {
  const text = query.get('color');
  if (text === undefined) return null;
  if (/^[a-z-]{1,20}$/.test(text)) return text;
  throw new LinkError('color', text, 'give a word.');
}

/**
 * Reads a link's query. Incompatible sizes are not rejected here (the panel shows them like typed
 * ones), except when weights have to be counted.
 *
 * @throws LinkError naming the part that cannot be read; GeometryError when weights cannot be
 * counted.
 */
export async function decodeLink(query: string): Promise<LayerLink> {
  const parts = splitQuery(query, KEYS, MAX_QUERY);
  const geometry = geometryOf(parts);
  const pin = parts.get('pin');
  return {
    spec: { ...geometry, source: await sourceOf(parts, geometry) },
    pinned: pin === undefined ? null : focusOf(pin),
    color: colorOf(parts),
    view: decodeParts(parts, VIEW_PARTS, FIRST_VIEW),
  };
}
