import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { ConvShape } from '../conv-shape.ts';
import { FILTER_GRADIENT, FORWARD_PLACES, sampleCode } from './conv-code.ts';
import { isNarrow, productOf, sidesOf, sizesOf } from './conv-sizes.ts';
import { DIRECT, DIRECT_FILTER_GRADIENT, SUM_SPLITS } from './direct-code.ts';
import { gemmCode, gemmParts, TILE_INNER, tileFor } from './gemm.ts';
import { piecesOf, runProgram, threadEach } from './program.ts';
import type { Program } from './program.ts';

/** Workgroups that keep a GPU busy; more splits of a sum only cost memory. */
const BUSY_WORKGROUPS = 512;
/** Terms of a sum that a workgroup should have, lest adding up the splits cost more. */
const LEAST_TERMS = 256;
/** Numbers of all partial sums: 64 MiB, half of the least that a device's binding may hold. */
const MOST_PARTIALS = 2 ** 24;

const PLACES = sampleCode('x') + FORWARD_PLACES;

/** How the sum over all output pixels is split: into how many parts, and how long each is. */
export function splitsOf(
  terms: number,
  { workgroups, weights }: { workgroups: number; weights: number },
): { splits: number; chunk: number } {
  const wanted = Math.min(
    piecesOf(BUSY_WORKGROUPS, workgroups),
    piecesOf(terms, LEAST_TERMS),
    Math.max(1, Math.floor(MOST_PARTIALS / weights)),
  );
  const chunk = piecesOf(piecesOf(terms, wanted), TILE_INNER) * TILE_INNER;
  return { splits: piecesOf(terms, chunk), chunk };
}

type FilterProgram = Omit<Program, 'inputs' | 'shape'>;

const pixelsOf = ({ batch, output }: ConvShape): number => batch * productOf(output);
const rowsOf = ({ kernel, inChannels, groups }: ConvShape): number =>
  productOf(kernel) * (inChannels / groups);

function narrowProgram(shape: ConvShape): FilterProgram {
  const { outChannels } = shape;
  const rows = rowsOf(shape);
  const workgroups = piecesOf(outChannels, DIRECT.columns) * rows;
  const split = splitsOf(pixelsOf(shape), { workgroups, weights: rows * outChannels });
  return {
    name: 'filter_gradient_direct',
    sizes: { ...sizesOf(shape), ...sidesOf(shape.input, shape.inChannels), ...split },
    code: PLACES + DIRECT_FILTER_GRADIENT,
    workgroups: workgroups * split.splits,
    threads: DIRECT.columns * DIRECT.lanes,
  };
}

function tiledProgram(shape: ConvShape): FilterProgram {
  const { outChannels, groups } = shape;
  const [rows, columns] = [rowsOf(shape), outChannels / groups];
  const reads = { tile: tileFor(rows, columns), left: 'outer', right: 'outer' } as const;
  const whole = gemmParts(reads, { rows, columns, groups, chunk: 1, splits: 1 });
  const split = splitsOf(pixelsOf(shape), {
    workgroups: whole.workgroups,
    weights: rows * outChannels,
  });
  const parts = gemmParts(reads, { rows, columns, groups, ...split });
  return {
    name: `filter_gradient_${parts.key}`,
    sizes: { ...sizesOf(shape), ...sidesOf(shape.input, shape.inChannels), ...parts.sizes },
    code: PLACES + FILTER_GRADIENT + gemmCode(reads),
    workgroups: parts.workgroups,
    threads: parts.threads,
  };
}

/** Adds up [splits, …] over its first axis, always in the same order; disposes of the parts. */
export function sumOfSplits(
  backend: unknown,
  partials: TensorInfo,
  shape: readonly number[],
): TensorInfo {
  const sizes = { splits: partials.shape[0]!, count: productOf(shape) };
  const total = runProgram(
    backend,
    threadEach({ name: 'sum_splits', sizes, code: SUM_SPLITS, inputs: { partials }, shape }),
  );
  (backend as WebGPUBackend).disposeData(partials.dataId);
  return total;
}

/**
 * dw [k1, k2, C / groups, O]: a product whose inner sum runs over all output pixels of the batch.
 * That sum is split so that small kernels fill a GPU too; a second program adds the parts up in a
 * fixed order, so that equal inputs give equal bits. tfjs's own program has one thread a weight,
 * each with a loop over the whole batch.
 */
export function convFilterGradient(
  backend: unknown,
  shape: ConvShape,
  inputs: { x: TensorInfo; dy: TensorInfo },
): TensorInfo {
  const program = isNarrow(shape) ? narrowProgram(shape) : tiledProgram(shape);
  const filter = [...shape.kernel, shape.inChannels / shape.groups, shape.outChannels];
  const splits = program.sizes['splits']!;
  if (splits === 1) return runProgram(backend, { ...program, inputs, shape: filter });
  const partials = runProgram(backend, { ...program, inputs, shape: [splits, productOf(filter)] });
  return sumOfSplits(backend, partials, filter);
}
