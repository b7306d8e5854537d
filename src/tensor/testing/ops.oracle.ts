import type { ConvAttributes } from '../conv-shape.ts';
import { convShape } from '../conv-shape.ts';
import type { TransposeAttributes } from '../ops/conv-transpose.ts';
import { poolShape } from '../pool-shape.ts';
import type { PoolAttributes } from '../pool-shape.ts';

/** A float64 array with its shape: the plain reference against which every backend is held. */
export interface Plain {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, one) => product * one, 1);

export function plain(
  shape: readonly number[],
  values: Float64Array = new Float64Array(sizeOf(shape)),
): Plain {
  return { shape, values };
}

/** Convolution by its definition: six loops, NHWC by HWIO. */
export function conv2d(x: Plain, w: Plain, attributes: ConvAttributes): Plain {
  const s = convShape(x.shape, w.shape, attributes);
  const [perGroup, perOut] = [s.inChannels / s.groups, s.outChannels / s.groups];
  const y = plain([s.batch, ...s.output, s.outChannels]);
  const [height, width] = s.input;
  for (let at = 0; at < y.values.length; at++) {
    const o = at % s.outChannels;
    const pixel = Math.floor(at / s.outChannels);
    const [column, line] = [pixel % s.output[1], Math.floor(pixel / s.output[1])];
    const [row, image] = [line % s.output[0], Math.floor(line / s.output[0])];
    for (let k = 0; k < s.kernel[0]; k++) {
      for (let t = 0; t < s.kernel[1]; t++) {
        const [h, v] = [
          row * s.stride[0] + k * s.dilation[0] - s.padding[0],
          column * s.stride[1] + t * s.dilation[1] - s.padding[2],
        ];
        if (h < 0 || h >= height || v < 0 || v >= width) continue;
        for (let c = 0; c < perGroup; c++) {
          const from =
            ((image * height + h) * width + v) * s.inChannels +
            Math.floor(o / perOut) * perGroup +
            c;
          y.values[at]! +=
            x.values[from]! * w.values[((k * s.kernel[1] + t) * perGroup + c) * s.outChannels + o]!;
        }
      }
    }
  }
  return y;
}

/** Transposed convolution by its definition: every input number is spread over its window. */
export function convTranspose2d(x: Plain, w: Plain, attributes: TransposeAttributes): Plain {
  const [batch = 0, height = 0, width = 0, inputs = 0] = x.shape;
  const [k1 = 0, k2 = 0, perGroup = 0] = w.shape;
  const { stride, padding, dilation, groups, outputPadding } = attributes;
  const length = (n: number, taps: number, axis: 0 | 1, margins: number): number =>
    (n - 1) * stride[axis] - margins + dilation[axis] * (taps - 1) + 1 + outputPadding[axis];
  const [rows, columns] = [
    length(height, k1, 0, padding[0] + padding[1]),
    length(width, k2, 1, padding[2] + padding[3]),
  ];
  const y = plain([batch, rows, columns, perGroup * groups]);
  x.values.forEach((one, at) => {
    const [i, pixel] = [at % inputs, Math.floor(at / inputs)];
    const [v, line] = [pixel % width, Math.floor(pixel / width)];
    for (let place = 0; place < k1 * k2 * perGroup; place++) {
      const [o, tap] = [place % perGroup, Math.floor(place / perGroup)];
      const row = (line % height) * stride[0] + Math.floor(tap / k2) * dilation[0] - padding[0];
      const column = v * stride[1] + (tap % k2) * dilation[1] - padding[2];
      if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
      const channel = Math.floor(i / (inputs / groups)) * perGroup + o;
      y.values[
        ((Math.floor(line / height) * rows + row) * columns + column) * perGroup * groups + channel
      ]! += one * w.values[place * inputs + i]!;
    }
  });
  return y;
}

/** The places of each pooling window that lie in the input, as indices of x, row by row. */
function windows(x: Plain, attributes: PoolAttributes): { shape: number[]; lists: number[][] } {
  const s = poolShape(x.shape, attributes);
  const shape = [s.batch, ...s.output, s.channels];
  const lists = Array.from({ length: sizeOf(shape) }, (_, at) => {
    const channel = at % s.channels;
    const pixel = Math.floor(at / s.channels);
    const [column, line] = [pixel % s.output[1], Math.floor(pixel / s.output[1])];
    const [row, image] = [line % s.output[0], Math.floor(line / s.output[0])];
    const list = [];
    for (let k = 0; k < s.kernel[0]; k++) {
      for (let t = 0; t < s.kernel[1]; t++) {
        const [h, v] = [
          row * s.stride[0] + k - s.padding[0],
          column * s.stride[1] + t - s.padding[2],
        ];
        const inside = h >= 0 && h < s.input[0] && v >= 0 && v < s.input[1];
        if (inside) list.push(((image * s.input[0] + h) * s.input[1] + v) * s.channels + channel);
      }
    }
    return list;
  });
  return { shape, lists };
}

export function maxPool(x: Plain, attributes: PoolAttributes): Plain {
  const { shape, lists } = windows(x, attributes);
  return plain(
    shape,
    Float64Array.from(lists, (list) => Math.max(...list.map((at) => x.values[at]!))),
  );
}

/** ∂(Σ weights · maxPool)/∂x, where the first of equal numbers in a window takes its weight. */
export function maxPoolGradient(
  x: Plain,
  attributes: PoolAttributes,
  weights: Float64Array,
): Float64Array {
  const gradient = new Float64Array(x.values.length);
  windows(x, attributes).lists.forEach((list, window) => {
    const top = Math.max(...list.map((at) => x.values[at]!));
    gradient[list.find((at) => x.values[at] === top)!]! += weights[window]!;
  });
  return gradient;
}

export function avgPool(x: Plain, attributes: PoolAttributes): Plain {
  const { shape, lists } = windows(x, attributes);
  const size = attributes.kernel[0] * attributes.kernel[1];
  return plain(
    shape,
    Float64Array.from(lists, (list) => list.reduce((sum, at) => sum + x.values[at]!, 0) / size),
  );
}

export function dense(x: Plain, w: Plain): Plain {
  const [batch = 0, inputs = 0] = x.shape;
  const [, outputs = 0] = w.shape;
  const y = plain([batch, outputs]);
  y.values.forEach((_, at) => {
    const [n, o] = [Math.floor(at / outputs), at % outputs];
    for (let i = 0; i < inputs; i++)
      y.values[at]! += x.values[n * inputs + i]! * w.values[i * outputs + o]!;
  });
  return y;
}

/** Applies a function to every number, knowing its channel and place. */
export function mapPlain(
  x: Plain,
  value: (one: number, channel: number, place: number) => number,
): Plain {
  const channels = x.shape.at(-1)!;
  return plain(
    x.shape,
    x.values.map((one, at) => value(one, at % channels, at)),
  );
}

/** Mean and biased variance of each channel. */
function moments(x: Plain): { mean: number[]; variance: number[] } {
  const channels = x.shape.at(-1)!;
  const count = x.values.length / channels;
  const average = (term: (one: number, channel: number) => number): number[] => {
    const sums = new Array<number>(channels).fill(0);
    x.values.forEach((one, at) => (sums[at % channels]! += term(one, at % channels) / count));
    return sums;
  };
  const mean = average((one) => one);
  return { mean, variance: average((one, channel) => (one - mean[channel]!) ** 2) };
}

export function batchNormTrain(x: Plain, gamma: Plain, beta: Plain, epsilon: number): Plain {
  const { mean, variance } = moments(x);
  return mapPlain(
    x,
    (one, c) =>
      ((one - mean[c]!) / Math.sqrt(variance[c]! + epsilon)) * gamma.values[c]! + beta.values[c]!,
  );
}

/** Cross-entropy of each row, with the maximum taken out. */
export function crossEntropy(logits: Plain, labels: readonly number[]): Plain {
  const classes = logits.shape[1]!;
  return plain(
    [labels.length],
    Float64Array.from(labels, (label, row) => {
      const z = logits.values.slice(row * classes, (row + 1) * classes);
      const top = Math.max(...z);
      return Math.log(z.reduce((sum, one) => sum + Math.exp(one - top), 0)) + top - z[label]!;
    }),
  );
}

/**
 * ∂(Σ weights · f)/∂x by central differences, step h: exact up to rounding for f linear in x,
 * error O(h²) otherwise.
 */
export function centralDifferences(
  f: (x: Plain) => Plain,
  x: Plain,
  weights: Float64Array,
  h = 1e-4,
): Float64Array {
  const total = (values: Float64Array): number =>
    values.reduce((sum, one, at) => sum + one * weights[at]!, 0);
  return x.values.map((one, at) => {
    const moved = (by: number): number => {
      const values = x.values.slice();
      values[at] = one + by;
      return total(f(plain(x.shape, values)).values);
    };
    return (moved(h) - moved(-h)) / (2 * h);
  });
}
