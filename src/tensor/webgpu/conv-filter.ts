import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ConvShape } from '../conv-shape.ts';
import { FILTER_GRADIENT, FORWARD_PLACES, sampleCode } from './conv-code.ts';
import { isNarrow, productOf, sidesOf, sizesOf } from './conv-sizes.ts';
import { DIRECT, DIRECT_FILTER_GRADIENT } from './direct-code.ts';
import { gemmCode, gemmParts, tileFor } from './gemm.ts';
import { piecesOf, runProgram } from './program.ts';
import type { Program } from './program.ts';
import { splitsOf, sumOfSplits } from './splits.ts';

const PLACES = sampleCode('x') + FORWARD_PLACES;

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
  const reads = { tile: tileFor(columns), left: 'outer', right: 'outer' } as const;
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
