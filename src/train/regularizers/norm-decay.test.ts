import { describe, expect, it } from 'vitest';
import { checkGeometry, type ConvGeometry } from '../../math/geometry.ts';
import { exactNorms } from '../../math/exact-norms.ts';
import { fillNormal, uniformAt } from '../../math/random.ts';
import { denseMatrix, bruteL1, bruteLinf } from '../../math/testing/brute-force.oracle.ts';
import { plainGeometry } from '../../math/testing/plain-geometry.oracle.ts';
import { randomLayer } from '../../math/testing/random-geometry.ts';
import type { LayerOperator, Parameter } from '../parameter.ts';
import { denseGeometry } from '../testing/optim-fixture.ts';
import { addNormDecay, isTrackedByRelease, refreshLayer, startNormDecay } from './norm-decay.ts';
import type { NormDecaySettings } from '../../model/train/regularizer.ts';

const SAME = plainGeometry({ dIn: 2, dOut: 3, input: [4, 4] });

const operatorOf = (geometry: ConvGeometry, transposed = false): LayerOperator => ({
  geometry: checkGeometry(geometry),
  transposed,
  layout: 'oihw',
});

describe('T3 norm decay', () => {
  it('pushes along the derivative of the exact norm, on random layers', () => {
    const settings: NormDecaySettings = { beta: 1, gamma: 0, mode: 'paper', layers: 'all' };
    for (let number = 0; number < 60; number++) {
      const { geometry, kernel } = randomLayer(number, 3);
      const parameters: Parameter[] = [
        { name: 'w', kind: 'conv', values: kernel, operator: operatorOf(geometry) },
      ];
      for (const [norm, brute] of [
        ['l1', bruteL1],
        ['linf', bruteLinf],
      ] as const) {
        const gradient = new Float64Array(kernel.length);
        const layers = startNormDecay(parameters, settings, norm);
        addNormDecay({ norm, parameters, gradients: [gradient], layers, settings });
        const here = brute(denseMatrix(geometry, kernel));
        // Piecewise linear: a small step along p lowers the norm by its square, exactly.
        const moved = kernel.map((value, at) => value - 1e-6 * gradient[at]!);
        const squaredLength = gradient.reduce((sum, one) => sum + one * one, 0);
        if (here > 0) expect(squaredLength).toBeGreaterThan(0);
        const fall = (here - brute(denseMatrix(geometry, moved))) / 1e-6;
        // Rounding of a difference of numbers of order 100 over 1e-6.
        expect(Math.abs(fall - squaredLength)).toBeLessThan(1e-6);
      }
    }
  });

  it('leaves biases, BatchNorm and zero weights alone, and counts conv and dense layers as N', () => {
    const plain = (name: string, kind: 'bias' | 'gamma' | 'beta'): Parameter => ({
      name,
      kind,
      values: Float64Array.of(1, 2),
    });
    const operator = {
      geometry: denseGeometry(3, 1),
      transposed: false,
      layout: 'oihw',
    } as const;
    const values = Float64Array.of(0, -2, 3);
    const parameters: Parameter[] = [
      plain('bias', 'bias'),
      { name: 'a', kind: 'dense', values, operator },
      plain('gamma', 'gamma'),
      { name: 'b', kind: 'dense', values: Float64Array.of(0, 0, 0), operator },
      plain('beta', 'beta'),
    ];
    const gradients = parameters.map((one) => new Float64Array(one.values.length));
    const settings: NormDecaySettings = { beta: 8, gamma: 0.5, mode: 'paper', layers: 'all' };
    const layers = startNormDecay(parameters, settings, 'linf');
    addNormDecay({ norm: 'linf', parameters, gradients, layers, settings });
    // β/N = 4, h = (1 − γ)·sign: ±2.
    expect(gradients.map((one) => Array.from(one, (value) => value + 0))).toEqual([
      [0, 0],
      [0, -2, 2],
      [0, 0],
      [0, 0, 0],
      [0, 0],
    ]);
  });

  it('alternates 2/3, 1/3 as printed and 1, 1/2 as released for a weight chosen every other step', () => {
    const operator = {
      geometry: denseGeometry(1, 2),
      transposed: false,
      layout: 'oihw',
    } as const;
    for (const [mode, expected] of [
      ['paper', [2 / 3, 1 / 3]],
      ['repo', [1, 1 / 2]],
    ] as const) {
      const values = Float64Array.of(1, 2);
      const parameters: Parameter[] = [{ name: 'w', kind: 'dense', values, operator }];
      const settings: NormDecaySettings = { beta: 1, gamma: 0.5, mode, layers: 'all' };
      const layers = startNormDecay(parameters, settings, 'linf');
      for (let step = 0; step < 60; step++) {
        values.reverse();
        const gradients = [new Float64Array(2)];
        addNormDecay({ norm: 'linf', parameters, gradients, layers, settings });
      }
      expect(layers[0]!.h[1]).toBeCloseTo(expected[0], 12);
      expect(layers[0]!.h[0]).toBeCloseTo(expected[1], 12);
    }
  });

  it('is Algorithm 1 on whole arrays, over 300 steps, few channels live or many', () => {
    for (const moving of [false, true]) {
      for (const norm of ['l1', 'linf'] as const) {
        compareWithWholeArrays(norm, moving);
      }
    }
  });

  it('acts on every conv and dense layer, or on those that the released code keeps', () => {
    const kept: readonly [ConvGeometry, boolean][] = [
      [SAME, true],
      [{ ...SAME, groups: 1, stride: [2, 2] }, true],
      [{ ...SAME, dIn: 3, groups: 3 }, false],
      [{ ...SAME, dilation: [1, 2] }, false],
      // VGG-11's last convs: no window lies inside the input.
      [{ ...SAME, input: [2, 2] }, false],
      [denseGeometry(4, 3), true],
    ];
    for (const [geometry, expected] of kept) {
      expect(isTrackedByRelease(operatorOf(geometry))).toBe(expected);
    }
    expect(isTrackedByRelease(operatorOf(SAME, true))).toBe(false);
    const parameters = kept.map(([geometry], at): Parameter => {
      const operator = operatorOf(geometry);
      const values = new Float64Array(operator.geometry.weights);
      return { name: `w${at}`, kind: 'conv', values, operator };
    });
    const settings = { beta: 1, gamma: 0.5, mode: 'repo' } as const;
    const names = (layers: NormDecaySettings['layers']): string[] =>
      startNormDecay(parameters, { ...settings, layers }, 'l1').map(({ name }) => name);
    expect(names('all')).toHaveLength(6);
    expect(names('as-released')).toEqual(['w0', 'w1', 'w5']);
  });
});

/** The definition, on dense arrays, with the winning taps from exactNorms. */
function compareWithWholeArrays(norm: 'l1' | 'linf', moving: boolean): void {
  const operator = operatorOf({ ...SAME, dIn: 24, dOut: 32 });
  const g = operator.geometry;
  const taps = g.kernel[0] * g.kernel[1];
  const values = fillNormal({ seed: 5, stream: 0 }, new Float64Array(g.weights));
  const parameters: Parameter[] = [{ name: 'w', kind: 'conv', values, operator }];
  // Not 1/2, where γ and 1 − γ could change places.
  const gamma = 0.8;
  const settings: NormDecaySettings = { beta: 0.1, gamma, mode: 'paper', layers: 'all' };
  const layers = startNormDecay(parameters, settings, norm);
  const h = new Float64Array(g.weights);
  for (let step = 0; step < 300; step++) {
    // Moving: another channel is the largest at every step. Else the same two for long.
    const loud = moving ? Math.floor(24 * uniformAt({ seed: 6, stream: 0 }, step)) : step % 2;
    const scaled = values.map((value, at) => {
      const [i, j] = [Math.floor(at / taps / g.dIn), Math.floor(at / taps) % g.dIn];
      return (norm === 'l1' ? j : i) === loud ? 100 * value : value;
    });
    const own: Parameter[] = [{ name: 'w', kind: 'conv', values: scaled, operator }];
    const gradients = [new Float64Array(g.weights)];
    addNormDecay({ norm, parameters: own, gradients, layers, settings });
    const { channel, taps: won } = exactNorms({ ...operator, kernel: scaled })[norm];
    h.forEach((before, at) => {
      const [i, j] = [Math.floor(at / taps / g.dIn), Math.floor(at / taps) % g.dIn];
      const [k, t] = [Math.floor((at % taps) / 3), at % 3];
      const on = (norm === 'l1' ? j : i) === channel && won[0].includes(k) && won[1].includes(t);
      h[at] = gamma * before + (on ? (1 - gamma) * Math.sign(scaled[at]!) : 0);
    });
    const worst = (a: ArrayLike<number>, b: Float64Array, factor: number): number =>
      b.reduce((top, one, at) => Math.max(top, Math.abs(a[at]! - factor * one)), 0);
    // Only what is below 2⁻¹⁰⁰ may differ, and rounding of γh + (1 − γ)p.
    expect(worst(layers[0]!.h, h, 1)).toBeLessThan(1e-15);
    expect(worst(gradients[0]!, h, 0.1)).toBeLessThan(1e-15);
    if (step === 150) refreshLayer(layers[0]!);
  }
}
