import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../backends.ts';
import { valueAndGradients } from '../engine.ts';
import { batchNormTrain, channelMoments, channelSums } from '../ops/channels.ts';
import { weightedSum } from '../ops/loss.ts';
import { readAll } from '../read.ts';
import { wholeNumbers } from '../self-test-reference.ts';
import { fromArray } from '../tensors.ts';
import { relativeError } from '../testing/cases.ts';

/** More than a run of pixels at each of the numbers of channels. */
const PIXELS = 700;
const EPSILON = 1e-5;
/** float32 sums of some hundred numbers of size 1. */
const RELATIVE = 1e-5;

/** Σ term of each channel, in double precision. */
function sumsOf(channels: number, term: (at: number, channel: number) => number): Float64Array {
  const sums = new Float64Array(channels);
  for (let at = 0; at < PIXELS * channels; at++) sums[at % channels]! += term(at, at % channels);
  return sums;
}

describe('sums over pixels on wasm', () => {
  beforeAll(async () => {
    await startBackend('wasm');
  });

  // Sixteen channels side by side, then eight, four and one: every remainder of each.
  it.each([1, 3, 4, 7, 8, 13, 16, 20, 37])('%i channels: all are those of float64', async (c) => {
    const [x, dy] = [wholeNumbers(PIXELS * c, 1), wholeNumbers(PIXELS * c, 2)];
    const gamma = wholeNumbers(c, 3);
    const shape = [7, 10, 10, c];
    const [input, weights] = [fromArray(x, shape), fromArray(dy, shape)];
    const affine = [fromArray(gamma, [c]), fromArray(new Float32Array(c), [c])] as const;
    const moments = channelMoments(input);
    const total = channelSums(input);
    const { gradients } = valueAndGradients(
      () =>
        weightedSum(
          batchNormTrain(input, { gamma: affine[0], beta: affine[1] }, moments, EPSILON),
          weights,
        ),
      [input, ...affine],
    );
    const found = await readAll([total, moments.mean, moments.variance, ...gradients]);

    const sum = sumsOf(c, (at) => x[at]!);
    const average = sum.map((one) => one / PIXELS);
    const variance = sumsOf(c, (at, k) => (x[at]! - average[k]!) ** 2 / PIXELS);
    const inverse = variance.map((one) => 1 / Math.sqrt(one + EPSILON));
    const normal = (at: number, k: number): number => (x[at]! - average[k]!) * inverse[k]!;
    const dGamma = sumsOf(c, (at, k) => dy[at]! * normal(at, k));
    const dBeta = sumsOf(c, (at) => dy[at]!);
    const dx = Float64Array.from(x, (_, at) => {
      const k = at % c;
      const inner = dy[at]! - (dBeta[k]! + normal(at, k) * dGamma[k]!) / PIXELS;
      return gamma[k]! * inverse[k]! * inner;
    });
    expect(Array.from(found[0]!)).toEqual(Array.from(sum));
    [average, variance, dx, dGamma, dBeta].forEach((expected, at) => {
      expect(relativeError(found[at + 1]!, expected)).toBeLessThan(RELATIVE);
    });
  });
});
