import type { Pair } from '../math/geometry.ts';
import { badField, optionalText, textField, wholeField, wholesField } from './fields.ts';
import type { Place } from './fields.ts';
import { parseResidual } from './net-description-residual.ts';
import type { LayerDescription, Padding, ParseChain, Shape } from './net-description-types.ts';
import { clip, FileError } from './tensors.ts';

type LayerType = LayerDescription['type'];

type Parse = (place: Place, input: Shape, chain: ParseChain) => LayerDescription;

const CHW = 'three sizes [channels, height, width]';

/** How each known layer type is read; a type without an entry does not compile. */
const PARSERS: Readonly<Record<LayerType, Parse>> = {
  conv2d: parseConv,
  'conv-transpose2d': parseTransposed,
  dense: parseDense,
  batchnorm2d: parseBatchNorm,
  relu: (_, input) => ({ type: 'relu', input_shape: input, output_shape: input }),
  maxpool2d: (place, input) => parsePool('maxpool2d', place, input),
  avgpool2d: (place, input) => parsePool('avgpool2d', place, input),
  flatten: parseFlatten,
  sigmoid: (_, input) => ({ type: 'sigmoid', input_shape: input, output_shape: input }),
  globalavgpool2d: parseGlobalPool,
  residual: parseResidual,
};

/** The layer types that a net description may name. */
const KNOWN_LAYER_TYPES = Object.keys(PARSERS) as readonly LayerType[];

/**
 * Reads one layer whose input has shape `input`, computes its output shape, and compares both with
 * the shapes that the description states, where it states them. `chain` reads layers within it.
 * @throws FileError naming the field by its path.
 */
export function parseLayer(place: Place, input: Shape, chain: ParseChain): LayerDescription {
  const type = place.fields['type'];
  if (!KNOWN_LAYER_TYPES.includes(type as LayerType)) {
    throw badField(place, 'type', `one of the layers known here: ${KNOWN_LAYER_TYPES.join(', ')}`);
  }
  checkStated(place, 'input_shape', input, 'what the layer before it gives');
  const layer = PARSERS[type as LayerType](place, input, chain);
  checkStated(place, 'output_shape', layer.output_shape, 'what its geometry gives');
  return layer;
}

function checkStated(place: Place, key: string, actual: Shape, source: string): void {
  const stated = place.fields[key];
  if (stated === undefined) return;
  const same =
    Array.isArray(stated) &&
    stated.length === actual.length &&
    actual.every((size, k) => stated[k] === size);
  if (!same) throw badField(place, key, `[${actual.join(', ')}], ${source}`);
}

function needImage(place: Place, input: Shape): readonly [number, number, number] {
  if (input.length === 3) return input as readonly [number, number, number];
  throw new FileError(
    'bad-description',
    place.file,
    `${place.path} is ${clip(place.fields['type'])}, which takes ${CHW}, but is fed ` +
      `[${input.join(', ')}]; move it before flatten.`,
  );
}

/** A field that must equal what the layers before it give. */
function matchingField(place: Place, key: string, actual: number): number {
  const value = wholeField(place, key, 1);
  if (value === actual) return value;
  throw badField(place, key, `${actual}, what the layer before it gives`);
}

function pair(place: Place, key: string, least: number, otherwise?: Pair): Pair {
  const rule = { length: 2, least, ...(otherwise && { otherwise }) };
  return wholesField(place, key, rule) as Pair;
}

function padding(place: Place): Padding {
  return wholesField(place, 'padding', {
    length: 4,
    least: 0,
    otherwise: [0, 0, 0, 0],
  }) as unknown as Padding;
}

function convFields(place: Place, channels: number) {
  const groups = wholeField(place, 'groups', 1, 1);
  const out = wholeField(place, 'out_channels', 1);
  if (channels % groups !== 0 || out % groups !== 0) {
    throw badField(
      place,
      'groups',
      `a divisor of in_channels ${channels} and of out_channels ${out}`,
    );
  }
  return {
    name: textField(place, 'name'),
    in_channels: matchingField(place, 'in_channels', channels),
    out_channels: out,
    kernel: pair(place, 'kernel', 1),
    stride: pair(place, 'stride', 1, [1, 1]),
    padding: padding(place),
    dilation: pair(place, 'dilation', 1, [1, 1]),
    groups,
    weight: textField(place, 'weight'),
    bias: optionalText(place, 'bias') ?? null,
  };
}

interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
}

/** floor((n + before + after - d(k - 1) - 1) / s) + 1 on each axis. */
function windowOutput(place: Place, height: number, width: number, w: Window): Pair {
  const [top, bottom, left, right] = w.padding;
  const size = (n: number, pads: number, axis: 0 | 1) =>
    Math.floor((n + pads - w.dilation[axis] * (w.kernel[axis] - 1) - 1) / w.stride[axis]) + 1;
  const output: Pair = [size(height, top + bottom, 0), size(width, left + right, 1)];
  if (output[0] >= 1 && output[1] >= 1) return output;
  throw badField(
    place,
    'kernel',
    `small enough (with its dilation) for the padded input [${height + top + bottom}, ` +
      `${width + left + right}]`,
  );
}

function parseConv(place: Place, input: Shape): LayerDescription {
  const [channels, height, width] = needImage(place, input);
  const fields = convFields(place, channels);
  const output = windowOutput(place, height, width, fields);
  return {
    type: 'conv2d',
    ...fields,
    input_shape: input,
    output_shape: [fields.out_channels, ...output],
  };
}

function parseTransposed(place: Place, input: Shape): LayerDescription {
  const [channels, height, width] = needImage(place, input);
  const fields = convFields(place, channels);
  const extra = pair(place, 'output_padding', 0, [0, 0]);
  const { kernel, stride, dilation, padding: pads } = fields;
  if (extra.some((rows, k) => rows >= stride[k]!)) {
    throw badField(place, 'output_padding', `less than the stride [${stride.join(', ')}]`);
  }
  const size = (n: number, axis: 0 | 1) =>
    (n - 1) * stride[axis] -
    pads[2 * axis]! -
    pads[2 * axis + 1]! +
    dilation[axis] * (kernel[axis] - 1) +
    extra[axis] +
    1;
  const output: Pair = [size(height, 0), size(width, 1)];
  if (output[0] < 1 || output[1] < 1)
    throw badField(
      place,
      'padding',
      `small enough to leave an output; it gives [${output.join(', ')}]`,
    );
  return {
    type: 'conv-transpose2d',
    ...fields,
    output_padding: extra,
    input_shape: input,
    output_shape: [fields.out_channels, ...output],
  };
}

function parseDense(place: Place, input: Shape): LayerDescription {
  if (input.length !== 1) {
    throw new FileError(
      'bad-description',
      place.file,
      `${place.path} is dense, which takes [features], but is fed [${input.join(', ')}]; put ` +
        'flatten before it.',
    );
  }
  const out = wholeField(place, 'out_features', 1);
  return {
    type: 'dense',
    name: textField(place, 'name'),
    in_features: matchingField(place, 'in_features', input[0]!),
    out_features: out,
    weight: textField(place, 'weight'),
    bias: optionalText(place, 'bias') ?? null,
    input_shape: input,
    output_shape: [out],
  };
}

function parseBatchNorm(place: Place, input: Shape): LayerDescription {
  const [channels] = needImage(place, input);
  const eps = place.fields['eps'] ?? 1e-5;
  if (typeof eps !== 'number' || !(eps >= 0 && eps < 1))
    throw badField(place, 'eps', 'a number from 0 to below 1');
  return {
    type: 'batchnorm2d',
    name: textField(place, 'name'),
    channels: matchingField(place, 'channels', channels),
    eps,
    weight: optionalText(place, 'weight') ?? null,
    bias: optionalText(place, 'bias') ?? null,
    running_mean: textField(place, 'running_mean'),
    running_var: textField(place, 'running_var'),
    input_shape: input,
    output_shape: input,
  };
}

function parsePool(type: 'maxpool2d' | 'avgpool2d', place: Place, input: Shape): LayerDescription {
  const [channels, height, width] = needImage(place, input);
  const kernel = pair(place, 'kernel', 1);
  const fields = { kernel, stride: pair(place, 'stride', 1, kernel), padding: padding(place) };
  const output = windowOutput(place, height, width, { ...fields, dilation: [1, 1] });
  return { type, ...fields, input_shape: input, output_shape: [channels, ...output] };
}

function parseFlatten(place: Place, input: Shape): LayerDescription {
  const order = place.fields['order'] ?? 'CHW';
  if (order !== 'CHW')
    throw badField(place, 'order', '"CHW", channels first, the only order known here');
  const features = input.reduce((product, size) => product * size, 1);
  return { type: 'flatten', order: 'CHW', input_shape: input, output_shape: [features] };
}

function parseGlobalPool(place: Place, input: Shape): LayerDescription {
  const [channels] = needImage(place, input);
  return { type: 'globalavgpool2d', input_shape: input, output_shape: [channels, 1, 1] };
}
