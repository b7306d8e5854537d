import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { TILE_INNER } from './gemm.ts';
import { piecesOf, runProgram, threadEach } from './program.ts';

/** Workgroups that keep a GPU busy; more splits of a sum only cost memory. */
const BUSY_WORKGROUPS = 512;
/** Terms of a sum that a workgroup should have, lest adding up the splits cost more. */
const LEAST_TERMS = 256;
/** Numbers of all partial sums: 64 MiB, half of the least that a device's binding may hold. */
const MOST_PARTIALS = 2 ** 24;

/**
 * How a sum is split over workgroups: into how many parts, and how long each is.
 *
 * @param workgroups What the program has without a split; `weights` numbers come out of it.
 */
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

const SUM_SPLITS = `
fn main() {
  let place = threadNumber();
  if (place >= uniforms.count) { return; }
  var sum = 0.0;
  for (var split = 0; split < uniforms.splits; split++) {
    sum += partials[split * uniforms.count + place];
  }
  result[place] = sum;
}
`;

/** Adds up [splits, …] over its first axis, always in the same order; disposes of the parts. */
export function sumOfSplits(
  backend: unknown,
  partials: TensorInfo,
  shape: readonly number[],
): TensorInfo {
  const sizes = {
    splits: partials.shape[0]!,
    count: shape.reduce((product, length) => product * length, 1),
  };
  const total = runProgram(
    backend,
    threadEach({ name: 'sum_splits', sizes, code: SUM_SPLITS, inputs: { partials }, shape }),
  );
  (backend as WebGPUBackend).disposeData(partials.dataId);
  return total;
}
