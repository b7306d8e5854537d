import type { TensorInfo } from '@tensorflow/tfjs-core';
import { piecesOf, runProgram, threadEach } from './program.ts';
import { splitsOf, sumOfSplits } from './splits.ts';

type Inputs = Readonly<Record<string, TensorInfo>>;

/** Threads of a sum's workgroup: channels side by side, and pixels shared out. */
const CHANNELS = 32;
const LANES = 8;

/** A table of pixels by channels: all axes but the last run together. */
function tableOf({ shape }: TensorInfo): { pixels: number; channels: number } {
  const channels = shape.at(-1) ?? 1;
  return { channels, pixels: shape.slice(0, -1).reduce((product, one) => product * one, 1) };
}

/** WGSL of a sum over pixels of `termAt(place, channel)`, in parts, times `uniforms.factor`. */
const sumCode = (termAt: string): string => `
fn termAt(place : i32, channel : i32) -> f32 { ${termAt} }

var<workgroup> sums : array<f32, ${CHANNELS * LANES}>;
fn main() {
  let number = workgroupNumber();
  let tiles = (uniforms.channels + ${CHANNELS - 1}) / ${CHANNELS};
  let split = number / tiles;
  let column = i32(localIndex) % ${CHANNELS};
  let channel = (number % tiles) * ${CHANNELS} + column;
  let end = min((split + 1) * uniforms.chunk, uniforms.pixels);
  var sum = 0.0;
  if (channel < uniforms.channels) {
    let first = split * uniforms.chunk + i32(localIndex) / ${CHANNELS};
    for (var pixel = first; pixel < end; pixel += ${LANES}) {
      sum += termAt(pixel * uniforms.channels + channel, channel);
    }
  }
  sums[localIndex] = sum;
  workgroupBarrier();
  if (i32(localIndex) < ${CHANNELS} && channel < uniforms.channels && split < uniforms.splits) {
    for (var lane = 1; lane < ${LANES}; lane++) { sum += sums[lane * ${CHANNELS} + column]; }
    result[split * uniforms.channels + channel] = sum * uniforms.factor;
  }
}
`;

interface Sum {
  readonly name: string;
  readonly termAt: string;
  readonly inputs: Inputs;
  readonly factors: { readonly factor: number; readonly epsilon?: number };
}

/** [C]: factor times the sum over pixels of a term; `inputs` begins with the table. */
function channelSum(backend: unknown, { name, termAt, inputs, factors }: Sum): TensorInfo {
  const { pixels, channels } = tableOf(Object.values(inputs)[0]!);
  const tiles = piecesOf(channels, CHANNELS);
  const { splits, chunk } = splitsOf(pixels, { workgroups: tiles, weights: channels });
  const partials = runProgram(backend, {
    name,
    inputs,
    factors,
    code: sumCode(termAt),
    sizes: { pixels, channels, splits, chunk },
    shape: [splits, channels],
    workgroups: tiles * splits,
    threads: CHANNELS * LANES,
  });
  if (splits === 1) return { ...partials, shape: [channels] };
  return sumOfSplits(backend, partials, [channels]);
}

/** Σ over all axes but the last: [C]. */
export function channelSums(backend: unknown, x: TensorInfo): TensorInfo {
  const factors = { factor: 1 };
  return channelSum(backend, {
    name: 'channel_sums',
    termAt: 'return x[place];',
    inputs: { x },
    factors,
  });
}

/** Mean and biased variance of each channel; the variance from the centred numbers. */
export function moments(backend: unknown, x: TensorInfo): [mean: TensorInfo, variance: TensorInfo] {
  const factors = { factor: 1 / tableOf(x).pixels };
  const mean = channelSum(backend, {
    name: 'channel_means',
    termAt: 'return x[place];',
    inputs: { x },
    factors,
  });
  const termAt = 'let centred = x[place] - center[channel]; return centred * centred;';
  const inputs = { x, center: mean };
  return [mean, channelSum(backend, { name: 'channel_variances', termAt, inputs, factors })];
}

/** WGSL of a program that gives each number of a table on its own. */
const eachCode = (value: string): string => `
fn main() {
  let place = threadNumber();
  if (place >= uniforms.count) { return; }
  let channel = place % uniforms.channels;
  ${value}
}
`;

interface Each {
  readonly name: string;
  readonly inputs: Inputs;
  readonly factors?: Readonly<Record<string, number>>;
  readonly value: string;
}

function runEach(backend: unknown, { name, inputs, factors = {}, value }: Each): TensorInfo {
  const { shape } = Object.values(inputs)[0]!;
  const count = shape.reduce((product, length) => product * length, 1);
  const sizes = { count, channels: shape.at(-1) ?? 1 };
  const code = eachCode(value);
  return runProgram(backend, threadEach({ name, inputs, factors, sizes, code, shape }));
}

/** (x − mean) · scale + shift, the last three [C]. */
export function normalize(
  backend: unknown,
  { x, mean, scale, shift }: Readonly<Record<'x' | 'mean' | 'scale' | 'shift', TensorInfo>>,
): TensorInfo {
  return runEach(backend, {
    name: 'normalize',
    inputs: { x, center: mean, scale, shift },
    value: 'result[place] = (x[place] - center[channel]) * scale[channel] + shift[channel];',
  });
}

/** [dx, dγ, dβ] of train-mode BatchNorm. */
export function batchNormGradient(
  backend: unknown,
  given: Readonly<Record<'x' | 'dy' | 'gamma' | 'mean' | 'variance', TensorInfo>>,
  epsilon: number,
): TensorInfo[] {
  const { x, dy, gamma, mean: center, variance } = given;
  const dBeta = channelSums(backend, dy);
  const dGamma = channelSum(backend, {
    name: 'batch_norm_scale_gradient',
    termAt: `return dy[place] * (x[place] - center[channel])
      * inverseSqrt(variance[channel] + uniforms.epsilon);`,
    inputs: { x, dy, center, variance },
    factors: { factor: 1, epsilon },
  });
  const dx = runEach(backend, {
    name: 'batch_norm_input_gradient',
    inputs: { x, dy, gamma, center, variance, dGamma, dBeta },
    factors: { epsilon, share: 1 / tableOf(x).pixels },
    value: `let inverse = inverseSqrt(variance[channel] + uniforms.epsilon);
  let normal = (x[place] - center[channel]) * inverse;
  let inner = dy[place] - uniforms.share * (dBeta[channel] + normal * dGamma[channel]);
  result[place] = inner * gamma[channel] * inverse;`,
  });
  return [dx, dGamma, dBeta];
}

/** dy where y > 0, else 0 (NaN in y gives 0). */
export function reluGradient(
  backend: unknown,
  { y, dy }: Readonly<Record<'y' | 'dy', TensorInfo>>,
): TensorInfo {
  const value = 'result[place] = select(0.0, dy[place], y[place] > 0.0);';
  return runEach(backend, { name: 'relu_gradient', inputs: { y, dy }, value });
}

/** a + factor · b. */
export function addScaled(
  backend: unknown,
  { a, b }: Readonly<Record<'a' | 'b', TensorInfo>>,
  factor: number,
): TensorInfo {
  const value = 'result[place] = a[place] + uniforms.factor * b[place];';
  return runEach(backend, { name: 'add_scaled', inputs: { a, b }, factors: { factor }, value });
}
