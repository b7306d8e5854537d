import { parseNetDescription } from '../../files/net-description.ts';
import type { WeightFile } from '../../files/tensors.ts';
import { fillNormal } from '../../math/random.ts';

/**
 * A net with BatchNorm by plain loops in float64: conv 1→3 3x3 pad 1, BatchNorm, ReLU, flatten (CHW),
 * dense 48→4. Its gradients are central differences.
 */
const SIDE = 4;
export const PIXELS = SIDE * SIDE;
const CHANNELS = 3;
const CLASSES = 4;
const FEATURES = CHANNELS * PIXELS;
const EPS = 1e-5;

const SHAPES = {
  'conv.weight': [CHANNELS, 1, 3, 3],
  'conv.bias': [CHANNELS],
  'bn.weight': [CHANNELS],
  'bn.bias': [CHANNELS],
  'fc.weight': [CLASSES, FEATURES],
  'fc.bias': [CLASSES],
} as const;
type TrainedName = keyof typeof SHAPES;
export const TRAINED = Object.keys(SHAPES) as TrainedName[];

/** Weights and running statistics by PyTorch's names. */
export type BnWeights = Readonly<
  Record<TrainedName | 'bn.running_mean' | 'bn.running_var', Float64Array>
>;

export const BN_NET = parseNetDescription(
  JSON.stringify({
    name: 'bn net',
    input: { shape: [1, SIDE, SIDE] },
    layers: [
      {
        type: 'conv2d',
        name: 'conv',
        in_channels: 1,
        out_channels: CHANNELS,
        kernel: [3, 3],
        padding: [1, 1, 1, 1],
        weight: 'conv.weight',
        bias: 'conv.bias',
      },
      {
        type: 'batchnorm2d',
        name: 'bn',
        channels: CHANNELS,
        eps: EPS,
        weight: 'bn.weight',
        bias: 'bn.bias',
        running_mean: 'bn.running_mean',
        running_var: 'bn.running_var',
      },
      { type: 'relu' },
      { type: 'flatten' },
      {
        type: 'dense',
        name: 'fc',
        in_features: FEATURES,
        out_features: CLASSES,
        weight: 'fc.weight',
        bias: 'fc.bias',
      },
    ],
  }),
  'bn net',
);

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Normal weights that float32 holds exactly, and running statistics unlike any batch's. */
export function bnWeights(seed: number): BnWeights {
  const drawn = TRAINED.map((name, stream) => {
    const values = fillNormal({ seed, stream }, new Float32Array(product(SHAPES[name])));
    return [name, Float64Array.from(values)] as const;
  });
  const running = {
    'bn.running_mean': Float64Array.of(0.25, -0.5, 0.125),
    'bn.running_var': Float64Array.of(0.5, 1, 2),
  };
  return { ...Object.fromEntries(drawn), ...running } as BnWeights;
}

/** The same weights as a file, for the net under test. */
export function bnFile(weights: BnWeights): WeightFile {
  const shapes: Readonly<Record<string, readonly number[]>> = SHAPES;
  const tensors = Object.entries(weights).map(([name, values]) => ({
    name,
    dtype: 'F32' as const,
    shape: shapes[name] ?? [CHANNELS],
    data: Float32Array.from(values),
  }));
  return { format: 'safetensors', tensors, skipped: [], metadata: {} };
}

/** Conv outputs [n][channel · pixel] of images [n, 4, 4]. */
function convolved(w: BnWeights, x: Float64Array): Float64Array[] {
  return Array.from({ length: x.length / PIXELS }, (_, n) =>
    Float64Array.from({ length: FEATURES }, (_, at) => {
      const [c, row, column] = [Math.floor(at / PIXELS), Math.floor(at / SIDE) % SIDE, at % SIDE];
      let sum = w['conv.bias'][c]!;
      for (let tap = 0; tap < 9; tap++) {
        const [y, z] = [row + Math.floor(tap / 3) - 1, column + (tap % 3) - 1];
        if (y < 0 || z < 0 || y >= SIDE || z >= SIDE) continue;
        sum += w['conv.weight'][c * 9 + tap]! * x[n * PIXELS + y * SIDE + z]!;
      }
      return sum;
    }),
  );
}

/** Mean and biased variance of each channel over a batch's conv outputs. */
export function bnMoments(w: BnWeights, x: Float64Array): { mean: number[]; variance: number[] } {
  const outputs = convolved(w, x);
  const count = outputs.length * PIXELS;
  const over = (c: number, term: (value: number) => number): number =>
    outputs.reduce(
      (sum, one) =>
        one.subarray(c * PIXELS, (c + 1) * PIXELS).reduce((part, value) => part + term(value), sum),
      0,
    ) / count;
  const mean = [0, 1, 2].map((c) => over(c, (value) => value));
  return { mean, variance: mean.map((m, c) => over(c, (value) => (value - m) ** 2)) };
}

/** Logits [n][class] of images [n, 4, 4], BatchNorm by the batch's statistics or the running ones. */
export function bnLogits(w: BnWeights, x: Float64Array, mode: 'train' | 'eval'): Float64Array[] {
  const batch = bnMoments(w, x);
  const mean = mode === 'train' ? batch.mean : w['bn.running_mean'];
  const variance = mode === 'train' ? batch.variance : w['bn.running_var'];
  return convolved(w, x).map((z) => {
    const a = z.map((value, at) => {
      const c = Math.floor(at / PIXELS);
      const unit = (value - mean[c]!) / Math.sqrt(variance[c]! + EPS);
      return Math.max(0, unit * w['bn.weight'][c]! + w['bn.bias'][c]!);
    });
    return w['fc.bias'].map((bias, k) =>
      a.reduce((sum, value, f) => sum + w['fc.weight'][k * FEATURES + f]! * value, bias),
    );
  });
}

/** ∂f/∂values by central differences, step 1e-6: 1e-10 of rounding and less of truncation. */
export function differences(values: Float64Array, f: () => number): Float64Array {
  const h = 1e-6;
  return values.map((_, at) => {
    const before = values[at]!;
    values[at] = before + h;
    const above = f();
    values[at] = before - h;
    const below = f();
    values[at] = before;
    return (above - below) / (2 * h);
  });
}

function probabilities(z: Float64Array): Float64Array {
  const powers = z.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((one) => one / sum);
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** Mean cross-entropy of rows of logits. */
export function meanCrossEntropy(
  logits: readonly Float64Array[],
  labels: ArrayLike<number>,
): number {
  return mean(logits.map((z, n) => -Math.log(probabilities(z)[labels[n]!]!)));
}

/** Mean over the rows of KL(softmax a ‖ softmax b). */
export function meanKl(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  return mean(
    a.map((row, n) => {
      const [p, q] = [probabilities(row), probabilities(b[n]!)];
      return p.reduce((sum, one, c) => sum + one * Math.log(one / q[c]!), 0);
    }),
  );
}

/** Mean over rows and classes of (a − b)². */
export function meanSquares(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  return mean(a.map((row, n) => mean([...row].map((one, c) => (one - b[n]![c]!) ** 2))));
}
