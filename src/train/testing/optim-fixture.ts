import { readFileSync } from 'node:fs';
import { checkGeometry } from '../../math/geometry.ts';
import { sharedJson, sharedPath } from '../../math/testing/fixtures.ts';
import type { Parameter } from '../parameter.ts';
import golden from './optim-golden.json';
import { CONV1, CONV2, TINY_NAMES, type TinyBatch, type TinyWeights } from './tiny-cnn.oracle.ts';

/** The inputs of the experiment: images and labels, and the weights before the first step. */
export interface OptimInputs {
  x_q: number[];
  x_scale: number;
  y: number[];
  w0_q: Record<string, number[]>;
  w0_scale: number;
}

/** fixtures/optim/optim.json, as far as it is used. */
export interface OptimFixture extends OptimInputs {
  variants: Record<string, { steps: OptimStep[] }>;
}

/** Sum, sum of squares and first number of a parameter after the last step. */
export interface FinalNumbers {
  sum: number;
  squares: number;
  first: number;
}

/** optim-golden.json: a part of the fixture that lies in the project, to 12 digits. */
export interface OptimGolden extends OptimInputs {
  variants: Record<string, { losses: number[]; final: Record<string, FinalNumbers> }>;
}

export const optimGolden: OptimGolden = golden;

export interface OptimStep {
  loss: number;
  norms?: Record<string, number>;
  repo_norms?: number[];
}

export function optimFixture(): OptimFixture {
  return sharedJson('fixtures/optim/optim.json') as OptimFixture;
}

/** Weights after 0 … 20 steps, [21, …] by name, from PyTorch in float64. */
export function optimTrace(variant: string): Record<string, Float64Array> {
  const bytes = readFileSync(sharedPath(`fixtures/optim/${variant}.safetensors`));
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  return Object.fromEntries(
    TINY_NAMES.map((name) => {
      const [from, to] = header[name]!.data_offsets;
      const part = bytes.subarray(8 + length + from, 8 + length + to);
      const values = Float64Array.from({ length: part.length / 8 }, (_, at) =>
        part.readDoubleLE(8 * at),
      );
      return [name, values];
    }),
  );
}

export function fixtureBatch({ x_q, x_scale, y }: OptimInputs): TinyBatch {
  return { x: Float64Array.from(x_q, (q) => q * x_scale), y };
}

export function fixtureWeights({ w0_q, w0_scale }: OptimInputs): TinyWeights {
  return Object.fromEntries(
    TINY_NAMES.map((name) => [name, Float64Array.from(w0_q[name]!, (q) => q * w0_scale)]),
  ) as TinyWeights;
}

function convGeometry({ dIn, dOut, side, stride }: typeof CONV1) {
  return checkGeometry({
    dIn,
    dOut,
    input: [side, side],
    kernel: [3, 3],
    stride: [stride, stride],
    dilation: [1, 1],
    padding: [1, 1, 1, 1],
    groups: 1,
    boundary: 'zeros',
  });
}

/** A dense layer as a 1x1 kernel on one pixel. */
export function denseGeometry(dIn: number, dOut: number) {
  return checkGeometry({
    dIn,
    dOut,
    input: [1, 1],
    kernel: [1, 1],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [0, 0, 0, 0],
    groups: 1,
    boundary: 'zeros',
  });
}

/** The tiny CNN's parameters over the very arrays of its weights. */
export function tinyParameters(weights: TinyWeights): Parameter[] {
  const operators = {
    'conv1.weight': convGeometry(CONV1),
    'conv2.weight': convGeometry(CONV2),
    'fc1.weight': denseGeometry(64, 5),
  } as const;
  return TINY_NAMES.map((name): Parameter => {
    const values = weights[name];
    if (!(name in operators)) return { name, kind: 'bias', values };
    const geometry = operators[name as keyof typeof operators];
    const kind = name === 'fc1.weight' ? 'dense' : 'conv';
    return { name, kind, values, operator: { geometry, transposed: false, layout: 'oihw' } };
  });
}
