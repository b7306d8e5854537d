import type { ConvShape } from './conv-shape.ts';

/** The three results of a convolution that the self-test compares. */
export interface ConvAnswers {
  readonly y: Float64Array;
  readonly dx: Float64Array;
  readonly dw: Float64Array;
}

/** Visits every product of a convolution by its place in x, w and y (all row-major, NHWC and HWIO). */
function forEachProduct(s: ConvShape, visit: (x: number, w: number, y: number) => void): void {
  const [height, width] = s.input;
  const [inputs, outputs] = [s.inChannels / s.groups, s.outChannels / s.groups];
  for (let y = 0; y < s.batch * s.output[0] * s.output[1] * s.outChannels; y++) {
    const o = y % s.outChannels;
    const pixel = Math.floor(y / s.outChannels);
    const [across, line] = [pixel % s.output[1], Math.floor(pixel / s.output[1])];
    for (let tap = 0; tap < s.kernel[0] * s.kernel[1]; tap++) {
      const row =
        (line % s.output[0]) * s.stride[0] +
        Math.floor(tap / s.kernel[1]) * s.dilation[0] -
        s.padding[0];
      const column = across * s.stride[1] + (tap % s.kernel[1]) * s.dilation[1] - s.padding[2];
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      const start =
        ((Math.floor(line / s.output[0]) * height + row) * width + column) * s.inChannels;
      for (let c = 0; c < inputs; c++) {
        visit(
          start + Math.floor(o / outputs) * inputs + c,
          (tap * inputs + c) * s.outChannels + o,
          y,
        );
      }
    }
  }
}

/** y = x ∗ w, and for dy the gradients of both, by the definition, in double precision. */
export function convAnswers(
  shape: ConvShape,
  { x, w, dy }: Readonly<Record<'x' | 'w' | 'dy', Float32Array>>,
): ConvAnswers {
  const answers = {
    y: new Float64Array(dy.length),
    dx: new Float64Array(x.length),
    dw: new Float64Array(w.length),
  };
  forEachProduct(shape, (i, k, o) => {
    answers.y[o]! += x[i]! * w[k]!;
    answers.dx[i]! += dy[o]! * w[k]!;
    answers.dw[k]! += dy[o]! * x[i]!;
  });
  return answers;
}

/** Small whole numbers −4 … 4 without a pattern: all sums of their products are exact in float32. */
export function wholeNumbers(count: number, salt: number): Float32Array {
  return Float32Array.from(
    { length: count },
    (_, at) => ((Math.imul(at + 1, 0x9e3779b1 ^ Math.imul(salt, 0x85ebca6b)) >>> 13) % 9) - 4,
  );
}
