import type { ConvGeometry } from '../../src/math/geometry.ts';

/** A conv on a square input: channels out and in, input side, kernel side, stride, padding. */
export function squareConv(
  [dOut, dIn]: readonly [number, number],
  side: number,
  [kernel, stride, padding]: readonly [number, number, number],
): ConvGeometry {
  return {
    dIn,
    dOut,
    input: [side, side],
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding: [padding, padding, padding, padding],
    dilation: [1, 1],
    groups: 1,
    boundary: 'zeros',
  };
}

/** The three sizes of M that the bars name. */
export const SIZES: Readonly<Record<string, ConvGeometry>> = {
  '16384 x 3072': squareConv([16, 3], 32, [3, 1, 1]),
  '65536 x 3072': squareConv([64, 3], 32, [3, 1, 1]),
  '802816 x 150528': squareConv([64, 3], 224, [7, 2, 3]),
};
