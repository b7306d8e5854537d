import type { Pair } from '../math/geometry.ts';
import { badField, optionalText, placeOf, textField } from './fields.ts';
import type { Place } from './fields.ts';
import { parseJsonText } from './json.ts';
import { parseLayer } from './net-description-layers.ts';
import type { LayerDescription, NetDescription, NetInput, Shape } from './net-description-types.ts';
import { elementCount, FileError } from './tensors.ts';

export type { NetDescription } from './net-description-types.ts';

/** Most layers, and most characters, of a description. */
const MAX_LAYERS = 10_000;
const MAX_CHARACTERS = 4_194_304;

/** Values of one example or activation; their indices must fit a 32-bit integer on the GPU. */
const MAX_VALUES = 2 ** 31 - 1;

const USED = new Set(['name', 'input', 'layers']);

/**
 * Reads a net description and checks that its layers chain: each one takes the shape that the one
 * before it gives, and every `input_shape` and `output_shape` that is stated is the true one (left
 * out, they are filled in, like stride, padding, dilation and groups with their usual values).
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
  const input = parseInput(placeOf(net.fields['input'], file, 'input'));
  const notes = Object.fromEntries(Object.entries(net.fields).filter(([key]) => !USED.has(key)));
  return { name: textField(net, 'name'), input, layers: parseLayers(net, input.shape), notes };
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

function parseLayers(net: Place, inputShape: Shape): LayerDescription[] {
  const list = net.fields['layers'];
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_LAYERS) {
    throw badField(net, 'layers', `a list of 1 to ${MAX_LAYERS} layers`);
  }
  let shape = inputShape;
  return list.map((value, k) => {
    const place = placeOf(value, net.file, `layers[${k}]`);
    const layer = parseLayer(place, shape);
    shape = layer.output_shape;
    if ((elementCount(shape) ?? Infinity) > MAX_VALUES) {
      throw new FileError(
        'bad-description',
        net.file,
        `${place.path} gives [${shape.join(', ')}], over ${MAX_VALUES} values; make the input ` +
          'or the layer smaller.',
      );
    }
    return layer;
  });
}

/**
 * The JSON text of a net description. `parseNetDescription` of it gives an equal description.
 */
export function serializeNetDescription(net: NetDescription): string {
  const { name, input, layers, notes } = net;
  return `${JSON.stringify({ ...notes, name, input, layers }, null, 1)}\n`;
}
