import { describe, expect, it } from 'vitest';
import type { ConvGeometry } from '../geometry.ts';
import { makeOperator, type ConvOperator } from '../operator.ts';
import { plainGeometry } from '../testing/plain-geometry.oracle.ts';
import { fixtureJson, fixtureTensors } from '../testing/fixtures.ts';
import { finish } from './apply.ts';
import { l2Interval } from './interval.ts';
import { runMethod } from './methods.ts';

/** K[i,j,k,t] = sin(1 + 3i + 5j + 7k + 11t): σ_max(M) by numpy, to nine decimals. */
type Golden = readonly [
  title: string,
  shape: readonly number[],
  more: Partial<ConvGeometry>,
  l2: number,
];

const K4333 = [4, 3, 3, 3];
const HALF = { stride: [2, 2] as const };
const NONE = [0, 0, 0, 0] as const;

const GOLDENS: readonly Golden[] = [
  ['ordinary same conv', K4333, {}, 14.905543843],
  ['PyTorch stride 2, padding 1', K4333, HALF, 9.660723012],
  ['TensorFlow same, stride 2', K4333, { ...HALF, padding: [0, 1, 0, 1] }, 9.661686795],
  ['2x2 input', K4333, { input: [2, 2] }, 6.936900815],
  ['1x1 input', K4333, { input: [1, 1] }, 2.159457751],
  ['odd input, stride 2', K4333, { ...HALF, input: [3, 3] }, 6.349998574],
  [
    'non-square everything',
    [4, 3, 2, 3],
    { input: [5, 7], stride: [1, 2], padding: [0, 0, 1, 1] },
    9.636883959,
  ],
  ['stride = kernel', [4, 3, 2, 2], { ...HALF, padding: NONE }, 4.83756443],
  [
    'dilation 2, stride 2',
    K4333,
    { ...HALF, input: [9, 9], dilation: [2, 2], padding: [2, 2, 2, 2] },
    13.373652137,
  ],
  ['two groups', [6, 2, 3, 3], { ...HALF, groups: 2 }, 6.688550412],
  ['depthwise', [4, 1, 3, 3], { input: [6, 6], groups: 4 }, 4.520959576],
  ['5x5, padding 2, on 3x3', [4, 3, 5, 5], { input: [3, 3], padding: [2, 2, 2, 2] }, 16.545471388],
  ['1x1, stride 2', [5, 7, 1, 1], { ...HALF, input: [4, 4], padding: NONE }, 3.967580865],
  ['dense layer', [5, 7, 1, 1], { input: [1, 1], padding: NONE }, 3.967580865],
];

function goldenOperator([, shape, more]: Golden): ConvOperator {
  const [dOut, inGroup, k1, k2] = shape as [number, number, number, number];
  const dIn = inGroup * (more.groups ?? 1);
  const geometry = plainGeometry({ dIn, dOut, kernel: [k1, k2], ...more });
  const kernel = Float64Array.from({ length: dOut * inGroup * k1 * k2 }, (_, flat) => {
    const [t, k] = [flat % k2, Math.floor(flat / k2) % k1];
    const [j, i] = [Math.floor(flat / k2 / k1) % inGroup, Math.floor(flat / k2 / k1 / inGroup)];
    return Math.sin(1 + 3 * i + 5 * j + 7 * k + 11 * t);
  });
  return makeOperator(geometry, kernel);
}

describe('the golden table', () => {
  it.each(GOLDENS)('%s', (...golden) => {
    const { lower, upper } = finish(l2Interval(goldenOperator(golden), { seed: 1 }));
    const l2 = golden[3];
    // Nine printed decimals.
    expect(lower).toBeLessThanOrEqual(l2 + 5e-10);
    expect(upper).toBeGreaterThanOrEqual(l2 - 5e-10);
    expect(upper - lower).toBeLessThan(1e-5 * l2);
  });
});

interface Arch {
  layers: {
    type: string;
    name?: string;
    in_channels: number;
    out_channels: number;
    in_features: number;
    out_features: number;
    kernel: [number, number];
    stride: [number, number];
    padding: [number, number, number, number];
    dilation: [number, number];
    groups: number;
    weight: string;
    input_shape: [number, number, number];
  }[];
}

interface GoldenNorms {
  layer_norms: {
    layer: number;
    name: string;
    type: string;
    exact?: { l2: number };
    sgl_l2_circular_stride1?: number;
    reshaped_kernel_l2?: number;
  }[];
}

const CIRCLE = { stride: [1, 1], dilation: [1, 1], padding: [0, 0, 0, 0], groups: 1 } as const;

function netOperator(one: Arch['layers'][number], kernel: Float32Array): ConvOperator {
  const dense = one.type === 'dense';
  return makeOperator(
    {
      ...(dense ? CIRCLE : one),
      dIn: dense ? one.in_features : one.in_channels,
      dOut: dense ? one.out_features : one.out_channels,
      kernel: dense ? [1, 1] : one.kernel,
      input: dense ? [1, 1] : [one.input_shape[1], one.input_shape[2]],
      boundary: 'zeros',
    },
    kernel,
  );
}

describe('trained nets', () => {
  it.each(['mnist-plain', 'mnist-bn', 'mnist-at'])(
    '%s: ℓ2, circular and reshaped norm of every layer',
    (net) => {
      const { layers } = fixtureJson(`nets/${net}/arch.json`) as Arch;
      const goldens = (fixtureJson(`nets/${net}/goldens.json`) as GoldenNorms).layer_norms;
      const tensor = fixtureTensors(`nets/${net}/weights.safetensors`);
      for (const golden of goldens) {
        const l2 = golden.exact?.l2;
        if (l2 === undefined) continue;
        const layer = layers[golden.layer]!;
        const op = netOperator(layer, new Float32Array(tensor(layer.weight).buffer));
        const { lower, upper } = finish(l2Interval(op, { seed: 1, effort: 'quick' }));
        expect(lower).toBeLessThanOrEqual(l2 * (1 + 1e-12));
        expect(upper).toBeGreaterThanOrEqual(l2 * (1 - 1e-12));
        expect(upper / lower - 1).toBeLessThan(0.001);
        for (const [id, value] of [
          ['sgl', golden.sgl_l2_circular_stride1],
          ['reshaped', golden.reshaped_kernel_l2],
        ] as const) {
          if (value === undefined) continue;
          // The references were computed in float64 and printed in full.
          expect(finish(runMethod(id, op, { seed: 1 })).value / value).toBeCloseTo(1, 9);
        }
      }
    },
  );
});
