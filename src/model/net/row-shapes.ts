import type { Pair } from '../../math/geometry.ts';
import type { ConvRow, LayerRow, RowType } from './net-rows.ts';
import { ROW_KINDS } from './net-rows.ts';
import type { ImageShape } from './source-shapes.ts';

/** [channels, height, width], or [numbers]. */
export type RowShape = readonly number[];

/** Output shape of a layer, and its number of parameters. */
export interface RowResult {
  readonly shape: RowShape;
  readonly parameters: number;
}

/** Why layers are incompatible. */
export interface RowError {
  /** Place of the layer that does not fit, from 0. */
  readonly row: number;
  /** The setting to change, if it is a single one. */
  readonly field: string | null;
  readonly message: string;
}

/** Shapes up to the first incompatible layer. */
export interface RowShapes {
  readonly results: readonly RowResult[];
  readonly error: RowError | null;
}

/** Maximum number of outputs of a layer per image, and of parameters of a net. */
const MAX_VALUES = 2 ** 24;
const MAX_PARAMETERS = 2 ** 26;

/** A layer that is incompatible with its input. */
class Misfit extends Error {
  constructor(
    readonly field: string | null,
    message: string,
  ) {
    super(message);
  }
}

const product = (shape: RowShape): number => shape.reduce((total, size) => total * size, 1);

/** "3×32×32", "640". */
export function shapeText(shape: RowShape): string {
  return shape.join('×');
}

/** @throws Misfit when a layer for images gets a list of numbers */
function imageShapeOf(type: RowType, shape: RowShape): readonly [number, number, number] {
  if (shape.length === 3) return shape as unknown as readonly [number, number, number];
  const name = ROW_KINDS[type].label;
  throw new Misfit(
    null,
    `${name} takes an image, but gets a list of ${shape[0]!} numbers; move it before Flatten.`,
  );
}

interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
}

/** ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1 on each axis. @throws Misfit for a kernel that is too large */
function places(size: Pair, { kernel, stride, padding, dilation }: Window): Pair {
  const along = (axis: 0 | 1): number => {
    const padded = size[axis] + 2 * padding[axis];
    const reach = dilation[axis] * (kernel[axis] - 1) + 1;
    if (reach <= padded) return Math.floor((padded - reach) / stride[axis]) + 1;
    const way = ['vertically', 'horizontally'][axis]!;
    throw new Misfit(
      'kernel',
      `it reaches over ${reach} pixels ${way}, but the padded image has ${padded}; make it ` +
        'smaller, or leave out a pooling or a stride before it.',
    );
  };
  return [along(0), along(1)];
}

function conv(row: ConvRow, shape: RowShape): RowResult {
  const [from, height, width] = imageShapeOf(row.type, shape);
  const { channels, groups, kernel, bias } = row;
  if (from % groups !== 0 || channels % groups !== 0) {
    throw new Misfit(
      'groups',
      `${groups} groups do not divide ${from} channels in and ${channels} out; give a number that ` +
        'divides both.',
    );
  }
  const output = places([height, width], row);
  const parameters = channels * (from / groups) * kernel[0] * kernel[1] + (bias ? channels : 0);
  return { shape: [channels, ...output], parameters };
}

function after(row: LayerRow, shape: RowShape): RowResult {
  switch (row.type) {
    case 'conv2d':
      return conv(row, shape);
    case 'batchnorm2d':
      return { shape, parameters: 2 * imageShapeOf(row.type, shape)[0] };
    case 'maxpool2d':
    case 'avgpool2d': {
      const [channels, ...size] = imageShapeOf(row.type, shape);
      const window = { ...row, padding: [0, 0], dilation: [1, 1] } as const;
      return { shape: [channels, ...places(size, window)], parameters: 0 };
    }
    case 'globalavgpool2d':
      return { shape: [imageShapeOf(row.type, shape)[0], 1, 1], parameters: 0 };
    case 'relu':
      return { shape, parameters: 0 };
    case 'flatten':
      return { shape: [product(shape)], parameters: 0 };
    case 'dense': {
      if (shape.length !== 1) {
        const got = `an image of ${shapeText(shape)}`;
        throw new Misfit(
          null,
          `Dense takes a list of numbers, but gets ${got}; put Flatten before it.`,
        );
      }
      const { features, bias } = row;
      return { shape: [features], parameters: features * shape[0]! + (bias ? features : 0) };
    }
  }
}

function checkSizes({ shape, parameters }: RowResult, before: number): void {
  if (product(shape) > MAX_VALUES) {
    throw new Misfit(
      null,
      `it outputs ${product(shape)} numbers for each image, over the limit of ${MAX_VALUES}; give it ` +
        'fewer channels.',
    );
  }
  if (before + parameters <= MAX_PARAMETERS) return;
  throw new Misfit(
    null,
    `the net up to here has ${before + parameters} parameters, over the limit of ${MAX_PARAMETERS}; ` +
      'make this layer smaller.',
  );
}

/** Why compatible layers are not a classifier of `classes` classes. */
function endError(rows: readonly LayerRow[], shape: RowShape, classes: number): RowError | null {
  const row = rows.length - 1;
  if (shape.length === 3) {
    const message =
      `the net ends with an image of ${shapeText(shape)}, but must output one number for each of ` +
      `${classes} classes; end it with Flatten and Dense.`;
    return { row, field: null, message };
  }
  if (shape[0] !== classes) {
    const message =
      `the net outputs ${shape[0]!} numbers, but there are ${classes} classes; let the last layer ` +
      `give ${classes}.`;
    return { row, field: rows[row]!.type === 'dense' ? 'features' : null, message };
  }
  if (rows.some(({ type }) => type === 'conv2d' || type === 'dense')) return null;
  return { row, field: null, message: 'the net has nothing to learn; add a Dense layer.' };
}

/**
 * Computes the shape after each layer and its number of parameters, or the first incompatible layer
 * and how to fix it. Settings must be within their ranges (`rowErrors`).
 */
export function rowShapes(rows: readonly LayerRow[], { input, classes }: ImageShape): RowShapes {
  const results: RowResult[] = [];
  let shape: RowShape = input;
  let parameters = 0;
  for (const [row, one] of rows.entries()) {
    try {
      const result = after(one, shape);
      checkSizes(result, parameters);
      results.push(result);
      shape = result.shape;
      parameters += result.parameters;
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      return { results, error: { row, field: error.field, message: error.message } };
    }
  }
  if (rows.length === 0) {
    return { results, error: { row: 0, field: null, message: 'there are no layers; add one.' } };
  }
  return { results, error: endError(rows, shape, classes) };
}
