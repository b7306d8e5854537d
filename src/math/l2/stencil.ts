import { axisOf, type AxisGeometry } from '../geometry.ts';
import type { ConvOperator } from '../operator.ts';
import { scaleBy } from './rounding.ts';

/** One axis of a stencil: tap a links output o to input x = s·o + d·a − p (p may be negative). */
export interface StencilAxis {
  /** Input size. */
  readonly n: number;
  /** Output size. */
  readonly m: number;
  /** Number of taps. */
  readonly k: number;
  readonly s: number;
  readonly d: number;
  readonly p: number;
  /** Positions count modulo n. */
  readonly circular: boolean;
}

/**
 * A convolution reduced to what its ℓ2 norm depends on. Weights OIHW,
 * [groups·cOut, cIn, k1, k2], scaled by a power of two.
 */
export interface Stencil {
  readonly axes: readonly [StencilAxis, StencilAxis];
  readonly groups: number;
  /** Channels per group. */
  readonly cIn: number;
  readonly cOut: number;
  readonly weights: Float64Array | Float32Array;
}

/** A stencil with largest weight in [1, 2) times 2^exponent (or all zero). */
export interface ScaledStencil {
  readonly stencil: Stencil;
  /** The layer's norm is the stencil's times 2^exponent. */
  readonly exponent: number;
}

/** Weights this near to 1 are used as they are: their squares and sums stay far from the limits. */
const SAFE = 2 ** 60;

function stencilAxis(axis: AxisGeometry): StencilAxis {
  return {
    n: axis.input,
    m: axis.output,
    k: axis.kernel,
    s: axis.stride,
    d: axis.dilation,
    p: axis.padBegin,
    circular: axis.boundary === 'circular',
  };
}

/** Whether tap a of an axis lands on the input for some output. */
export function isRealized(axis: StencilAxis, a: number): boolean {
  if (axis.circular) return true;
  const shift = axis.d * a - axis.p;
  const first = Math.max(0, Math.ceil(-shift / axis.s));
  return first < axis.m && axis.s * first + shift < axis.n;
}

/** Largest |weight| among the taps that land somewhere. Others do not enter M. */
function largestWeight({ axes, weights }: Stencil): number {
  const [k1, k2] = [axes[0].k, axes[1].k];
  const used = Array.from(
    { length: k1 * k2 },
    (_, tap) => isRealized(axes[0], Math.floor(tap / k2)) && isRealized(axes[1], tap % k2),
  );
  let largest = 0;
  for (let at = 0; at < weights.length; at++) {
    const value = Math.abs(weights[at]!);
    if (value > largest && used[at % used.length]) largest = value;
  }
  return largest;
}

function rescaled(stencil: Stencil, exponent: number): Stencil {
  const { axes } = stencil;
  const taps = axes[0].k * axes[1].k;
  const weights = Float64Array.from(stencil.weights, (value, at) => {
    const tap = at % taps;
    const used =
      isRealized(axes[0], Math.floor(tap / axes[1].k)) && isRealized(axes[1], tap % axes[1].k);
    return used ? scaleBy(value, -exponent) : 0;
  });
  return { ...stencil, weights };
}

/**
 * The operator as a stencil, scaled by a power of two where its weights are so small or large that
 * squares would leave float64's range. A transposed convolution has the norm of the convolution.
 */
export function stencilOf(op: ConvOperator): ScaledStencil {
  const g = op.geometry;
  const stencil: Stencil = {
    axes: [stencilAxis(axisOf(g, 0)), stencilAxis(axisOf(g, 1))],
    groups: g.groups,
    cIn: g.inPerGroup,
    cOut: g.outPerGroup,
    weights: op.kernel,
  };
  const largest = largestWeight(stencil);
  if (largest === 0 || (largest < SAFE && largest > 1 / SAFE)) return { stencil, exponent: 0 };
  let exponent = Math.floor(Math.log2(largest));
  if (!Number.isFinite(exponent)) exponent = -1074;
  return { stencil: rescaled(stencil, exponent), exponent };
}

/** The operator with its weights times 2^−exponent, in float64. */
export function scaledOperator(op: ConvOperator, exponent: number): ConvOperator {
  if (exponent === 0) return op;
  return { ...op, kernel: Float64Array.from(op.kernel, (value) => scaleBy(value, -exponent)) };
}

/** [rows, columns] of the stencil's matrix. */
export function stencilShape({ axes, groups, cIn, cOut }: Stencil): [number, number] {
  return [groups * cOut * axes[0].m * axes[1].m, groups * cIn * axes[0].n * axes[1].n];
}
