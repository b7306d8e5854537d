import { describe, expect, it } from 'vitest';
import { DATA_SOURCES } from '../../data/sources.ts';
import { freshRow, smallCnnRows, type ConvRow, type LayerRow } from './net-rows.ts';
import { rowShapes } from './row-shapes.ts';
import { SOURCE_SHAPES } from './source-shapes.ts';

const { shapes } = SOURCE_SHAPES;
const conv = (change: Partial<ConvRow>): ConvRow => ({
  ...(freshRow('conv2d') as ConvRow),
  ...change,
});
const flatten = freshRow('flatten');
const dense = (features: number): LayerRow => ({ type: 'dense', features, bias: true });

describe('X6 the shapes of a custom net', () => {
  it('are those of the small CNN, with PyTorch’s parameter count', () => {
    const { results, error } = rowShapes(smallCnnRows(10), shapes);
    expect(error).toBeNull();
    expect(results.map(({ shape }) => shape.join('×'))).toEqual([
      '16×32×32',
      '16×32×32',
      '16×32×32',
      '16×16×16',
      '32×16×16',
      '32×16×16',
      '32×16×16',
      '32×8×8',
      '64×8×8',
      '64×8×8',
      '64×8×8',
      '64×4×4',
      '1024',
      '10',
    ]);
    // 3·16·9 + 32 + 16·32·9 + 64 + 32·64·9 + 128 + 1024·10 + 10, by hand.
    const total = 432 + 32 + 4608 + 64 + 18_432 + 128 + 10_250;
    expect(results.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(total);
  });

  it('are known for the sets of the table of sources', () => {
    const known = DATA_SOURCES.map(({ id, channels, height, width, classes }) => [
      id,
      { input: [channels, height, width], classes },
    ]);
    expect(SOURCE_SHAPES).toEqual(Object.fromEntries(known));
  });

  it.each<[string, LayerRow[], [number, string | null, RegExp]]>([
    [
      'a kernel that does not fit',
      [conv({ kernel: [33, 3] }), flatten, dense(10)],
      [0, 'kernel', /reaches over 33 pixels vertically, but the padded image has 32; make it/],
    ],
    [
      'a dilated kernel that does not fit',
      [conv({ kernel: [3, 5], dilation: [1, 9] }), flatten, dense(10)],
      [0, 'kernel', /reaches over 37 pixels horizontally, but the padded image has 32/],
    ],
    [
      'a window that does not fit',
      [freshRow('globalavgpool2d'), freshRow('maxpool2d'), flatten, dense(10)],
      [1, 'kernel', /reaches over 2 pixels vertically, but the padded image has 1/],
    ],
    [
      'groups that do not divide',
      [conv({ groups: 2 }), flatten, dense(10)],
      [0, 'groups', /2 groups do not divide 3 channels in and 16 out; give a number that divides/],
    ],
    [
      'a dense layer on an image',
      [conv({}), dense(10)],
      [1, null, /gets an image of 16×30×30; put Flatten before it/],
    ],
    [
      'a convolution on a list',
      [flatten, conv({}), dense(10)],
      [1, null, /Convolution takes an image, but gets a list of 3072 numbers; move it before/],
    ],
    [
      'BatchNorm on a list',
      [flatten, freshRow('batchnorm2d')],
      [1, null, /BatchNorm takes an image/],
    ],
    [
      'pooling on a list',
      [flatten, freshRow('avgpool2d')],
      [1, null, /Mean pooling takes an image/],
    ],
    [
      'a mean over the pixels of a list',
      [flatten, freshRow('globalavgpool2d')],
      [1, null, /Mean over all pixels takes an image/],
    ],
    [
      'too few numbers at the end',
      [flatten, dense(7)],
      [1, 'features', /outputs 7 numbers, but there are 10 classes; let the last layer give 10/],
    ],
    ['a list that is too long', [flatten], [0, null, /outputs 3072 numbers, but there are 10/]],
    [
      'an image at the end',
      [conv({ channels: 10 })],
      [0, null, /ends with an image of 10×30×30, but must output .* end it with Flatten and Dense/],
    ],
    ['no layer', [], [0, null, /there are no layers; add one/]],
    [
      'more numbers than memory has',
      [conv({ channels: 4096, padding: [64, 64] }), flatten, dense(10)],
      [0, null, /102252544 numbers for each image, over the limit of 16777216; give it fewer/],
    ],
    [
      'more parameters than memory has',
      [flatten, dense(60_000), dense(10)],
      [1, null, /has 184380000 parameters, over the limit of 67108864; make this layer smaller/],
    ],
  ])('name %s, and how to fix it', (_, rows, [row, field, message]) => {
    const { error, results } = rowShapes(rows, shapes);
    expect(error).toMatchObject({ row, field, message: expect.stringMatching(message) as string });
    expect(results.length).toBeLessThanOrEqual(rows.length);
  });

  it('name a net that learns nothing', () => {
    const { error } = rowShapes([freshRow('globalavgpool2d'), flatten], { ...shapes, classes: 3 });
    expect(error).toMatchObject({
      row: 1,
      message: expect.stringMatching(/nothing to learn/) as string,
    });
  });
});
