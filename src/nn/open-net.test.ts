import { describe, expect, it } from 'vitest';
import type { NamedTensor, WeightFile } from '../files/tensors.ts';
import type { LayerShape } from '../model/net/net.ts';
import { withGroups, withType } from '../model/layer/layer-shape.ts';
import { EXAMPLE_NAME, exampleNet } from './example-net.ts';
import { layerNorms } from './net-norms.ts';
import {
  describeNet,
  descriptionText,
  editLayer,
  netFromWeights,
  summaryOf,
  type OpenNet,
} from './open-net.ts';

function tensor(name: string, shape: number[], value = 1): NamedTensor {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(value);
  return { name, dtype: 'F32', shape, data };
}

function weights(...tensors: NamedTensor[]): WeightFile {
  return { format: 'safetensors', tensors, skipped: [], metadata: {} };
}

const WEIGHTS = weights(
  tensor('stem.weight', [4, 2, 3, 3]),
  tensor('bn.weight', [4], 2),
  tensor('bn.running_var', [4]),
  tensor('up.transpose.weight', [4, 2, 2, 2]),
  tensor('head.weight', [3, 8]),
);

function open(): OpenNet {
  return netFromWeights('n', WEIGHTS, ['folder.safetensors']);
}

function shapeOf(net: OpenNet, index: number): LayerShape {
  return net.layers[index]!.shape!;
}

function normsAt(net: OpenNet, index: number): { l1: number; linf: number } {
  const { l1, linf } = layerNorms(net.layers[index]!);
  return { l1, linf };
}

describe('netFromWeights', () => {
  it('finds conv, BatchNorm, transposed conv and dense layers, and calls the net after its file', () => {
    const { name, layers, described } = summaryOf(open());
    expect([name, described]).toEqual(['folder', false]);
    expect(
      layers.map(({ name: layer, kind, weightShape }) => [layer, kind, weightShape.join('x')]),
    ).toEqual([
      ['stem', 'conv2d', '4x2x3x3'],
      ['bn', 'batchnorm2d', '4'],
      ['up.transpose', 'conv-transpose2d', '4x2x2x2'],
      ['head', 'dense', '3x8'],
    ]);
  });

  it('refuses weights without such a layer, with what it found', () => {
    const bare = weights(tensor('bias', [4]));
    expect(() => netFromWeights('n', bare, ['b.npz'])).toThrow(
      /b\.npz: it holds "bias" \[4\], but no conv/,
    );
    expect(() => netFromWeights('n', weights(), ['b.npz'])).toThrow(/it holds no weights/);
  });
});

describe('editLayer', () => {
  it('changes one layer; what was touched is no guess any more', () => {
    const net = open();
    const edited = editLayer(net, 0, { ...shapeOf(net, 0), input: [1, 1] });
    // On one pixel with padding 1 only the centre tap is ever used.
    expect(normsAt(edited, 0)).toEqual({ l1: 4, linf: 2 });
    expect(edited.layers[0]!.guessed).not.toContain('input');
    expect(edited.layers[0]!.guessed).toContain('stride');
    expect(edited.layers[3]).toBe(net.layers[3]);
    expect(normsAt(net, 0)).toEqual({ l1: 36, linf: 18 });
  });

  it('reads the same weights as a transposed convolution, or in groups', () => {
    const net = open();
    const plain = editLayer(net, 2, withType(shapeOf(net, 2), 'conv'));
    expect(plain.layers[2]!.shape).toMatchObject({ type: 'conv', dIn: 2, dOut: 4 });
    expect(plain.layers[2]!.guessed).not.toContain('kind');
    expect(summaryOf(plain).layers[2]!.kind).toBe('conv2d');
    const grouped = editLayer(net, 0, withGroups(shapeOf(net, 0), 2));
    expect(grouped.layers[0]!.shape).toMatchObject({ groups: 2, dIn: 4, dOut: 4 });
    expect(normsAt(grouped, 0)).toEqual({ l1: 18, linf: 18 });
  });

  it('sets the ε of BatchNorm', () => {
    expect(normsAt(editLayer(open(), 1, { eps: 0 }), 1)).toEqual({ l1: 2, linf: 2 });
    expect(() => editLayer(open(), 1, { eps: -1 })).toThrow(/ε = -1/);
    expect(() => editLayer(open(), 0, { eps: 0 })).toThrow(/only BatchNorm/);
  });

  it('refuses what cannot be, naming the field', () => {
    const net = open();
    expect(() => editLayer(net, 0, { ...shapeOf(net, 0), stride: [0, 1] })).toThrow(
      /vertical stride = 0/,
    );
    expect(() => editLayer(net, 0, withGroups(shapeOf(net, 0), 3))).toThrow(
      /groups = 3: must divide/,
    );
    expect(() => editLayer(net, 1, shapeOf(net, 0))).toThrow(/no geometry/);
  });
});

describe('a geometry file', () => {
  it('gives back every layer as it was edited, and which fields are still guesses', () => {
    const start = open();
    const edited = editLayer(
      editLayer(start, 0, { ...shapeOf(start, 0), input: [7, 9], stride: [2, 1] }),
      1,
      { eps: 0.25 },
    );
    const again = describeNet(open(), { file: 'g.json', text: descriptionText(edited) });
    expect(again.layers).toEqual(edited.layers);
    expect(summaryOf(again).described).toBe(false);
  });

  it('keeps the output padding of a transposed convolution', () => {
    const start = open();
    const shape = { ...shapeOf(start, 2), stride: [2, 2] as const, outputPadding: [1, 0] as const };
    const edited = editLayer(start, 2, shape);
    const again = describeNet(open(), { file: 'g.json', text: descriptionText(edited) });
    expect(normsAt(again, 2)).toEqual(normsAt(edited, 2));
    expect(again.layers[2]!.shape).toEqual(shape);
  });

  it('is refused with a layer that the net does not have, or a field that cannot be', () => {
    const text = (layer: object): string => JSON.stringify({ chained: false, layers: [layer] });
    const give = (layer: object) => () =>
      describeNet(open(), { file: 'g.json', text: text(layer) });
    expect(give({ name: 'other' })).toThrow(/g\.json: its layer "other" is not in this net/);
    expect(
      give({ name: 'stem', type: 'conv2d', padding: [0, 0, 0, 0], input: [1, 1], stride: [0, 1] }),
    ).toThrow(/layers\[0\]\.stride/);
    expect(give({ name: 'bn', eps: 'small' })).toThrow(/layers\[0\]\.eps/);
    expect(give({})).toThrow(/layers\[0\]\.name/);
  });
});

describe('the example', () => {
  it('is a described net of 17 layers, the same every time', () => {
    const { description, weights: made } = exampleNet();
    const net = describeNet(netFromWeights('e', made, []), {
      file: EXAMPLE_NAME,
      text: description,
    });
    expect(summaryOf(net)).toMatchObject({ name: EXAMPLE_NAME, described: true });
    expect(net.layers).toHaveLength(17);
    expect(net.layers.every(({ guessed }) => guessed.length === 0)).toBe(true);
    expect(exampleNet().weights).toEqual(made);
    const again = describeNet(net, { file: 'arch.json', text: descriptionText(net) });
    expect(again.layers).toEqual(net.layers);
  });

  it('starts as PyTorch does: uniform within ±1/√fan_in', () => {
    const conv = exampleNet().weights.tensors.find(({ name }) => name === 'conv5.weight')!;
    const bound = 1 / Math.sqrt(32 * 9);
    expect(conv.data.length).toBe(64 * 32 * 9);
    const largest = Array.from(conv.data).reduce(
      (most, value) => Math.max(most, Math.abs(value)),
      0,
    );
    expect(largest).toBeLessThanOrEqual(bound * (1 + 2 ** -23));
    // 18,432 numbers: the largest of them misses the bound by more than 0.1 % with probability e⁻¹⁸.
    expect(largest).toBeGreaterThan(bound * 0.999);
  });
});
