import { describe, expect, it } from 'vitest';
import { readReferenceNet, REFERENCE_NETS } from '../nn/testing/reference-nets.ts';
import { exactNorms } from '../math/exact-norms.ts';
import { checkGeometry } from '../math/geometry.ts';
import { makeOperator } from '../math/operator.ts';
import { fixtureJson } from '../math/testing/fixtures.ts';
import { parseNetDescription } from './net-description.ts';
import { layersFromDescription, layersFromShapes } from './net-layers.ts';
import type { NetLayer } from './net-layers-types.ts';
import { FileError } from './tensors.ts';
import type { WeightFile } from './tensors.ts';

type Shapes = Readonly<Record<string, readonly number[]>>;

/** Weights whose every value is its own row-major position. */
function positions(shapes: Shapes, format: WeightFile['format'] = 'safetensors'): WeightFile {
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const count = shape.reduce((p, n) => p * n, 1);
    return {
      name,
      shape,
      dtype: 'F32' as const,
      data: Float32Array.from({ length: count }, (_, k) => k),
    };
  });
  return { format, tensors, skipped: [], metadata: {} };
}

const describeNet = (layers: readonly object[], shape = [2, 8, 8]) =>
  parseNetDescription(JSON.stringify({ name: 'n', input: { shape }, layers }));
const conv = {
  type: 'conv2d',
  name: 'c',
  in_channels: 2,
  out_channels: 4,
  kernel: [3, 1],
  weight: 'w',
  bias: 'b',
  padding: [1, 1, 0, 0],
};

describe('layersFromDescription', () => {
  it('gives geometry and weights of conv, dense and BatchNorm layers, nothing guessed', () => {
    const layers = layersFromDescription(
      describeNet([
        { ...conv, stride: [2, 1], dilation: [2, 1], groups: 2 },
        {
          type: 'batchnorm2d',
          name: 'bn',
          channels: 4,
          eps: 0.25,
          weight: 'g',
          bias: 'b',
          running_mean: 'm',
          running_var: 'v',
        },
        { type: 'flatten' },
        { type: 'dense', name: 'd', in_features: 96, out_features: 3, weight: 'dw' },
      ]),
      positions({ w: [4, 1, 3, 1], b: [4], g: [4], m: [4], v: [4], dw: [3, 96] }),
    );
    expect(
      layers.map(({ kind, name, guessed, tensors }) => [kind, name, guessed, tensors]),
    ).toEqual([
      ['conv2d', 'c', [], ['w']],
      ['batchnorm2d', 'bn', [], ['g', 'v']],
      ['dense', 'd', [], ['dw']],
    ]);
    expect(layers[0]).toMatchObject({
      geometry: {
        dIn: 2,
        dOut: 4,
        input: [8, 8],
        kernel: [3, 1],
        stride: [2, 1],
        padding: [1, 1, 0, 0],
        dilation: [2, 1],
        groups: 2,
        boundary: 'zeros',
      },
    });
    expect(layers[1]).toMatchObject({
      channels: 4,
      eps: 0.25,
      input: [3, 8],
      gamma: Float32Array.of(0, 1, 2, 3),
    });
    expect(layers[2]).toMatchObject({
      geometry: { dIn: 96, dOut: 3, input: [1, 1], kernel: [1, 1] },
    });
  });

  it('gives a transposed convolution by the convolution that it is the adjoint of', () => {
    const up = {
      ...conv,
      type: 'conv-transpose2d',
      kernel: [2, 2],
      stride: [2, 2],
      padding: [0, 0, 0, 0],
    };
    const [layer] = layersFromDescription(
      describeNet([up]),
      positions({ w: [2, 4, 2, 2], b: [4] }),
    );
    expect(layer).toMatchObject({
      kind: 'conv-transpose2d',
      geometry: { dIn: 4, dOut: 2, input: [16, 16] },
    });
    const op =
      layer!.kind === 'conv-transpose2d' && makeOperator(layer!.geometry, layer!.kernel, true);
    expect(op && op.geometry.output).toEqual([8, 8]);
  });

  it('counts a BatchNorm without affine part as scaled by 1', () => {
    const bn = {
      type: 'batchnorm2d',
      name: 'bn',
      channels: 2,
      running_mean: 'm',
      running_var: 'v',
    };
    const [layer] = layersFromDescription(describeNet([bn]), positions({ m: [2], v: [2] }));
    expect(layer).toMatchObject({ gamma: Float32Array.of(1, 1), eps: 1e-5 });
  });

  it('brings tfjs layouts to OIHW and [out, in]', () => {
    const net = describeNet([
      { ...conv, bias: null },
      { type: 'flatten' },
      { type: 'dense', name: 'd', in_features: 256, out_features: 3, weight: 'dw' },
    ]);
    const [first, second] = layersFromDescription(
      net,
      positions({ w: [3, 1, 2, 4], dw: [256, 3] }, 'tfjs'),
    );
    // value at HWIO (h, 0, i, o) is (h·2 + i)·4 + o; at [in, out] it is in·3 + out
    const oihw = [0, 1, 2, 3].flatMap((o) =>
      [0, 1].flatMap((i) => [0, 1, 2].map((h) => (h * 2 + i) * 4 + o)),
    );
    expect([...kernelOf(first!)]).toEqual(oihw);
    expect([...kernelOf(second!)].slice(256, 259)).toEqual([1, 4, 7]);
  });

  it('takes a tfjs depthwise kernel [h, w, in, multiplier] where groups equal the channels', () => {
    const net = describeNet([{ ...conv, groups: 2, bias: null }]);
    const [layer] = layersFromDescription(net, positions({ w: [3, 1, 2, 2] }, 'tfjs'));
    expect([...kernelOf(layer!)]).toEqual([0, 1, 2, 3].flatMap((o) => [0, 4, 8].map((h) => h + o)));
  });

  it('names every tensor that is absent, skipped or of another shape', () => {
    const weights: WeightFile = {
      ...positions({ b: [5] }),
      skipped: [{ name: 'w', reason: 'Its values are I64.' }],
    };
    const attempt = () => layersFromDescription(describeNet([{ ...conv, name: 'stem' }]), weights);
    expect(attempt).toThrow(FileError);
    expect(attempt).toThrow(
      'stem needs the tensor "w", which is not there as a weight (Its values are I64.); stem ' +
        'needs "b" of shape [4], but it has [5]',
    );
  });
});

function kernelOf(layer: NetLayer): Float32Array | Float64Array {
  if (layer.kind === 'batchnorm2d') throw new Error('a BatchNorm has no kernel');
  return layer.kernel;
}

describe('layersFromShapes', () => {
  it('takes 4-D tensors for kernels and 2-D ones for dense weights, with the usual guesses, marked', () => {
    const layers = layersFromShapes(
      positions({ 'stem.weight': [8, 3, 7, 4], 'stem.bias': [8], 'fc.weight': [10, 8] }),
    );
    expect(layers.map(({ name, kind }) => [name, kind])).toEqual([
      ['stem', 'conv2d'],
      ['fc', 'dense'],
    ]);
    expect(layers[0]).toMatchObject({
      geometry: {
        dIn: 3,
        dOut: 8,
        input: [32, 32],
        kernel: [7, 4],
        stride: [1, 1],
        padding: [3, 3, 2, 2],
        dilation: [1, 1],
        groups: 1,
      },
      guessed: ['stride', 'padding', 'dilation', 'input', 'groups'],
    });
    expect(layers[1]).toMatchObject({ geometry: { dIn: 8, dOut: 10 }, guessed: [] });
  });

  it('takes the input size that is given', () => {
    expect(layersFromShapes(positions({ w: [1, 1, 3, 3] }), { input: [28, 20] })[0]).toMatchObject({
      geometry: { input: [28, 20] },
    });
  });

  it('reads tfjs kernels as HWIO, dense as [in, out], and strips the usual endings from names', () => {
    const layers = layersFromShapes(
      positions({ 'a/conv2d/kernel': [3, 3, 2, 5], 'dense/kernel:0': [6, 4] }, 'tfjs'),
    );
    expect(layers.map(({ name }) => name)).toEqual(['a/conv2d', 'dense']);
    expect(layers[0]).toMatchObject({ geometry: { dIn: 2, dOut: 5 } });
    expect(layers[1]).toMatchObject({ geometry: { dIn: 6, dOut: 4 } });
  });

  it('knows depthwise and transposed kernels by name', () => {
    const [torch] = layersFromShapes(positions({ 'features.depthwise.weight': [6, 1, 3, 3] }));
    expect(torch).toMatchObject({ geometry: { dIn: 6, dOut: 6, groups: 6 } });
    const [tfjs] = layersFromShapes(positions({ 'x/depthwise_kernel': [3, 3, 6, 2] }, 'tfjs'));
    expect(tfjs).toMatchObject({ name: 'x', geometry: { dIn: 6, dOut: 12, groups: 6 } });
    expect(tfjs!.guessed).not.toContain('groups');
    const [up] = layersFromShapes(positions({ 'conv2d_transpose/kernel': [2, 2, 5, 7] }, 'tfjs'));
    expect(up).toMatchObject({ kind: 'conv-transpose2d', geometry: { dIn: 5, dOut: 7 } });
    expect(up!.guessed).toContain('kind');
  });

  it('makes a BatchNorm of a variance and its scale, in PyTorch’s and in Keras’s words', () => {
    const torch = layersFromShapes(
      positions({
        'bn1.weight': [3],
        'bn1.bias': [3],
        'bn1.running_mean': [3],
        'bn1.running_var': [3],
      }),
    );
    expect(torch).toMatchObject([
      {
        kind: 'batchnorm2d',
        name: 'bn1',
        channels: 3,
        eps: 1e-5,
        tensors: ['bn1.weight', 'bn1.running_var'],
        guessed: ['eps', 'input'],
      },
    ]);
    const keras = layersFromShapes(
      positions({ 'bn/gamma': [3], 'bn/moving_variance': [3] }, 'tfjs'),
    );
    expect(keras).toMatchObject([
      { name: 'bn', eps: 1e-3, tensors: ['bn/gamma', 'bn/moving_variance'] },
    ]);
    expect(layersFromShapes(positions({ 'bn.running_var': [3] }))).toMatchObject([
      { gamma: Float32Array.of(1, 1, 1) },
    ]);
  });

  it('leaves out tensors with an empty axis', () => {
    expect(layersFromShapes(positions({ w: [4, 0, 3, 3] }))).toEqual([]);
  });

  it('gives geometries that checkGeometry takes', () => {
    const shapes = {
      a: [4, 2, 3, 3],
      b: [4, 4, 1, 6],
      c: [7, 3],
      'd.transpose': [2, 5, 4, 4],
      'e.depthwise': [6, 1, 5, 5],
    };
    for (const format of ['safetensors', 'tfjs'] as const) {
      for (const layer of layersFromShapes(positions(shapes, format))) {
        if (layer.kind === 'batchnorm2d') continue;
        expect(checkGeometry(layer.geometry).weights).toBe(layer.kernel.length);
      }
    }
  });
});

interface Goldens {
  layer_norms: { name: string; exact?: { l1: number; linf: number }; l1?: number; linf?: number }[];
}

function norms(layer: NetLayer): { l1: number; linf: number } {
  if (layer.kind === 'batchnorm2d') {
    const { gamma, runningVar, eps } = layer;
    const norm = Math.max(...gamma.map((g, c) => Math.abs(g) / Math.sqrt(runningVar[c]! + eps)));
    return { l1: norm, linf: norm };
  }
  const { l1, linf } = exactNorms(makeOperator(layer.geometry, layer.kernel));
  return { l1: l1.value, linf: linf.value };
}

describe('the layers of the reference nets', () => {
  it.each(REFERENCE_NETS)(
    'of %s have the norms of their dense matrices in PyTorch',
    async (net) => {
      const { net: description, weights } = await readReferenceNet(net);
      const layers = layersFromDescription(description, weights);
      const goldens = (fixtureJson(`nets/${net}/goldens.json`) as Goldens).layer_norms;
      expect(layers.map(({ name }) => name)).toEqual(goldens.map(({ name }) => name));
      layers.forEach((layer, k) => {
        const expected = goldens[k]!.exact ?? goldens[k]!;
        const found = norms(layer);
        // the weights are float32, the sums of both sides float64 in another order; the
        // BatchNorm quotient here is rounded to float32 by Float32Array.map
        expect(found.l1 / expected.l1!).toBeCloseTo(1, layer.kind === 'batchnorm2d' ? 6 : 12);
        expect(found.linf / expected.linf!).toBeCloseTo(1, layer.kind === 'batchnorm2d' ? 6 : 12);
      });
    },
  );
});
