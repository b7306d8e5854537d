import type { Pair } from '../math/geometry.ts';
import { badField, optionalText, placeOf, textField } from './fields.ts';
import type { Place } from './fields.ts';
import { parseJsonText } from './json.ts';
import { parseLayer } from './net-description-layers.ts';
import type {
  NetDescription,
  NetInput,
  ParseChain,
  Shape,
  LayerDescription,
} from './net-description-types.ts';
import { elementCount, FileError } from './tensors.ts';

export type { NetDescription } from './net-description-types.ts';

/** Most layers (branches too), residual layers within each other, and characters. */
const MAX_LAYERS = 10_000;
const MAX_NESTING = 8;
const MAX_CHARACTERS = 4_194_304;

/** Values of one example or activation; their indices must fit a 32-bit integer on the GPU. */
const MAX_VALUES = 2 ** 31 - 1;

const USED = new Set(['name', 'input', 'layers']);

/**
 * Reads a net description and checks that its layers chain: each one takes the shape that the one
 * before it gives, and every `input_shape` and `output_shape` that is stated is the true one (left
 * out, they are filled in, like stride, padding, dilation and groups with their usual values). The
 * branches of a residual layer are checked the same way.
 * @throws FileError naming the field by its path, for instance `layers[3].kernel`.
 */
export function parseNetDescription(text: string, file = 'net description'): NetDescription {
  if (text.length > MAX_CHARACTERS) {
    throw new FileError(
      'too-big',
      file,
      `it has ${text.length} characters, over the cap of ${MAX_CHARACTERS} for a net ` +
        'description; check that it is one.',
    );
  }
  const net = placeOf(parseJsonText(text, file, 'the description'), file, '');
  const name = textField(net, 'name');
  const input = parseInput(placeOf(net.fields['input'], file, 'input'));
  const nest = { depth: 0, total: { layers: 0 } };
  const layers = parseChain(nest, net, 'layers', input.shape, 1);
  const notes = Object.fromEntries(Object.entries(net.fields).filter(([key]) => !USED.has(key)));
  return { name, input, layers, notes };
}

function parseInput(place: Place): NetInput {
  const shape = place.fields['shape'];
  const count = elementCount(shape);
  const fits =
    count !== undefined &&
    count >= 1 &&
    count <= MAX_VALUES &&
    [1, 3].includes((shape as Shape).length);
  if (!fits)
    throw badField(place, 'shape', '[channels, height, width] or [features], whole numbers from 1');
  const layout = optionalText(place, 'layout') ?? 'NCHW';
  if (layout !== 'NCHW')
    throw badField(place, 'layout', '"NCHW", the only layout of a description');
  return {
    shape: shape as Shape,
    layout,
    range: parseRange(place),
    preprocessing: optionalText(place, 'preprocessing') ?? null,
  };
}

function parseRange(place: Place): Pair | null {
  const value = place.fields['range'] ?? null;
  if (value === null) return null;
  const fits =
    Array.isArray(value) &&
    value.length === 2 &&
    (value as unknown[]).every((v) => typeof v === 'number' && Number.isFinite(v));
  if (!fits) throw badField(place, 'range', 'two numbers [least, greatest]');
  return value as unknown as Pair;
}

/** How deep a chain lies in others, and the layers read so far in the whole description. */
interface Nest {
  readonly depth: number;
  readonly total: { layers: number };
}

function parseChain(
  nest: Nest,
  ...[place, key, input, least]: Parameters<ParseChain>
): LayerDescription[] {
  const list = chainField(place, key, least);
  const inner = within(nest, list.length, place);
  const parseInner: ParseChain = (...chain) => parseChain(inner, ...chain);
  const path = place.path === '' ? key : `${place.path}.${key}`;
  let shape = input;
  return list.map((value, k) => {
    const at = placeOf(value, place.file, `${path}[${k}]`);
    const layer = parseLayer(at, shape, parseInner);
    shape = layer.output_shape;
    checkSize(at, shape);
    return layer;
  });
}

function chainField(place: Place, key: string, least: 0 | 1): readonly unknown[] {
  const list = place.fields[key] ?? (least === 0 ? [] : undefined);
  if (Array.isArray(list) && list.length >= least && list.length <= MAX_LAYERS) return list;
  throw badField(place, key, `a list of ${least} to ${MAX_LAYERS} layers`);
}

/** One level deeper, `count` layers more. */
function within({ depth, total }: Nest, count: number, { file, path }: Place): Nest {
  total.layers += count;
  if (total.layers > MAX_LAYERS) {
    throw new FileError(
      'too-big',
      file,
      `${path} brings the description over ${MAX_LAYERS} layers in all; check that it is one net.`,
    );
  }
  if (depth > MAX_NESTING) {
    throw new FileError(
      'too-big',
      file,
      `${path} lies in more than ${MAX_NESTING} residual layers within each other; write them ` +
        'one after another.',
    );
  }
  return { depth: depth + 1, total };
}

function checkSize({ file, path }: Place, shape: Shape): void {
  if ((elementCount(shape) ?? Infinity) <= MAX_VALUES) return;
  throw new FileError(
    'bad-description',
    file,
    `${path} gives [${shape.join(', ')}], over ${MAX_VALUES} values; make the input or the ` +
      'layer smaller.',
  );
}

/**
 * The JSON text of a net description. `parseNetDescription` of it gives an equal description.
 */
export function serializeNetDescription(net: NetDescription): string {
  const { name, input, layers, notes } = net;
  return `${JSON.stringify({ ...notes, name, input, layers }, null, 1)}\n`;
}
