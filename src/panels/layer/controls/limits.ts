import type { LayerSpec } from '../../../model/layer/layer.ts';

/** Whole numbers that divide both a and b, ascending: the group counts that channels allow. */
export function commonDivisors(a: number, b: number): number[] {
  const divisors: number[] = [];
  const least = Math.min(a, b);
  for (let n = 1; n <= least; n++) if (a % n === 0 && b % n === 0) divisors.push(n);
  return divisors;
}

/** Padding begin + end of one axis, as far as the spec states it in numbers. */
function statedPadding(spec: LayerSpec, axis: 0 | 1): number {
  if (spec.padding.kind === 'valid') return 0;
  if (spec.padding.kind !== 'explicit') return Infinity;
  return spec.padding.sides[2 * axis]! + spec.padding.sides[2 * axis + 1]!;
}

/**
 * The largest kernel that fits the padded input on an axis: ⌊(h + p − 1)/d⌋ + 1. A transposed
 * convolution, and padding that grows with the kernel, set no limit.
 */
export function largestKernel(spec: LayerSpec, axis: 0 | 1): number {
  if (spec.type !== 'conv') return Infinity;
  const room = spec.input[axis] + statedPadding(spec, axis);
  return Math.max(1, Math.floor((room - 1) / Math.max(1, spec.dilation[axis])) + 1);
}

/** The largest dilation with which the kernel fits the padded input on an axis. */
export function largestDilation(spec: LayerSpec, axis: 0 | 1): number {
  if (spec.type !== 'conv' || spec.kernel[axis] < 2) return Infinity;
  const room = spec.input[axis] + statedPadding(spec, axis);
  return Math.max(1, Math.floor((room - 1) / (spec.kernel[axis] - 1)));
}

/** The largest output padding of a transposed convolution on an axis. */
export function largestOutputPadding(spec: LayerSpec, axis: 0 | 1): number {
  return Math.max(spec.stride[axis], spec.dilation[axis]) - 1;
}
