/**
 * The tiny CNN of fixtures/optim, forward and backward by plain loops in float64: conv 1→3 3x3
 * pad 1, ReLU, conv 3→4 3x3 stride 2 pad 1, ReLU, flatten (CHW), dense 64→5, mean cross-entropy.
 */

/** A conv with zero padding, weights OIHW. */
interface Conv {
  readonly dIn: number;
  readonly dOut: number;
  readonly side: number;
  readonly stride: number;
}

/** 3x3 kernels, padding 1. */
const KERNEL = 3;
export const CONV1: Conv = { dIn: 1, dOut: 3, side: 8, stride: 1 };
export const CONV2: Conv = { dIn: 3, dOut: 4, side: 8, stride: 2 };
const FEATURES = 64;
const CLASSES = 5;

/** Weights and biases by PyTorch's names. */
export type TinyWeights = Readonly<Record<TinyName, Float64Array>>;
export const TINY_NAMES = [
  'conv1.weight',
  'conv1.bias',
  'conv2.weight',
  'conv2.bias',
  'fc1.weight',
  'fc1.bias',
] as const;
export type TinyName = (typeof TINY_NAMES)[number];

/** Calls visit(weight index, input index, output index) for every product of a conv. */
function eachProduct(
  { dIn, dOut, side, stride }: Conv,
  visit: (weight: number, input: number, output: number) => void,
): void {
  const out = Math.ceil(side / stride);
  for (let i = 0; i < dOut; i++)
    for (let j = 0; j < dIn; j++)
      for (let tap = 0; tap < KERNEL * KERNEL; tap++)
        for (let o = 0; o < out * out; o++) {
          const y = Math.floor(o / out) * stride + Math.floor(tap / KERNEL) - 1;
          const x = (o % out) * stride + (tap % KERNEL) - 1;
          if (y < 0 || x < 0 || y >= side || x >= side) continue;
          visit(
            (i * dIn + j) * KERNEL * KERNEL + tap,
            (j * side + y) * side + x,
            i * out * out + o,
          );
        }
}

function convolve(conv: Conv, x: Float64Array, weight: Float64Array, bias: Float64Array) {
  const area = Math.ceil(conv.side / conv.stride) ** 2;
  const z = Float64Array.from({ length: conv.dOut * area }, (_, o) => bias[Math.floor(o / area)]!);
  eachProduct(conv, (w, input, output) => (z[output]! += weight[w]! * x[input]!));
  return z;
}

interface Back {
  readonly dWeight: Float64Array;
  readonly dBias: Float64Array;
}

/** Adds to the gradients of a conv; returns the gradient of its input. */
function backConv(
  conv: Conv,
  { x, weight, dz }: { x: Float64Array; weight: Float64Array; dz: Float64Array },
  { dWeight, dBias }: Back,
): Float64Array {
  const dx = new Float64Array(x.length);
  eachProduct(conv, (w, input, output) => {
    dWeight[w]! += dz[output]! * x[input]!;
    dx[input]! += dz[output]! * weight[w]!;
  });
  const area = dz.length / conv.dOut;
  dz.forEach((value, o) => (dBias[Math.floor(o / area)]! += value));
  return dx;
}

const relu = (z: Float64Array): Float64Array => z.map((value) => Math.max(0, value));
const gate = (dx: Float64Array, z: Float64Array): Float64Array =>
  dx.map((value, at) => (z[at]! > 0 ? value : 0));

/** −log softmax of the label, and its gradient by the logits. */
function crossEntropy(logits: Float64Array, label: number): { loss: number; d: Float64Array } {
  const top = Math.max(...logits);
  const powers = logits.map((one) => Math.exp(one - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  const d = powers.map((one, at) => one / sum - (at === label ? 1 : 0));
  return { loss: Math.log(sum) + top - logits[label]!, d };
}

/** Adds one image to the gradients; returns its loss. */
function oneImage(x: Float64Array, label: number, w: TinyWeights, d: TinyWeights): number {
  const z1 = convolve(CONV1, x, w['conv1.weight'], w['conv1.bias']);
  const a1 = relu(z1);
  const z2 = convolve(CONV2, a1, w['conv2.weight'], w['conv2.bias']);
  const a2 = relu(z2);
  const dense = w['fc1.weight'];
  const logits = w['fc1.bias'].map((bias, o) =>
    a2.reduce((sum, value, f) => sum + dense[o * FEATURES + f]! * value, bias),
  );
  const { loss, d: dLogits } = crossEntropy(logits, label);
  const da2 = new Float64Array(FEATURES);
  for (let o = 0; o < CLASSES; o++) {
    d['fc1.bias'][o]! += dLogits[o]!;
    for (let f = 0; f < FEATURES; f++) {
      d['fc1.weight'][o * FEATURES + f]! += dLogits[o]! * a2[f]!;
      da2[f]! += dLogits[o]! * dense[o * FEATURES + f]!;
    }
  }
  const into2 = { dWeight: d['conv2.weight'], dBias: d['conv2.bias'] };
  const da1 = backConv(CONV2, { x: a1, weight: w['conv2.weight'], dz: gate(da2, z2) }, into2);
  const into1 = { dWeight: d['conv1.weight'], dBias: d['conv1.bias'] };
  backConv(CONV1, { x, weight: w['conv1.weight'], dz: gate(da1, z1) }, into1);
  return loss;
}

/** Images [n, 1, 8, 8] and their labels. */
export interface TinyBatch {
  readonly x: Float64Array;
  readonly y: readonly number[];
}

/** Mean loss of the batch and its gradient by every parameter. */
export function tinyGradients(
  { x, y }: TinyBatch,
  weights: TinyWeights,
): { loss: number; gradients: TinyWeights } {
  const gradients = Object.fromEntries(
    TINY_NAMES.map((name) => [name, new Float64Array(weights[name].length)]),
  ) as Record<TinyName, Float64Array>;
  let loss = 0;
  const pixels = CONV1.side ** 2;
  y.forEach((label, n) => {
    loss += oneImage(x.subarray(n * pixels, (n + 1) * pixels), label, weights, gradients);
  });
  for (const name of TINY_NAMES) {
    gradients[name].forEach((value, at) => (gradients[name][at] = value / y.length));
  }
  return { loss: loss / y.length, gradients };
}
