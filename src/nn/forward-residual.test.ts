import { beforeAll, describe, expect, it } from 'vitest';
import { parseNetDescription } from '../files/net-description.ts';
import type { NetDescription } from '../files/net-description-types.ts';
import { fillNormal } from '../math/random.ts';
import { startBackend } from '../tensor/backends.ts';
import { dispose, memory, tidy, valueAndGradients, type Tensor } from '../tensor/engine.ts';
import { weightedSum } from '../tensor/ops/loss.ts';
import { read } from '../tensor/read.ts';
import { fromArray } from '../tensor/tensors.ts';
import { relativeError } from '../tensor/testing/cases.ts';
import * as reference from '../tensor/testing/ops.oracle.ts';
import { plain, type Plain } from '../tensor/testing/ops.oracle.ts';
import { forward } from './forward.ts';

const EPSILON = 1e-5;

const conv = (name: string, from: number, to: number, more: object = {}) => ({
  type: 'conv2d',
  name,
  in_channels: from,
  out_channels: to,
  kernel: [1, 1],
  weight: `${name}.weight`,
  ...more,
});
const bn = (name: string, channels: number) => ({
  type: 'batchnorm2d',
  name,
  channels,
  eps: EPSILON,
  weight: `${name}.weight`,
  bias: `${name}.bias`,
  running_mean: `${name}.mean`,
  running_var: `${name}.var`,
});
const relu = { type: 'relu' };
const wide = { kernel: [3, 3], padding: [1, 1, 1, 1] };

function net(...layers: object[]): NetDescription {
  return parseNetDescription(JSON.stringify({ name: 'n', input: { shape: [4, 5, 6] }, layers }));
}

/** A strided, grouped block with BatchNorm in both branches: RegNet's. */
const GROUPED = net(
  {
    type: 'residual',
    body: [
      conv('a', 4, 6),
      bn('bnA', 6),
      relu,
      conv('b', 6, 6, { ...wide, stride: [2, 2], groups: 3 }),
      bn('bnB', 6),
    ],
    shortcut: [conv('s', 4, 6, { stride: [2, 2] }), bn('bnS', 6)],
  },
  relu,
);

/** A squeeze-and-excitation block with a grouped convolution on an identity. */
const GATED = net({
  type: 'residual',
  body: [bn('bnA', 4), relu, conv('a', 4, 4, { ...wide, groups: 2 })],
  gate: [
    { type: 'globalavgpool2d' },
    conv('f1', 4, 2, { bias: 'f1.bias' }),
    relu,
    conv('f2', 2, 4, { bias: 'f2.bias' }),
    { type: 'sigmoid' },
  ],
});

type Values = Record<string, Plain>;

const X: Values = { x: normal([2, 5, 6, 4], 100) };
const GROUPED_VALUES: Values = {
  ...X,
  'a.weight': normal([1, 1, 4, 6], 1),
  'b.weight': normal([3, 3, 2, 6], 2),
  's.weight': normal([1, 1, 4, 6], 3),
  ...affine('bnA', 6, 4),
  ...affine('bnB', 6, 6),
  ...affine('bnS', 6, 8),
};
const GATED_VALUES: Values = {
  ...X,
  ...affine('bnA', 4, 11),
  'a.weight': normal([3, 3, 2, 4], 13),
  'f1.weight': normal([1, 1, 4, 2], 14),
  'f1.bias': normal([2], 15),
  'f2.weight': normal([1, 1, 2, 4], 16),
  'f2.bias': normal([4], 17),
};

/** Normal numbers that float32 holds exactly, so that both sides start from the same inputs. */
function normal(shape: readonly number[], stream: number): Plain {
  const count = shape.reduce((product, one) => product * one, 1);
  const values = fillNormal({ seed: 5, stream }, new Float32Array(count));
  return plain(shape, Float64Array.from(values));
}

function affine(name: string, channels: number, stream: number): Values {
  return {
    [`${name}.weight`]: normal([channels], stream),
    [`${name}.bias`]: normal([channels], stream + 1),
  };
}

const POINT = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
const STRIDED = { ...POINT, stride: [2, 2] } as const;
const PADDED = { ...POINT, padding: [1, 1, 1, 1] } as const;
const positive = (x: Plain): Plain => reference.mapPlain(x, (one) => Math.max(one, 0));
const plus = (a: Plain, b: Plain): Plain =>
  reference.mapPlain(a, (one, _, place) => one + b.values[place]!);
const withBias = (x: Plain, bias: Plain): Plain =>
  reference.mapPlain(x, (one, c) => one + bias.values[c]!);
const norm = (x: Plain, v: Values, name: string): Plain =>
  reference.batchNormTrain(x, v[`${name}.weight`]!, v[`${name}.bias`]!, EPSILON);

/** GROUPED, written out in float64. */
function groupedOracle(v: Values): Plain {
  const a = positive(norm(reference.conv2d(v['x']!, v['a.weight']!, POINT), v, 'bnA'));
  const b = reference.conv2d(a, v['b.weight']!, { ...PADDED, stride: [2, 2], groups: 3 });
  const shortcut = norm(reference.conv2d(v['x']!, v['s.weight']!, STRIDED), v, 'bnS');
  return positive(plus(norm(b, v, 'bnB'), shortcut));
}

/** Mean over the pixels, [N, 1, 1, C]. */
function pixelMean({ shape, values }: Plain): Plain {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const mean = plain([batch, 1, 1, channels]);
  values.forEach((one, at) => {
    const image = Math.floor(at / (height * width * channels));
    mean.values[image * channels + (at % channels)]! += one / (height * width);
  });
  return mean;
}

/** GATED, written out in float64. */
function gatedOracle(v: Values): Plain {
  const a = positive(norm(v['x']!, v, 'bnA'));
  const u = reference.conv2d(a, v['a.weight']!, { ...PADDED, groups: 2 });
  const f1 = withBias(reference.conv2d(pixelMean(u), v['f1.weight']!, POINT), v['f1.bias']!);
  const f2 = withBias(reference.conv2d(positive(f1), v['f2.weight']!, POINT), v['f2.bias']!);
  const pixels = u.shape[1]! * u.shape[2]!;
  return reference.mapPlain(u, (one, c, place) => {
    const image = Math.floor(place / (pixels * 4));
    const gate = 1 / (1 + Math.exp(-f2.values[image * 4 + c]!));
    return one * gate + v['x']!.values[place]!;
  });
}

const tensorOf = ({ values, shape }: Plain): Tensor => fromArray(Float32Array.from(values), shape);

const CASES = [
  { name: 'a grouped residual block', net: GROUPED, values: GROUPED_VALUES, oracle: groupedOracle },
  { name: 'a gated residual block', net: GATED, values: GATED_VALUES, oracle: gatedOracle },
] as const;

describe.each(['cpu', 'wasm'] as const)('in train mode on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend);
  });

  it.each(CASES)('$name is what float64 gives, to 1e-4', async ({ net: description, ...one }) => {
    const before = memory().numTensors;
    const params = Object.fromEntries(
      Object.entries(one.values).map(([name, value]) => [name, tensorOf(value)]),
    );
    const y = tidy(() => forward(description, params, params['x']!, { mode: 'train' }));
    const expected = one.oracle(one.values);
    expect(y.shape).toEqual(expected.shape);
    expect(relativeError(await read(y), expected.values)).toBeLessThan(1e-4);
    dispose([y, ...Object.values(params)]);
    expect(memory().numTensors).toBe(before);
  });

  it.each(CASES)(
    '$name has the gradients that finite differences in float64 give, to 1e-4',
    async ({ net: description, ...one }) => {
      const names = Object.keys(one.values);
      const tensors = names.map((name) => tensorOf(one.values[name]!));
      const params = Object.fromEntries(names.map((name, at) => [name, tensors[at]!]));
      const factors = normal(one.oracle(one.values).shape, 200);
      const weights = tensorOf(factors);
      const { value, gradients } = valueAndGradients(
        () => weightedSum(forward(description, params, params['x']!, { mode: 'train' }), weights),
        tensors,
      );
      for (const [at, name] of names.entries()) {
        const expected = reference.centralDifferences(
          (changed) => one.oracle({ ...one.values, [name]: changed }),
          one.values[name]!,
          factors.values,
          1e-6,
        );
        expect(relativeError(await read(gradients[at]!), expected), name).toBeLessThan(1e-4);
      }
      dispose([value, weights, ...gradients, ...tensors]);
    },
  );
});
