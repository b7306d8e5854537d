import { outputSize, type ConvGeometry, type Pair } from '../geometry.ts';
import { fillNormal, uniformAt } from '../random.ts';

/** A small random layer: geometry and Gaussian kernel, the same for the same number. */
export interface RandomLayer {
  readonly geometry: ConvGeometry;
  readonly kernel: Float64Array;
}

/**
 * Random geometries with asymmetric padding, unequal axes, dilation, groups, inputs smaller than the
 * kernel. Draws again until the output is not empty.
 */
export function randomLayer(number: number, seed = 1): RandomLayer {
  for (let attempt = 0; ; attempt++) {
    const geometry = draw(seed, number * 64 + attempt);
    const fits = [0, 1].every(
      (axis) =>
        outputSize({
          input: geometry.input[axis as 0],
          kernel: geometry.kernel[axis as 0],
          stride: geometry.stride[axis as 0],
          dilation: geometry.dilation[axis as 0],
          padBegin: geometry.padding[2 * axis]!,
          padEnd: geometry.padding[2 * axis + 1]!,
        }) >= 1,
    );
    if (!fits) continue;
    const [k1, k2] = geometry.kernel;
    const weights = (geometry.dOut * geometry.dIn * k1 * k2) / geometry.groups;
    return {
      geometry,
      kernel: fillNormal({ seed, stream: 1000 + number }, new Float64Array(weights)),
    };
  }
}

function draw(seed: number, stream: number): ConvGeometry {
  let at = 0;
  const int = (low: number, high: number): number =>
    low + Math.floor(uniformAt({ seed, stream }, at++) * (high - low + 1));
  const pair = (low: number, high: number): Pair => [int(low, high), int(low, high)];
  const groups = int(1, 3);
  return {
    dIn: groups * int(1, 3),
    dOut: groups * int(1, 3),
    groups,
    input: pair(1, 7),
    kernel: pair(1, 4),
    stride: pair(1, 3),
    dilation: pair(1, 3),
    padding: [int(0, 4), int(0, 4), int(0, 4), int(0, 4)],
    boundary: 'zeros',
  };
}
