import { describe, expect, it } from 'vitest';
import { learningRateAt, sgdStep } from './sgd.ts';

describe('T1 sgdStep', () => {
  it('is PyTorch’s recursion: v = g first, then v = μv + g + λθ, θ = θ − lr·v', () => {
    const values = Float64Array.of(1, -2);
    const velocity = new Float64Array(2);
    const settings = { learningRate: 0.5, momentum: 0.25, weightDecay: 0.125 };
    sgdStep({ values, velocity, gradient: Float64Array.of(1, 4) }, settings);
    // v = g + λθ = [1.125, 3.75]; θ = [1 − 0.5625, −2 − 1.875].
    expect(Array.from(velocity)).toEqual([1.125, 3.75]);
    expect(Array.from(values)).toEqual([0.4375, -3.875]);
    sgdStep({ values, velocity, gradient: Float64Array.of(0, 0) }, settings);
    expect(Array.from(velocity)).toEqual([0.3359375, 0.453125]);
  });

  it('refuses arrays of different lengths', () => {
    const settings = { learningRate: 0.5, momentum: 0.25, weightDecay: 0 };
    const [two, three] = [new Float32Array(2), new Float32Array(3)];
    for (const one of [
      { values: two, velocity: two, gradient: three },
      { values: two, velocity: three, gradient: two },
    ]) {
      expect(() => sgdStep(one, settings)).toThrow(RangeError);
    }
  });
});

describe('T1 learningRateAt', () => {
  it('falls at the milestones and not an epoch before', () => {
    const schedule = { learningRate: 1, milestones: [75, 90, 100], factor: 0.1 };
    const rates = [0, 74, 75, 89, 90, 99, 100, 119].map((epoch) => learningRateAt(schedule, epoch));
    [1, 1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001].forEach((rate, at) =>
      expect(rates[at]).toBeCloseTo(rate, 15),
    );
  });
});
