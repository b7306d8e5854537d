import { fillUniform } from '../math/random.ts';
import type { NamedTensor, WeightFile } from '../files/tensors.ts';

/** Channels of the example's convolutions: VGG-11's at an eighth of the width. */
const WIDTHS = [8, 16, 32, 32, 64, 64, 64, 64];
/** Convolutions that are followed by a 2x2 max pooling. */
const POOLED = new Set([0, 1, 3, 5, 7]);
const IMAGE = [3, 32, 32];
const CLASSES = 10;

/** The name under which the example is listed. */
export const EXAMPLE_NAME = 'Example (random weights, seed 1)';
const SEED = 1;

/** A net made here rather than read: its description as JSON text, and its weights. */
export interface ExampleNet {
  readonly description: string;
  readonly weights: WeightFile;
}

/** Uniform in ±1/√fan_in: what PyTorch gives conv and dense layers to start from. */
function uniform(name: string, shape: readonly number[], stream: number): NamedTensor {
  const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
  const count = shape.reduce((product, size) => product * size, 1);
  const data = fillUniform({ seed: SEED, stream }, new Float32Array(count)).map(
    (u) => (2 * u - 1) / Math.sqrt(fanIn),
  );
  return { name, dtype: 'F32', shape, data };
}

function constant(name: string, channels: number, value: number): NamedTensor {
  return { name, dtype: 'F32', shape: [channels], data: new Float32Array(channels).fill(value) };
}

function blockDescription(index: number): object[] {
  const n = index + 1;
  const [inputs, outputs] = [WIDTHS[index - 1] ?? IMAGE[0], WIDTHS[index]];
  const conv = {
    type: 'conv2d',
    name: `conv${n}`,
    in_channels: inputs,
    out_channels: outputs,
    kernel: [3, 3],
    padding: [1, 1, 1, 1],
    weight: `conv${n}.weight`,
  };
  const norm = {
    type: 'batchnorm2d',
    name: `bn${n}`,
    channels: outputs,
    eps: 1e-5,
    weight: `bn${n}.weight`,
    bias: `bn${n}.bias`,
    running_mean: `bn${n}.running_mean`,
    running_var: `bn${n}.running_var`,
  };
  const pool = POOLED.has(index) ? [{ type: 'maxpool2d', kernel: [2, 2] }] : [];
  return [conv, norm, { type: 'relu' }, ...pool];
}

function blockTensors(index: number): NamedTensor[] {
  const n = index + 1;
  const [inputs, outputs] = [WIDTHS[index - 1] ?? IMAGE[0]!, WIDTHS[index]!];
  return [
    uniform(`conv${n}.weight`, [outputs, inputs, 3, 3], n),
    constant(`bn${n}.weight`, outputs, 1),
    constant(`bn${n}.bias`, outputs, 0),
    constant(`bn${n}.running_mean`, outputs, 0),
    constant(`bn${n}.running_var`, outputs, 1),
  ];
}

/**
 * A small VGG-11 with batch normalization for 32x32 images, as PyTorch would initialize it: every
 * weight follows from seed 1, so the example's norms are the same everywhere.
 */
export function exampleNet(): ExampleNet {
  const blocks = WIDTHS.map((_, index) => index);
  const last = WIDTHS.at(-1)!;
  const dense = {
    type: 'dense',
    name: 'fc',
    in_features: last,
    out_features: CLASSES,
    weight: 'fc.weight',
  };
  const layers = [...blocks.flatMap(blockDescription), { type: 'flatten' }, dense];
  const tensors = [
    ...blocks.flatMap(blockTensors),
    uniform('fc.weight', [CLASSES, last], WIDTHS.length + 1),
  ];
  return {
    description: JSON.stringify({ name: EXAMPLE_NAME, input: { shape: IMAGE }, layers }),
    weights: { format: 'safetensors', tensors, skipped: [], metadata: {} },
  };
}
