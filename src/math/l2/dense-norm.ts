import { linearMap } from './apply.ts';
import type { Block } from './blocks.ts';
import { proveByCholesky } from './certificate.ts';
import { blockSqrtL1Linf } from './cheap-bounds.ts';
import { gramPlan } from './gram-matrix.ts';
import { certifiedQuotient, lanczos, smallerSide } from './lanczos.ts';

/** The norm of a plain matrix, from both sides where the upper one is affordable. */
export interface DenseNorm {
  /** Lanczos value, converged to about 1e-9 relative. */
  readonly value: number;
  readonly lower: number;
  /** Certified, or null where a factorization would cost more than the given work. */
  readonly upper: number | null;
  readonly iterations: number;
  readonly residual: number;
}

const POINT = { n: 1, m: 1, k: 1, s: 1, d: 1, p: 0, circular: false };

/** A rows x columns matrix, row-major, as a block. */
export function denseBlock(rows: number, columns: number, weights: Block['weights']): Block {
  return { axes: [POINT, POINT], groups: 1, cIn: columns, cOut: rows, weights };
}

/** Largest singular value of a matrix. `work` caps the multiply-adds of the certificate. */
export function* denseNorm(block: Block, seed: number, work: number): Generator<number, DenseNorm> {
  const map = smallerSide(linearMap(block));
  const found = yield* lanczos(map, { seed, steps: 400, tolerance: 1e-9 });
  const quotient = certifiedQuotient(map, found.vector, blockSqrtL1Linf(block));
  let step = quotient.next();
  for (; !step.done; step = quotient.next()) yield found.value;
  const lower = step.value;
  const plan = work > 0 ? gramPlan(block) : null;
  const affordable = plan !== null && plan.work + plan.productWork <= work;
  const { value, iterations, residual } = found;
  const upper = affordable ? yield* proveByCholesky(block, lower) : null;
  return { value, lower, upper, iterations, residual };
}
