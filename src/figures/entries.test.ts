import { describe, expect, it } from 'vitest';
import { assumption1 } from '../math/lemma1.ts';
import { checkGeometry } from '../math/geometry.ts';
import type { LayerShape, NetLayerInfo, NetLayerKind } from '../model/net/net.ts';
import { dashOf, isDropped, rateText, withRepeats, type FigureEntry } from './entries.ts';

/** A 3x3 convolution with padding 1 on an input of `side` pixels. */
function layer(
  side: number,
  change: Partial<LayerShape> = {},
  kind: NetLayerKind = 'conv2d',
): boolean {
  const shape: LayerShape = {
    type: 'conv',
    dIn: 8,
    dOut: 8,
    input: [side, side],
    kernel: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    padding: { kind: 'explicit', sides: [1, 1, 1, 1] },
    groups: 1,
    paddingMode: 'zeros',
    outputPadding: [0, 0],
    ...change,
  };
  const info: NetLayerInfo = {
    index: 0,
    name: 'c',
    kind,
    weightShape: [8, 8, 3, 3],
    shape,
    eps: null,
    guessed: [],
  };
  const assumption = assumption1(
    checkGeometry({
      dIn: 8,
      dOut: 8,
      input: [side, side],
      kernel: [3, 3],
      stride: [1, 1],
      dilation: [1, 1],
      padding: [1, 1, 1, 1],
      groups: 1,
      boundary: 'zeros',
    }),
  );
  const norms = { l1: 1, linf: 1, l2: null, assumption, formulas: null, output: null };
  return isDropped(info, norms);
}

describe('isDropped', () => {
  it('F3 keeps a plain convolution that passes the released code’s check', () => {
    expect(layer(3)).toBe(false);
  });

  it('F3 drops VGG-11’s last convolutions, whose window never lies inside 2x2 pixels', () => {
    expect(layer(2)).toBe(true);
  });

  it('F3 drops grouped, dilated and transposed convolutions', () => {
    expect(layer(8, { groups: 2 })).toBe(true);
    expect(layer(8, { dilation: [1, 2] })).toBe(true);
    expect(layer(8, {}, 'conv-transpose2d')).toBe(true);
  });

  it('F3 keeps dense layers and BatchNorm', () => {
    expect(layer(2, {}, 'dense')).toBe(false);
    expect(layer(2, {}, 'batchnorm2d')).toBe(false);
  });
});

describe('withRepeats', () => {
  it('F6 tells entries of one colour apart by their dashes; colours come again after twelve', () => {
    const entries = [3, 3, 15, 4].map((color): FigureEntry => ({
      id: '',
      name: '',
      color,
      accuracy: null,
      robust: null,
      bracketed: true,
      repeat: 0,
      layers: [],
    }));
    const dashes = withRepeats(entries).map(dashOf);
    expect(dashes[0]).toBeUndefined();
    expect(new Set(dashes.slice(0, 3)).size).toBe(3);
    expect(dashes[3]).toBeUndefined();
  });
});

describe('rateText', () => {
  it('has the digits that single pictures move', () => {
    expect(rateText({ correct: 93, count: 100 })).toBe('93 %');
    expect(rateText({ correct: 934, count: 1000 })).toBe('93.4 %');
    expect(rateText({ correct: 9341, count: 10_000 })).toBe('93.41 %');
  });
});
