import type { ConvGeometry } from '../geometry.ts';

/**
 * The plainest conv layer, 3 to 4 channels, 3x3 on 8 x 8, stride 1, zero padding of 1 ('same'), with
 * what a test wants otherwise in `more`.
 */
export function plainGeometry(more: Partial<ConvGeometry> = {}): ConvGeometry {
  return {
    dIn: 3,
    dOut: 4,
    input: [8, 8],
    kernel: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [1, 1, 1, 1],
    groups: 1,
    boundary: 'zeros',
    ...more,
  };
}
