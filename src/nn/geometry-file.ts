import {
  badField,
  placeOf,
  textField,
  wholeField,
  wholesField,
  type Place,
} from '../files/fields.ts';
import { parseJsonText } from '../files/json.ts';
import type { NetLayer } from '../files/net-layers-types.ts';
import { FileError } from '../files/tensors.ts';
import type { Pair } from '../math/geometry.ts';
import { withGroups, withType, type LayerShape } from '../model/layer/layer-shape.ts';
import type { GuessedField, NetLayerInfo } from '../model/net/net.ts';
import { weightShapeOf } from './net-layer-spec.ts';

/** A layer with what a person, or nobody, has said about it. */
export interface EditedLayer {
  readonly layer: NetLayer;
  readonly shape: LayerShape | null;
  readonly guessed: NetLayerInfo['guessed'];
}

const ABOUT =
  'Layers by name, in no particular order: what a weights file does not say about them. ' +
  'Padding is [top, bottom, left, right] of zeros.';

/** What a padding spec of an inspected layer is: numbers, always. */
function sidesOf(shape: LayerShape): readonly number[] {
  return shape.padding.kind === 'explicit' ? shape.padding.sides : [0, 0, 0, 0];
}

function fieldsOf({ layer, shape, guessed }: EditedLayer): object {
  const still = guessed.length > 0 ? { guessed } : {};
  if (layer.kind === 'batchnorm2d') {
    return {
      type: layer.kind,
      name: layer.name,
      channels: layer.channels,
      eps: layer.eps,
      ...still,
    };
  }
  if (shape === null || layer.kind === 'dense') {
    return { type: layer.kind, name: layer.name, weight_shape: weightShapeOf(layer), ...still };
  }
  return {
    type: shape.type === 'conv' ? 'conv2d' : 'conv-transpose2d',
    name: layer.name,
    weight_shape: weightShapeOf(layer),
    stride: shape.stride,
    padding: sidesOf(shape),
    dilation: shape.dilation,
    groups: shape.groups,
    ...(shape.type === 'conv' ? {} : { output_padding: shape.outputPadding }),
    input: shape.input,
    ...still,
  };
}

/**
 * The geometry of a net whose layers do not form a known chain (a weights file says nothing of their
 * order, and a residual net has none) as JSON text: one entry a layer, found again by its name.
 */
export function writeGeometryFile(name: string, layers: readonly EditedLayer[]): string {
  const text = { name, chained: false, about: ABOUT, layers: layers.map(fieldsOf) };
  return `${JSON.stringify(text, null, 1)}\n`;
}

/** True for the text of a geometry file; a net description says nothing about `chained`. */
export function isGeometryFile(text: string): boolean {
  return /"chained"\s*:\s*false/.test(text);
}

interface Entry {
  readonly place: Place;
  readonly name: string;
}

function entriesOf(text: string, file: string): Entry[] {
  const top = placeOf(parseJsonText(text, file, 'the geometry file'), file, '');
  const list = top.fields['layers'];
  if (!Array.isArray(list)) throw badField(top, 'layers', 'a list of layers');
  const entries = list.map((value, index) => {
    const place = placeOf(value, file, `layers[${index}]`);
    return { place, name: textField(place, 'name') };
  });
  const names = new Set<string>();
  for (const { name, place } of entries) {
    if (names.has(name)) throw badField(place, 'name', 'a name that no other layer has');
    names.add(name);
  }
  return entries;
}

const GUESSED = ['kind', 'stride', 'padding', 'dilation', 'groups', 'input', 'eps'] as const;

function isGuessed(value: unknown): value is GuessedField {
  return (GUESSED as readonly unknown[]).includes(value);
}

function guessedOf(place: Place): NetLayerInfo['guessed'] {
  const value = place.fields['guessed'];
  return Array.isArray(value) ? value.filter(isGuessed) : [];
}

function pairField(place: Place, key: string, least: number, otherwise?: Pair): Pair {
  const rule = otherwise === undefined ? { length: 2, least } : { length: 2, least, otherwise };
  return wholesField(place, key, rule) as Pair;
}

function convShape(place: Place, shape: LayerShape): LayerShape {
  const type = place.fields['type'];
  if (type !== 'conv2d' && type !== 'conv-transpose2d') {
    throw badField(place, 'type', '"conv2d" or "conv-transpose2d", as the weights have it');
  }
  const asked = { type: type === 'conv2d' ? ('conv' as const) : ('transposed-conv' as const) };
  const sides = wholesField(place, 'padding', { length: 4, least: 0 });
  return {
    ...withGroups(withType(shape, asked.type), wholeField(place, 'groups', 1, 1)),
    stride: pairField(place, 'stride', 1),
    padding: {
      kind: 'explicit',
      sides: sides as unknown as readonly [number, number, number, number],
    },
    dilation: pairField(place, 'dilation', 1, [1, 1]),
    outputPadding: pairField(place, 'output_padding', 0, [0, 0]),
    input: pairField(place, 'input', 1),
  };
}

function applyEntry(edited: EditedLayer, { place }: Entry): EditedLayer {
  const { layer, shape } = edited;
  if (layer.kind === 'batchnorm2d') {
    const eps = place.fields['eps'];
    if (typeof eps !== 'number' || !(eps >= 0 && eps < 1))
      throw badField(place, 'eps', 'a number from 0 to below 1');
    return { layer: { ...layer, eps }, shape, guessed: guessedOf(place) };
  }
  if (layer.kind === 'dense' || shape === null) return edited;
  return { layer, shape: convShape(place, shape), guessed: guessedOf(place) };
}

/**
 * Applies a geometry file to the layers of a net, by name.
 *
 * @throws FileError for text that is not one, and for a layer that the net does not have.
 */
export function applyGeometryFile(
  text: string,
  file: string,
  layers: readonly EditedLayer[],
): EditedLayer[] {
  const entries = entriesOf(text, file);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const known = new Set(layers.map(({ layer }) => layer.name));
  const stranger = entries.find(({ name }) => !known.has(name));
  if (stranger !== undefined) {
    throw new FileError(
      'does-not-fit',
      file,
      `its layer "${stranger.name}" is not in this net; use the geometry file and the weights of one net.`,
    );
  }
  return layers.map((edited) => {
    const entry = byName.get(edited.layer.name);
    return entry === undefined ? edited : applyEntry(edited, entry);
  });
}
