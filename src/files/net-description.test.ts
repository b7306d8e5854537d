import { describe, expect, it } from 'vitest';
import { fixtureText } from '../math/testing/fixtures.ts';
import { parseNetDescription, serializeNetDescription } from './net-description.ts';
import type { NetDescription } from './net-description.ts';
import { FileError } from './tensors.ts';
import { Rng, mutate } from './testing/fuzz.ts';

type Fields = Record<string, unknown>;

const conv: Fields = {
  type: 'conv2d',
  name: 'c',
  in_channels: 2,
  out_channels: 4,
  kernel: [3, 3],
  weight: 'c.weight',
};
const flatten: Fields = { type: 'flatten' };
const net = (layers: unknown, more: Fields = {}) =>
  JSON.stringify({ name: 'n', input: { shape: [2, 8, 6] }, layers, ...more });

function refusal(text: string): FileError {
  try {
    parseNetDescription(text, 'arch.json');
  } catch (error) {
    expect(error).toBeInstanceOf(FileError);
    return error as FileError;
  }
  throw new Error('it was not refused');
}

describe('parseNetDescription', () => {
  it('fills in what is left out: stride, padding, dilation, groups, bias and all shapes', () => {
    const { layers } = parseNetDescription(
      net([conv, { type: 'relu' }, { type: 'maxpool2d', kernel: [2, 2] }, flatten]),
    );
    expect(layers[0]).toEqual({
      ...conv,
      stride: [1, 1],
      padding: [0, 0, 0, 0],
      dilation: [1, 1],
      groups: 1,
      bias: null,
      input_shape: [2, 8, 6],
      output_shape: [4, 6, 4],
    });
    expect(layers.map(({ output_shape }) => output_shape)).toEqual([
      [4, 6, 4],
      [4, 6, 4],
      [4, 3, 2],
      [24],
    ]);
    expect(layers[2]).toMatchObject({ stride: [2, 2], padding: [0, 0, 0, 0] });
  });

  it('sizes outputs as PyTorch does, with asymmetric padding, stride, dilation and groups', () => {
    const odd = { ...conv, stride: [2, 1], padding: [1, 0, 2, 3], dilation: [3, 2], groups: 2 };
    expect(parseNetDescription(net([odd])).layers[0]!.output_shape).toEqual([4, 2, 7]);
  });

  it('sizes a transposed convolution so that its convolution leads back', () => {
    const up = {
      ...conv,
      type: 'conv-transpose2d',
      stride: [2, 3],
      padding: [1, 0, 1, 1],
      output_padding: [1, 2],
    };
    const layer = parseNetDescription(net([up])).layers[0]!;
    expect(layer.output_shape).toEqual([4, 17, 18]);
    const back = {
      ...conv,
      in_channels: 4,
      out_channels: 2,
      stride: [2, 3],
      padding: [1, 0, 1, 1],
    };
    const there = parseNetDescription(net([back], { input: { shape: [4, 17, 18] } })).layers[0]!;
    expect(there.output_shape).toEqual([2, 8, 6]);
  });

  it('is undone by serializeNetDescription, fields that it does not use included', () => {
    const text = net([conv, flatten], { classes: 10, training: { epochs: 3, eps: null } });
    const parsed = parseNetDescription(text);
    expect(parsed.notes).toEqual({ classes: 10, training: { epochs: 3, eps: null } });
    expect(parseNetDescription(serializeNetDescription(parsed))).toEqual(parsed);
  });
});

describe('a mutated net description', () => {
  it('is refused with a FileError, or read and exported without loss (5,000 tries)', () => {
    const up = { ...conv, type: 'conv-transpose2d', in_channels: 4, stride: [2, 2] };
    const bn = { type: 'batchnorm2d', name: 'b', channels: 4, running_mean: 'm', running_var: 'v' };
    const pool = { type: 'avgpool2d', kernel: [2, 2] };
    const seed = new TextEncoder().encode(net([conv, bn, { type: 'relu' }, up, pool, flatten]));
    let read = 0;
    for (let index = 0; index < 5000; index += 1) {
      const text = new TextDecoder().decode(mutate(seed, new Rng(9, index)));
      const parsed = parseOrRefuse(text);
      if (parsed === undefined) continue;
      read += 1;
      expect(parseNetDescription(serializeNetDescription(parsed))).toEqual(parsed);
    }
    expect(read).toBeGreaterThan(100);
  });
});

function parseOrRefuse(text: string): NetDescription | undefined {
  try {
    return parseNetDescription(text);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

describe('a net description is refused', () => {
  const dense: Fields = {
    type: 'dense',
    name: 'd',
    in_features: 96,
    out_features: 3,
    weight: 'd.weight',
  };
  const cases: readonly [string, string, string][] = [
    ['that is no JSON', '{', 'is not JSON'],
    ['that names a field twice', '{"name":"a","name":"b"}', '"name" twice'],
    ['that is a list', '[]', 'must be an object'],
    ['without a name', JSON.stringify({ input: { shape: [1] }, layers: [] }), 'name is nothing'],
    ['without layers', net([]), 'layers is [], but it must be a list of 1 to 10000 layers'],
    [
      'with an input of two sizes',
      net([conv], { input: { shape: [8, 6] } }),
      'input.shape is [8,6]',
    ],
    [
      'with an input of another layout',
      net([conv], { input: { shape: [2, 8, 6], layout: 'NHWC' } }),
      'input.layout is NHWC',
    ],
    [
      'with an unknown layer',
      net([{ type: 'gelu' }]),
      'layers[0].type is gelu, but it must be one of the layers known here: conv2d, ' +
        'conv-transpose2d, dense, batchnorm2d, relu, maxpool2d, avgpool2d, flatten',
    ],
    [
      'with a layer named like a method',
      net([{ type: 'constructor' }]),
      'layers[0].type is constructor',
    ],
    ['with a layer that is a number', net([3]), 'layers[0] is 3, but it must be an object'],
    [
      'with a kernel of three sizes',
      net([{ ...conv, kernel: [3, 3, 3] }]),
      'layers[0].kernel is [3,3,3], but it must be 2 whole numbers',
    ],
    ['with a stride of zero', net([{ ...conv, stride: [0, 1] }]), 'layers[0].stride is [0,1]'],
    [
      'with padding in PyTorch’s short form',
      net([{ ...conv, padding: [1, 1] }]),
      'layers[0].padding is [1,1], but it must be 4',
    ],
    ['with negative padding', net([{ ...conv, padding: [-1, 0, 0, 0] }]), 'layers[0].padding'],
    [
      'with a kernel larger than its input',
      net([{ ...conv, kernel: [9, 3] }]),
      'layers[0].kernel is [9,3], but it must be small enough (with its dilation) for the ' +
        'padded input [8, 6]',
    ],
    [
      'with groups that do not divide',
      net([{ ...conv, groups: 3 }]),
      'layers[0].groups is 3, but it must be a divisor of in_channels 2',
    ],
    [
      'with channels that do not chain',
      net([conv, { ...conv, in_channels: 3 }]),
      'layers[1].in_channels is 3, but it must be 4, what the layer before it gives',
    ],
    [
      'with a stated input shape that is not so',
      net([conv, { type: 'relu', input_shape: [4, 6, 5] }]),
      'layers[1].input_shape is [4,6,5], but it must be [4, 6, 4]',
    ],
    [
      'with a stated output shape that is not so',
      net([{ ...conv, output_shape: [4, 8, 6] }]),
      'layers[0].output_shape is [4,8,6], but it must be [4, 6, 4], what its geometry gives',
    ],
    [
      'with dense before flatten',
      net([dense]),
      'layers[0] is dense, which takes [features], but is fed [2, 8, 6]; put flatten before it',
    ],
    [
      'with a convolution after flatten',
      net([flatten, conv]),
      'layers[1] is conv2d, which takes three sizes',
    ],
    [
      'with features that do not chain',
      net([flatten, { ...dense, in_features: 95 }]),
      'layers[1].in_features is 95, but it must be 96',
    ],
    ['without a weight’s name', net([{ ...conv, weight: '' }]), 'layers[0].weight'],
    [
      'with a negative eps',
      net([
        {
          type: 'batchnorm2d',
          name: 'b',
          channels: 2,
          eps: -1,
          running_mean: 'm',
          running_var: 'v',
        },
      ]),
      'layers[0].eps is -1',
    ],
    [
      'with flatten in another order',
      net([{ ...flatten, order: 'HWC' }]),
      'layers[0].order is HWC',
    ],
    [
      'with output padding of a stride',
      net([{ ...conv, type: 'conv-transpose2d', stride: [2, 2], output_padding: [2, 0] }]),
      'layers[0].output_padding is [2,0], but it must be less than the stride [2, 2]',
    ],
    [
      'with activations past 2^31 values',
      net([{ ...conv, padding: [100_000, 0, 100_000, 0] }]),
      'layers[0] gives [4, 100006, 100004], over 2147483647 values',
    ],
  ];
  it.each(cases)('%s', (_, text, sentence) => {
    const error = refusal(text);
    expect(error.file).toBe('arch.json');
    expect(error.message).toContain(sentence);
  });
});

describe('the reference nets’ descriptions', () => {
  it.each(['mnist-at', 'mnist-bn', 'mnist-plain'])(
    '%s is read as it stands, and exported without loss',
    (name) => {
      const text = fixtureText(`nets/${name}/arch.json`);
      const parsed = parseNetDescription(text);
      expect(JSON.parse(serializeNetDescription(parsed))).toEqual(JSON.parse(text));
    },
  );
});
