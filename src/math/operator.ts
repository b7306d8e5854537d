import {
  checkGeometry,
  GeometryError,
  type CheckedGeometry,
  type ConvGeometry,
} from './geometry.ts';

/** Weights in OIHW order: [d_out, d_in/groups, k1, k2], row-major. */
export type Kernel = Float32Array | Float64Array;

/**
 * A linear layer: a convolution, or the adjoint of one (a transposed convolution, whose weight
 * [in, out/groups, k1, k2] is exactly the OIHW kernel of the convolution that it is the adjoint of).
 * `geometry` and `kernel` always describe the convolution; M is its matrix, or the transpose of it.
 */
export interface ConvOperator {
  readonly geometry: CheckedGeometry;
  readonly kernel: Kernel;
  readonly transposed: boolean;
}

/** Shape of the layer's own matrix: [rows, columns], transposition counted in. */
export function matrixShape(op: Pick<ConvOperator, 'geometry' | 'transposed'>): [number, number] {
  const { rows, columns } = op.geometry;
  return op.transposed ? [columns, rows] : [rows, columns];
}

/**
 * Puts geometry and weights together.
 *
 * @throws `GeometryError` when the geometry cannot be, the number of weights does not fit, or a
 * weight is not finite (the message names the first such weight by its OIHW index).
 */
export function makeOperator(
  geometry: ConvGeometry,
  kernel: Kernel,
  transposed = false,
): ConvOperator {
  const checked = checkGeometry(geometry);
  if (kernel.length !== checked.weights) {
    throw new GeometryError(
      'weights',
      `${kernel.length} numbers`,
      `this geometry needs ${checked.weights} ([${weightShape(checked).join(', ')}]).`,
    );
  }
  const bad = kernel.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new GeometryError(
      `weight [${weightIndex(checked, bad).join(', ')}]`,
      kernel[bad],
      'norms need finite weights: fix or replace this weight.',
    );
  }
  return { geometry: checked, kernel, transposed };
}

/** Shape of the kernel, OIHW: [d_out, d_in/groups, k1, k2]. */
export function weightShape(g: CheckedGeometry): [number, number, number, number] {
  return [g.dOut, g.inPerGroup, g.kernel[0], g.kernel[1]];
}

/** OIHW index (i, j, k, t) of a flat weight position. */
export function weightIndex(g: CheckedGeometry, flat: number): [number, number, number, number] {
  const [k1, k2] = g.kernel;
  const t = flat % k2;
  const k = Math.floor(flat / k2) % k1;
  const channels = Math.floor(flat / (k1 * k2));
  return [Math.floor(channels / g.inPerGroup), channels % g.inPerGroup, k, t];
}
