import { describe, expect, it } from 'vitest';
import { parseNetDescription, serializeNetDescription } from '../../files/net-description.ts';
import type { NetDescription } from '../../files/net-description-types.ts';
import { layersFromDescription } from '../../files/net-layers.ts';
import { initialWeights } from '../initial-weights.ts';
import { netParameters, netSize } from '../net-parameters.ts';
import { architecture, ARCHITECTURES } from './architectures.ts';
import {
  ARCHITECTURE_LABELS,
  isArchitectureName,
  type ArchitectureName,
} from '../../model/net/net-choice.ts';

const NAMES = Object.keys(ARCHITECTURES) as ArchitectureName[];
const cifar = (width = 1) => ({ width, classes: 10, input: [3, 32, 32] as const });

/** Shapes of RegNet's 3x3 kernels, [out, in / groups, 3, 3]. */
const groupedShapes = (net: NetDescription): (readonly number[])[] =>
  netParameters(net)
    .filter(({ name }) => name.endsWith('.conv2.weight'))
    .map(({ shape }) => shape);

describe('at width 1 on CIFAR-10', () => {
  // Table of the paper's models: counted in PyTorch, not by this program.
  const TABLE: readonly (readonly [ArchitectureName, readonly number[]])[] = [
    ['vgg-11', [9_231_114, 9_217_728, 2752, 5504, 5130, 152_769_536, 8, 8, 1]],
    ['resnet-18', [11_173_962, 11_159_232, 0, 9600, 5130, 555_422_720, 20, 20, 1]],
    ['senet-18', [11_260_354, 11_246_272, 2040, 6912, 5130, 555_509_760, 36, 17, 1]],
    ['regnetx-200mf', [2_321_946, 2_297_344, 0, 20_912, 3690, 223_317_600, 44, 44, 1]],
  ];
  it.each(TABLE)('%s has the parameters, multiplications and layers of the paper', (name, row) => {
    const size = netSize(architecture(name, cifar()));
    expect([
      size.parameters,
      size.convWeights,
      size.convBiases,
      size.batchNorm,
      size.dense,
      size.macs,
      size.convLayers,
      size.batchNormLayers,
      size.denseLayers,
    ]).toEqual(row);
  });

  it('RegNet’s grouped convolutions hold 235,008 weights', () => {
    const net = architecture('regnetx-200mf', cifar());
    expect(
      groupedShapes(net).reduce((total, [out, ...rest]) => total + out! * rest[0]! * 9, 0),
    ).toBe(235_008);
  });

  it('LeNet-5 has 61,706 parameters on MNIST (28×28, padded) as on 32×32', () => {
    for (const side of [28, 32]) {
      const net = architecture('lenet-5', { width: 1, classes: 10, input: [1, side, side] });
      expect(netSize(net).parameters).toBe(61_706);
    }
  });

  it('the small CNN has 3·16 + 16·32 + 32·64 kernels of 3×3, BatchNorm and 64·4·4·10 + 10 more', () => {
    const size = netSize(architecture('small-cnn', cifar()));
    expect(size.convWeights).toBe(9 * (3 * 16 + 16 * 32 + 32 * 64));
    expect(size.batchNorm).toBe(2 * (16 + 32 + 64));
    expect(size.dense).toBe(10_250);
  });
});

/** The net as the net inspector shows it. */
function inspected(name: ArchitectureName, width: number): string[] {
  const net = architecture(name, cifar(width));
  return layersFromDescription(net, initialWeights(net, 1)).map((layer) => layer.name);
}

const stages = (blocks: readonly number[]): string[] =>
  blocks.flatMap((count, stage) =>
    Array.from({ length: count }, (_, index) => `layer${stage + 1}.${index}`),
  );

describe('layers come in the order in which PyTorch registers them', () => {
  const inBlock = (block: string, names: string): string[] =>
    names.split(' ').map((name) => `${block}.${name}`);
  const isFirst = (block: string): boolean => block.endsWith('.0');

  it('VGG-11: conv and bn in turn, then the classifier', () => {
    const blocks = Array.from({ length: 8 }, (_, k) => [`conv${k + 1}`, `bn${k + 1}`]);
    expect(inspected('vgg-11', 0.125)).toEqual([...blocks.flat(), 'fc']);
  });

  it('ResNet-18: the shortcut after the block’s own layers', () => {
    const blocks = stages([2, 2, 2, 2]).flatMap((block) => {
      const shortcut = isFirst(block) && block !== 'layer1.0' ? ' shortcut.0 shortcut.1' : '';
      return inBlock(block, `conv1 bn1 conv2 bn2${shortcut}`);
    });
    expect(inspected('resnet-18', 0.0625)).toEqual(['conv1', 'bn1', ...blocks, 'linear']);
  });

  it('SENet-18: the shortcut before the gate', () => {
    const blocks = stages([2, 2, 2, 2]).flatMap((block) => {
      const shortcut = isFirst(block) && block !== 'layer1.0' ? ' shortcut.0' : '';
      return inBlock(block, `bn1 conv1 bn2 conv2${shortcut} fc1 fc2`);
    });
    expect(inspected('senet-18', 0.0625)).toEqual(['conv1', 'bn1', ...blocks, 'linear']);
  });

  it('RegNetX-200MF: three convolutions, then the shortcut of each stage’s first block', () => {
    const blocks = stages([1, 1, 4, 7]).flatMap((block) => {
      const shortcut = isFirst(block) ? ' shortcut.0 shortcut.1' : '';
      return inBlock(block, `conv1 bn1 conv2 bn2 conv3 bn3${shortcut}`);
    });
    expect(inspected('regnetx-200mf', 0.25)).toEqual(['conv1', 'bn1', ...blocks, 'linear']);
  });
});

describe('every architecture', () => {
  const INPUTS = [
    [3, 32, 32],
    [1, 28, 28],
    [3, 12, 19],
    [3, 64, 64],
  ] as const;
  it.each(NAMES)('%s chains at any width and input, and is undone by writing it', (name) => {
    for (const width of [1 / 64, 0.1, 1 / 4, 1 / 3, 1, 1.5]) {
      for (const input of INPUTS) {
        const net = architecture(name, { width, classes: 7, input });
        expect(net.layers.at(-1)!.output_shape).toEqual([7]);
        expect(net.notes).toEqual({ classes: 7 });
        expect(parseNetDescription(serializeNetDescription(net))).toEqual(net);
      }
    }
  });

  it.each(NAMES)('%s takes its smallest image, and no smaller one', (name) => {
    const { leastSide: side } = ARCHITECTURES[name];
    const { title } = ARCHITECTURE_LABELS[name];
    const at = (n: number) => () =>
      architecture(name, { width: 0.1, classes: 2, input: [1, n, n] });
    expect(at(side)).not.toThrow();
    expect(at(side - 1)).toThrow(
      `input is [1, ${side - 1}, ${side - 1}], but it must be [channels, height, width], whole ` +
        `numbers up to 4096, with height and width of at least ${side} for ${title}.`,
    );
  });

  it('names its width unless it is 1', () => {
    expect(architecture('vgg-11', cifar()).name).toBe('VGG-11');
    expect(architecture('vgg-11', cifar(1 / 3)).name).toBe('VGG-11, width 0.333');
  });

  it('keeps groups of 8 in RegNet at width 1/4', () => {
    const net = architecture('regnetx-200mf', cifar(0.25));
    const shapes = groupedShapes(net);
    expect(new Set(shapes.map(([out]) => out))).toEqual(new Set([8, 16, 40, 96]));
    expect(shapes.every(([, perGroup]) => perGroup === 8)).toBe(true);
  });
});

describe('a setting that cannot be is refused by name', () => {
  const cases: readonly [object, RegExp][] = [
    [{ width: 0 }, /^width is 0, but it must be a number above 0, up to 4\.$/],
    [{ width: Number.NaN }, /^width is NaN/],
    [{ width: 5 }, /^width is 5/],
    [{ classes: 0 }, /^classes is 0, but it must be a whole number from 1 to 10000\.$/],
    [{ classes: 2.5 }, /^classes is 2\.5/],
    [{ input: [0, 32, 32] }, /^input is \[0, 32, 32\]/],
    [{ input: [3, 32, 1e9] }, /^input is \[3, 32, 1000000000\]/],
    [{ input: [3, 32] }, /^input is \[3, 32\]/],
  ];
  it.each(cases)('%o', (change, message) => {
    const attempt = () => architecture('vgg-11', { ...cifar(), ...change });
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(message);
  });

  it('and a name that is not in the table is rejected, a method’s too', () => {
    expect(isArchitectureName('resnet-18')).toBe(true);
    expect(['resnet', 'constructor', '__proto__'].map(isArchitectureName)).toEqual([
      false,
      false,
      false,
    ]);
  });
});
