import type { ConvOperator } from '../operator.ts';
import { linearMap } from './apply.ts';
import { blocksOf, type Block } from './blocks.ts';
import { blockSqrtL1Linf, frobeniusBound } from './cheap-bounds.ts';
import { circularNorm } from './fourier.ts';
import { certifiedQuotient, lanczos, smallerSide } from './lanczos.ts';
import { powerIteration } from './power-iteration.ts';
import { reshapedNorm } from './reshaped.ts';
import { singularValues, SVD_ENTRIES, SVD_SIDE } from './small-svd.ts';
import { stencilOf, stencilShape, type ScaledStencil, type Stencil } from './stencil.ts';
import type { Badge } from './types.ts';

/** What a method finds: the number for the scaled stencil, and what it is worth here. */
export interface Finding {
  readonly value: number;
  readonly badge?: Badge;
  readonly note?: string;
  readonly iterations?: number;
  readonly residual?: number;
}

/** A layer prepared once for a method. */
export interface Subject extends ScaledStencil {
  readonly op: ConvOperator;
  readonly blocks: readonly Block[];
  readonly seed: number;
}

/** Pumps inner work, yielding the same finding at each beat. */
function* beating<T>(work: Generator<unknown, T>, shown: Finding): Generator<Finding, T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    yield shown;
  }
}

const UNKNOWN: Finding = { value: NaN };

/** Prepares a layer for a method. */
export function subjectOf(op: ConvOperator, seed: number): Subject {
  const scaled = stencilOf(op);
  return { ...scaled, op, blocks: blocksOf(scaled.stencil), seed };
}

/** Largest value over the blocks, each found by a generator. */
export function* overBlocks(
  blocks: readonly Block[],
  each: (block: Block) => Generator<unknown, number>,
): Generator<Finding, Finding> {
  let value = 0;
  for (const block of blocks) value = Math.max(value, yield* beating(each(block), UNKNOWN));
  return { value };
}

/** A number that is there at once. */
export function* immediately(value: number): Generator<Finding, Finding> {
  yield UNKNOWN;
  return { value };
}

/** The DFT of the kernel is its own only when the kernel fits the input. */
export function sglAvailable(op: ConvOperator): true | string {
  const g = op.geometry;
  for (const axis of [0, 1] as const) {
    const spans = g.dilation[axis] * (g.kernel[axis] - 1) + 1;
    if (spans > g.input[axis]) {
      return `The kernel spans ${spans} pixels and would wrap onto itself on an input of ${g.input[axis]}.`;
    }
  }
  return true;
}

/** Whether the method's circle is the layer itself. */
function isCircle({ geometry: g }: ConvOperator): boolean {
  const full = g.output[0] === g.input[0] && g.output[1] === g.input[1];
  return g.boundary === 'circular' && full;
}

/** Sedghi, Gupta & Long: exact where the layer is their circle. */
export function* sgl({ stencil, op }: Subject): Generator<Finding, Finding> {
  const value = yield* beating(circularNorm(stencil), UNKNOWN);
  return isCircle(op)
    ? { value, badge: 'exact', note: 'This layer is circular with stride 1: exact to rounding.' }
    : {
        value,
        note: 'Of the circular stride-1 layer: this layer’s stride and padding are ignored.',
      };
}

function withoutStrideAndPadding(stencil: Stencil): Stencil | null {
  const axes = stencil.axes.map((axis) => {
    const m = axis.n - axis.d * (axis.k - 1);
    return { ...axis, m, s: 1, p: 0, circular: false };
  });
  return axes.every(({ m }) => m >= 1) ? { ...stencil, axes: [axes[0]!, axes[1]!] } : null;
}

/** Whether the kernel fits the input without padding. */
export function goukAvailable(op: ConvOperator): true | string {
  return withoutStrideAndPadding(stencilOf(op).stencil)
    ? true
    : 'Without padding the kernel does not fit the input.';
}

/**
 * Power iteration on the kernel with stride 1 and no padding; a lower bound where that is part of
 * M.
 */
export function* gouk({ stencil, op, seed }: Subject): Generator<Finding, Finding> {
  const plain = withoutStrideAndPadding(stencil)!;
  const map = smallerSide(linearMap(plain));
  const options = { seed, steps: 200, tolerance: 1e-6, accumulate: false };
  const run = powerIteration(map, options);
  let step = run.next();
  for (; !step.done; step = run.next())
    yield { value: step.value.value, iterations: step.value.iterations };
  const { value, vector, iterations, residual } = step.value;
  // With stride 1 the outputs without padding are among the layer's own, whatever its padding.
  const isLower = op.geometry.stride[0] === 1 && op.geometry.stride[1] === 1;
  if (!isLower) {
    return {
      value,
      iterations,
      residual,
      note: 'Of the same kernel with stride 1 and no padding: another operator.',
    };
  }
  const factor = frobeniusBound(plain);
  const lower = yield* beating(certifiedQuotient(map, vector, factor), { value, iterations });
  return {
    value: lower,
    badge: 'certified lower',
    iterations,
    residual,
    note: 'Without padding the layer has fewer outputs: some rows of M, so never above its norm.',
  };
}

function largestOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** Power iteration on M, correct or with the accumulating gradient of the paper's code. */
export function* power(subject: Subject, accumulate: boolean): Generator<Finding, Finding> {
  const { stencil, seed } = subject;
  const map = linearMap(stencil);
  const steps = accumulate ? 502 : 400;
  const run = powerIteration(map, { seed, steps, tolerance: accumulate ? 0 : 1e-6, accumulate });
  let step = run.next();
  for (; !step.done; step = run.next()) {
    const { value, iterations, residual } = step.value;
    yield { value, iterations, residual };
  }
  const { value, vector, iterations, residual } = step.value;
  if (accumulate) return { value, iterations, residual };
  const lower = yield* beating(
    certifiedQuotient(map, vector, largestOf(subject.blocks.map(blockSqrtL1Linf))),
    { value, iterations, residual },
  );
  return { value: lower, iterations, residual };
}

/** Lanczos on every block that may hold the norm. */
export function* byLanczos({ blocks, seed }: Subject): Generator<Finding, Finding> {
  let best: Finding & { value: number } = { value: 0, iterations: 0, residual: 0 };
  for (const block of blocks) {
    if (Math.min(blockSqrtL1Linf(block), frobeniusBound(block)) <= best.value) continue;
    const map = smallerSide(linearMap(block));
    const run = lanczos(map, { seed, steps: 200, tolerance: 1e-7 });
    const found = yield* beating(run, best);
    const value = yield* beating(
      certifiedQuotient(map, found.vector, blockSqrtL1Linf(block)),
      best,
    );
    if (value > best.value)
      best = { value, iterations: found.iterations, residual: found.residual };
  }
  return best;
}

/** Whether M is small enough for all its singular values. */
export function svdAvailable(op: ConvOperator): true | string {
  const { rows, columns } = op.geometry;
  return Math.min(rows, columns) <= SVD_SIDE && rows * columns <= SVD_ENTRIES
    ? true
    : `M is ${rows} x ${columns}: all singular values are computed up to a smaller side of ${SVD_SIDE}.`;
}

/** The largest of all singular values. */
export function* svd({ stencil }: Subject): Generator<Finding, Finding> {
  const values = yield* beating(singularValues(stencil), UNKNOWN);
  const [rows, columns] = stencilShape(stencil);
  return {
    value: values[0] ?? 0,
    note: `The largest of ${Math.min(rows, columns)} singular values.`,
  };
}

/** Yoshida & Miyato's σ of the reshaped kernel. */
export function* reshaped({ stencil, seed }: Subject): Generator<Finding, Finding> {
  const { value, iterations, residual } = yield* beating(reshapedNorm(stencil, seed), UNKNOWN);
  return { value, iterations, residual };
}

/** A certified upper bound as a finding. */
export function* certified(
  run: Generator<number, { upper: number | null; iterations: number }>,
): Generator<Finding, Finding> {
  const { upper, iterations } = yield* beating(run, UNKNOWN);
  return upper === null
    ? { value: NaN, iterations, note: 'Not computed: certifying it would take too much work.' }
    : { value: upper, iterations };
}
