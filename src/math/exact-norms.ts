import { axisOf, GeometryError, type CheckedGeometry, type Pair } from './geometry.ts';
import type { ConvOperator, Kernel } from './operator.ts';
import { axisSets, type AxisSets, type SetFamily } from './tap-sets.ts';

/** A norm that is a largest absolute row or column sum, and where it is attained (first in order). */
export interface AttainedNorm {
  readonly value: number;
  /** Column of M (ℓ1) or row of M (ℓ∞), 0-based: (channel · height + y) · width + x. */
  readonly index: number;
  /** Input channel (ℓ1) or output channel (ℓ∞) of the layer. */
  readonly channel: number;
  /** Position [y, x] in that channel. */
  readonly position: Pair;
  /** Taps that the sum runs over: vertical taps × horizontal taps. */
  readonly taps: readonly [readonly number[], readonly number[]];
}

/** Both exact operator norms of a layer. */
export interface ExactNorms {
  readonly l1: AttainedNorm;
  readonly linf: AttainedNorm;
}

/** Sums of |K|: over the outputs of a group (for columns), over the inputs (for rows). */
export interface AbsoluteSums {
  /** `[d_in, k1·k2]`: Σ_i |K[i, j, k, t]| over the outputs i of j's group. */
  readonly perInput: Float64Array;
  /** `[d_out, k1·k2]`: Σ_j |K[i, j, k, t]|. */
  readonly perOutput: Float64Array;
}

/** Room for the sums of a geometry, zeros. */
function roomForSums(g: CheckedGeometry): AbsoluteSums {
  const taps = g.kernel[0] * g.kernel[1];
  return { perInput: new Float64Array(g.dIn * taps), perOutput: new Float64Array(g.dOut * taps) };
}

/**
 * One pass over the kernel: the only part of the norms whose cost grows with the weights. `sums` may
 * be given to be used again; it must hold zeros.
 */
export function absoluteSums(
  g: CheckedGeometry,
  kernel: Kernel,
  sums: AbsoluteSums = roomForSums(g),
): AbsoluteSums {
  const taps = g.kernel[0] * g.kernel[1];
  const block = g.inPerGroup * taps;
  for (let group = 0; group < g.groups; group++) {
    const inputs = sums.perInput.subarray(group * block, (group + 1) * block);
    const last = (group + 1) * g.outPerGroup;
    let i = group * g.outPerGroup;
    for (; i + 4 <= last; i += 4)
      addFourOutputs({ kernel, inputs, perOutput: sums.perOutput, i, taps });
    for (; i < last; i++) addOutput({ kernel, inputs, perOutput: sums.perOutput, i, taps });
  }
  return sums;
}

/** Where one output, or four, of a group add their weights. */
interface OutputSlice {
  readonly kernel: Kernel;
  /** Sums per (input of the group, tap). */
  readonly inputs: Float64Array;
  readonly perOutput: Float64Array;
  /** First output. */
  readonly i: number;
  readonly taps: number;
}

/**
 * Four outputs at once and tap by tap: their sums stay in registers and the sums per input are
 * loaded and stored once for four weights, which makes both sums cost less than a plain loop
 * (bench/norms).
 */
function addFourOutputs({ kernel, inputs, perOutput, i, taps }: OutputSlice): void {
  const size = inputs.length;
  const [k0, k1, k2, k3] = [i * size, (i + 1) * size, (i + 2) * size, (i + 3) * size];
  for (let tap = 0; tap < taps; tap++) {
    let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
    for (let at = tap; at < size; at += taps) {
      const value0 = Math.abs(kernel[k0 + at]!);
      const value1 = Math.abs(kernel[k1 + at]!);
      const value2 = Math.abs(kernel[k2 + at]!);
      const value3 = Math.abs(kernel[k3 + at]!);
      inputs[at]! += value0 + value1 + (value2 + value3);
      sum0 += value0;
      sum1 += value1;
      sum2 += value2;
      sum3 += value3;
    }
    perOutput[i * taps + tap] = sum0;
    perOutput[(i + 1) * taps + tap] = sum1;
    perOutput[(i + 2) * taps + tap] = sum2;
    perOutput[(i + 3) * taps + tap] = sum3;
  }
}

function addOutput({ kernel, inputs, perOutput, i, taps }: OutputSlice): void {
  const from = i * inputs.length;
  for (let tap = 0; tap < taps; tap++) {
    let sum = 0;
    for (let at = tap; at < inputs.length; at += taps) {
      const value = Math.abs(kernel[from + at]!);
      inputs[at]! += value;
      sum += value;
    }
    perOutput[i * taps + tap] = sum;
  }
}

interface Search {
  readonly sums: Float64Array;
  readonly channels: number;
  readonly width: number;
  readonly size: Pair;
  readonly families: readonly [SetFamily, SetFamily];
}

function sumOver(search: Search, channel: number, sets: Pair): number {
  const { sums, width, families } = search;
  const [vertical, horizontal] = [families[0].sets[sets[0]]!, families[1].sets[sets[1]]!];
  const base = channel * (sums.length / search.channels);
  let total = 0;
  for (const k of vertical) {
    for (const t of horizontal) total += sums[base + k * width + t]!;
  }
  return total;
}

/** First channel with the largest sum over maximal sets; subsets cannot exceed them. */
function largest(search: Search): { value: number; channel: number } {
  let best = { value: -1, channel: 0 };
  for (let channel = 0; channel < search.channels; channel++) {
    for (const a of search.families[0].maximal) {
      for (const b of search.families[1].maximal) {
        const value = sumOver(search, channel, [a, b]);
        if (value > best.value) best = { value, channel };
      }
    }
  }
  return best.value < 0 ? { value: 0, channel: 0 } : best;
}

/** The first position (y, then x) of the channel whose sum is the value. */
function firstPosition(search: Search, value: number, channel: number): Pair {
  const [vertical, horizontal] = search.families;
  for (let a = 0; a < vertical.sets.length; a++) {
    for (let b = 0; b < horizontal.sets.length; b++) {
      if (sumOver(search, channel, [a, b]) === value) return [a, b];
    }
  }
  return [0, 0];
}

function attained(search: Search): AttainedNorm {
  const { value, channel } = largest(search);
  const [a, b] = firstPosition(search, value, channel);
  const [vertical, horizontal] = search.families;
  const position: Pair = [vertical.first[a]!, horizontal.first[b]!];
  const index = (channel * search.size[0] + position[0]) * search.size[1] + position[1];
  const taps = [vertical.sets[a]!, horizontal.sets[b]!] as const;
  return { value, index, channel, position, taps };
}

/** Tap sets of both axes of a geometry: [vertical, horizontal]. */
export function tapSets(g: CheckedGeometry): readonly [AxisSets, AxisSets] {
  return [axisSets(axisOf(g, 0)), axisSets(axisOf(g, 1))];
}

/**
 * Exact ℓ1 and ℓ∞ operator norms of a layer: the largest absolute column and row sum of its matrix
 * M, without building M. Exact for every stride, zero padding, dilation, group count and input
 * size, up to float64 rounding of sums of non-negative terms (relative n·2⁻⁵³ for n terms).
 *
 * ‖M‖₁ = max_j max_{A×B} Σ_{(k,t)∈A×B} Σ_i |K_ijkt| over the true column sets, ‖M‖_∞ likewise with
 * rows and outputs. For a transposed convolution the two change places.
 *
 * @throws GeometryError when a sum overflows float64.
 * @see Liang & Huang 2021, Theorem 1, Eq. (1) and (2); exact without Assumption 1.
 */
export function exactNorms(op: ConvOperator, sets = tapSets(op.geometry)): ExactNorms {
  const g = op.geometry;
  const { perInput, perOutput } = absoluteSums(g, op.kernel);
  const width = g.kernel[1];
  const column = attained({
    sums: perInput,
    channels: g.dIn,
    width,
    size: g.input,
    families: [sets[0].columns, sets[1].columns],
  });
  const row = attained({
    sums: perOutput,
    channels: g.dOut,
    width,
    size: g.output,
    families: [sets[0].rows, sets[1].rows],
  });
  for (const norm of [column, row]) {
    if (!Number.isFinite(norm.value)) {
      throw new GeometryError('weights', norm.value, 'a sum overflows float64: scale them down.');
    }
  }
  return op.transposed ? { l1: row, linf: column } : { l1: column, linf: row };
}
