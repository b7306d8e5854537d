import type { ConvGeometry } from '../geometry.ts';
import type { Kernel } from '../operator.ts';

/**
 * The dense matrix M of a convolution, written from the definition of cross-correlation alone:
 * output (i, y, x) = Σ K[i, j, k, t] · input(j, s·y + d·k − p, …). Shares no code with src/math.
 */
export function denseMatrix(g: ConvGeometry, kernel: Kernel): Float64Array[] {
  const [h, w] = g.input;
  const [k1, k2] = g.kernel;
  const [top, bottom, left, right] = g.padding;
  const hOut = Math.floor((h + top + bottom - (g.dilation[0] * (k1 - 1) + 1)) / g.stride[0]) + 1;
  const wOut = Math.floor((w + left + right - (g.dilation[1] * (k2 - 1) + 1)) / g.stride[1]) + 1;
  const inGroup = g.dIn / g.groups;
  const matrix: Float64Array[] = [];
  for (let i = 0; i < g.dOut; i++) {
    const firstInput = Math.floor(i / (g.dOut / g.groups)) * inGroup;
    for (let oy = 0; oy < hOut; oy++) {
      for (let ox = 0; ox < wOut; ox++) {
        const row = new Float64Array(g.dIn * h * w);
        for (let j = 0; j < inGroup; j++) {
          for (let k = 0; k < k1; k++) {
            for (let t = 0; t < k2; t++) {
              let y = oy * g.stride[0] + k * g.dilation[0] - top;
              let x = ox * g.stride[1] + t * g.dilation[1] - left;
              if (g.boundary === 'circular') {
                y = (y + 10 * h) % h;
                x = (x + 10 * w) % w;
              }
              if (y < 0 || y >= h || x < 0 || x >= w) continue;
              const weight = kernel[((i * inGroup + j) * k1 + k) * k2 + t]!;
              row[((firstInput + j) * h + y) * w + x]! += weight;
            }
          }
        }
        matrix.push(row);
      }
    }
  }
  return matrix;
}

/** Largest absolute row sum: ‖M‖_∞. */
export function bruteLinf(matrix: readonly Float64Array[]): number {
  return Math.max(...matrix.map((row) => row.reduce((sum, value) => sum + Math.abs(value), 0)));
}

/** Transpose of a dense matrix. */
export function transpose(matrix: readonly Float64Array[]): Float64Array[] {
  const columns = matrix[0]?.length ?? 0;
  return Array.from({ length: columns }, (_, c) => Float64Array.from(matrix, (row) => row[c]!));
}

/** Largest absolute column sum: ‖M‖₁. */
export function bruteL1(matrix: readonly Float64Array[]): number {
  return bruteLinf(transpose(matrix));
}
