import { describe, expect, it } from 'vitest';
import {
  optimizerBuffers,
  optimizerStep,
  restoreBuffers,
  startOptimizer,
  type Optimizer,
} from './optimizer.ts';
import { isWeight, weightStrides, type Floats, type Parameter } from './parameter.ts';
import type { NormDecaySettings, RegularizerSettings } from '../model/train/regularizer.ts';
import {
  fixtureBatch,
  fixtureWeights,
  optimFixture,
  optimTrace,
  tinyParameters,
} from './testing/optim-fixture.ts';
import { TINY_NAMES, tinyGradients, type TinyWeights } from './testing/tiny-cnn.oracle.ts';

const decay = (mode: NormDecaySettings['mode']): NormDecaySettings => ({
  beta: 0.01,
  gamma: 0.5,
  mode,
  layers: 'all',
});

const VARIANTS: Readonly<Record<string, RegularizerSettings>> = {
  sgd: { kind: 'none' },
  wd: { kind: 'weight-decay', lambda: 0.01 },
  nd_l1: { kind: 'norm-decay-l1', ...decay('paper') },
  nd_linf: { kind: 'norm-decay-linf', ...decay('paper') },
  repo_nd_l1: { kind: 'norm-decay-l1', ...decay('repo') },
  repo_nd_linf: { kind: 'norm-decay-linf', ...decay('repo') },
  svc: { kind: 'svc', clipTo: 0.5, schedule: 'every-step', operator: 'circular' },
};
const NAMES = Object.keys(VARIANTS);
const SGD = { learningRate: 0.05, momentum: 0.9 } as const;
const STEPS = 20;
const FIXTURE = optimFixture();
const BATCH = fixtureBatch(FIXTURE);

function stepWith(optimizer: Optimizer, gradients: Floats[], regularizer: RegularizerSettings) {
  const step = { ...SGD, gradients, regularizer, batch: 0 };
  for (const run = optimizerStep(optimizer, step); !run.next().done;);
}

/** One step in float64 and PyTorch's layout; returns the loss before it. */
function step(optimizer: Optimizer, weights: TinyWeights, regularizer: RegularizerSettings) {
  const { loss, gradients } = tinyGradients(BATCH, weights);
  stepWith(
    optimizer,
    TINY_NAMES.map((name) => gradients[name]),
    regularizer,
  );
  return loss;
}

/** Largest |a − b| / max|b| over one tensor. */
function difference(values: Floats, reference: Float64Array): number {
  const size = reference.reduce((top, one) => Math.max(top, Math.abs(one)), 0);
  let worst = 0;
  reference.forEach((one, at) => (worst = Math.max(worst, Math.abs(values[at]! - one))));
  return worst / size;
}

/** A copy of the parameters as a run has them: float32, kernels [k1, k2, in, out]. */
function asInARun(parameters: readonly Parameter[]): {
  run: Parameter[];
  /** Place in the run's array of every number, or null where they are the same. */
  places: (Int32Array | null)[];
} {
  const places = parameters.map((parameter) => {
    if (!isWeight(parameter)) return null;
    const { geometry: g } = parameter.operator;
    const strides = weightStrides({ ...parameter.operator, layout: 'hwio' });
    const taps = g.kernel[0] * g.kernel[1];
    return Int32Array.from(parameter.values, (_, at) => {
      const [tap, channels] = [at % taps, Math.floor(at / taps)];
      const [i, j] = [Math.floor(channels / g.inPerGroup), channels % g.inPerGroup];
      return i * strides.output + j * strides.input + tap * strides.tap;
    });
  });
  const run = parameters.map((parameter, index): Parameter => {
    const values = toRun(parameter.values, places[index]!);
    if (!isWeight(parameter)) return { ...parameter, values };
    return { ...parameter, values, operator: { ...parameter.operator, layout: 'hwio' } };
  });
  return { run, places };
}

function toRun(values: Floats, places: Int32Array | null): Float32Array {
  const out = new Float32Array(values.length);
  values.forEach((value, at) => (out[places?.[at] ?? at] = value));
  return out;
}

describe('T1 the same 20 steps as a run takes them: float32, kernels [k1, k2, in, out]', () => {
  it.each(NAMES)('%s: losses and weights within 1e-5 of float64', (variant) => {
    const regularizer = VARIANTS[variant]!;
    const exact = fixtureWeights(FIXTURE);
    const reference = startOptimizer(tinyParameters(exact), regularizer);
    const rounded = fixtureWeights(FIXTURE);
    const { run, places } = asInARun(tinyParameters(rounded));
    const optimizer = startOptimizer(run, regularizer);
    for (let at = 0; at < STEPS; at++) {
      const { loss, gradients } = tinyGradients(BATCH, rounded);
      stepWith(
        optimizer,
        TINY_NAMES.map((name, index) => toRun(gradients[name], places[index]!)),
        regularizer,
      );
      TINY_NAMES.forEach((name, index) => {
        const place = places[index];
        const values = run[index]!.values;
        rounded[name].forEach((_, n) => (rounded[name][n] = values[place?.[n] ?? n]!));
      });
      expect(Math.abs(loss / step(reference, exact, regularizer) - 1)).toBeLessThan(1e-5);
      for (const name of TINY_NAMES) {
        expect(difference(rounded[name], exact[name])).toBeLessThan(1e-5);
      }
    }
  });
});

describe('T1 20 steps against PyTorch, every weight', () => {
  it.each(NAMES)('%s: losses, norms and every weight after every step', (variant) => {
    const regularizer = VARIANTS[variant]!;
    const weights = fixtureWeights(FIXTURE);
    const trace = optimTrace(variant);
    const optimizer = startOptimizer(tinyParameters(weights), regularizer);
    FIXTURE.variants[variant]!.steps.forEach((reference, at) => {
      // Both sides are float64: 20 steps of the same sums in another order.
      const near = (value: number, expected: number): void =>
        expect(Math.abs(value / expected - 1)).toBeLessThan(1e-12);
      near(step(optimizer, weights, regularizer), reference.loss);
      for (const name of TINY_NAMES) {
        const size = weights[name].length;
        const after = trace[name]!.subarray((at + 1) * size, (at + 2) * size);
        expect(difference(weights[name], after)).toBeLessThan(1e-12);
      }
      optimizer.state.layers.forEach(({ name, finder }, layer) => {
        const { value } = regularizer.kind === 'norm-decay-l1' ? finder.l1 : finder.linf;
        const layerName = name.replace('.weight', '');
        near(value, (reference.norms?.[layerName] ?? reference.repo_norms?.[layer])!);
      });
    });
  });
});

describe('T5 buffers', () => {
  it.each(NAMES)('%s: saved and restored, a run continues bit for bit', (variant) => {
    const regularizer = VARIANTS[variant]!;
    const weights = fixtureWeights(FIXTURE);
    const whole = startOptimizer(tinyParameters(weights), regularizer);
    for (let at = 0; at < 5; at++) step(whole, weights, regularizer);
    const saved = Object.fromEntries(
      optimizerBuffers(whole).map(({ name, values }) => [name, values.slice()]),
    );
    const copy = Object.fromEntries(
      TINY_NAMES.map((name) => [name, weights[name].slice()]),
    ) as unknown as TinyWeights;
    const resumed = startOptimizer(tinyParameters(copy), regularizer);
    restoreBuffers(resumed, saved);
    for (let at = 0; at < 5; at++) {
      step(whole, weights, regularizer);
      step(resumed, copy, regularizer);
    }
    expect(copy).toEqual(weights);
    expect(optimizerBuffers(resumed)).toEqual(optimizerBuffers(whole));
  });

  it('of another net or regularizer are refused, and nothing is changed', () => {
    const weights = fixtureWeights(FIXTURE);
    const plain = startOptimizer(tinyParameters(weights), VARIANTS['sgd']!);
    step(plain, weights, VARIANTS['sgd']!);
    const saved = Object.fromEntries(
      optimizerBuffers(plain).map(({ name, values }) => [name, values]),
    );
    const decayed = startOptimizer(tinyParameters(weights), VARIANTS['nd_l1']!);
    expect(() => restoreBuffers(decayed, saved)).toThrow(/norm_decay\.conv1\.weight: no numbers/);
    expect(decayed.velocity.every((values) => values.every((one) => one === 0))).toBe(true);
  });
});

describe('T6 a step', () => {
  const weights = fixtureWeights(FIXTURE);
  const optimizer = startOptimizer(tinyParameters(weights), VARIANTS['sgd']!);
  const gradients = TINY_NAMES.map((name) => weights[name].slice());

  it('refuses gradients that do not fit', () => {
    expect(() => stepWith(optimizer, gradients.slice(1), VARIANTS['sgd']!)).toThrow(RangeError);
    const short = gradients.with(2, new Float64Array(3));
    expect(() => stepWith(optimizer, short, VARIANTS['sgd']!)).toThrow(/conv2\.weight: 3 numbers/);
  });

  it('refuses the settings of another regularizer than the one it was started with', () => {
    expect(() => stepWith(optimizer, gradients, VARIANTS['wd']!)).toThrow(/regularizer/);
  });

  it('clips before batches 1, 101, 201 of an epoch when asked to do as the authors', () => {
    const regularizer = {
      kind: 'svc',
      clipTo: 0.5,
      schedule: 'every-100',
      operator: 'circular',
    } as const;
    const zeros = TINY_NAMES.map((name) => new Float64Array(weights[name].length));
    const clipped = Array.from({ length: 203 }, (_, batch) => batch).filter((batch) => {
      const values = fixtureWeights(FIXTURE);
      const clipping = startOptimizer(tinyParameters(values), regularizer);
      const run = optimizerStep(clipping, { ...SGD, gradients: zeros, regularizer, batch });
      while (!run.next().done);
      return values['conv1.weight'][0] !== weights['conv1.weight'][0];
    });
    expect(clipped).toEqual([1, 101, 201]);
  });
});
