import { checkGeometry } from '../../math/geometry.ts';
import { fixtureJson, fixtureTensors } from '../../math/testing/fixtures.ts';
import type { Parameter } from '../parameter.ts';
import { CONV1, CONV2, TINY_NAMES, type TinyBatch, type TinyWeights } from './tiny-cnn.oracle.ts';

/** optim/optim.json as far as it is used: images, labels, first weights, and what each step gave. */
export interface OptimFixture {
  x_q: number[];
  x_scale: number;
  y: number[];
  w0_q: Record<string, number[]>;
  w0_scale: number;
  variants: Record<string, { steps: OptimStep[] }>;
}

export interface OptimStep {
  loss: number;
  norms?: Record<string, number>;
  repo_norms?: number[];
}

export function optimFixture(): OptimFixture {
  return fixtureJson('optim/optim.json') as OptimFixture;
}

/** Weights after 0 … 20 steps, [21, …] by name, from PyTorch in float64. */
export function optimTrace(variant: string): Record<string, Float64Array> {
  const tensor = fixtureTensors(`optim/${variant}.safetensors`);
  return Object.fromEntries(
    TINY_NAMES.map((name) => [name, new Float64Array(tensor(name).buffer)]),
  );
}

export function fixtureBatch({ x_q, x_scale, y }: OptimFixture): TinyBatch {
  return { x: Float64Array.from(x_q, (q) => q * x_scale), y };
}

export function fixtureWeights({ w0_q, w0_scale }: OptimFixture): TinyWeights {
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
