import { factorBanded, factorizationSlack } from './banded-cholesky.ts';
import { blockSqrtL1Linf } from './cheap-bounds.ts';
import type { Block } from './blocks.ts';
import {
  gramMatrix,
  gramPlan,
  writeGramRow,
  type GramMatrix,
  type GramPlan,
} from './gram-matrix.ts';
import { gamma, roundUp } from './rounding.ts';

/** A block with its Gram matrix ready to be factored. */
export interface Certifier {
  readonly block: Block;
  readonly gram: GramMatrix;
}

/** Prepares a certificate: multiplies the taps once. */
export function* prepareCertifier(block: Block, plan: GramPlan): Generator<number, Certifier> {
  return { block, gram: yield* gramMatrix(block, plan) };
}

/**
 * Tries to prove σ(M) <= upper for upper² a little above λ: the Cholesky factorization of λI − G
 * succeeds in float64 only if no eigenvalue of G = MᵀM exceeds λ by more than the rounding of the
 * factorization and of G itself, ‖fl(G) − G‖ <= γ_q ‖|M|ᵀ|M|‖ <= γ_q·l1·linf. Null when it fails,
 * which
 * proves nothing.
 *
 * @see Rump 2006, "Verification of positive definiteness", BIT 46.
 */
export function* certify(
  { block, gram }: Certifier,
  lambda: number,
): Generator<number, number | null> {
  const width = block.axes[1].k;
  const { n, band } = gram.plan;
  const matrix = {
    n,
    band,
    writeRow: (row: number, target: { out: Float64Array; at: number; first: number }) =>
      writeGramRow(gram, width, row, target),
  };
  const found = yield* factorBanded(matrix, lambda);
  if (!found.succeeded) return null;
  const ofGram = 2 * gamma(gram.operations + 4) * blockSqrtL1Linf(block) ** 2;
  return roundUp(Math.sqrt(lambda + factorizationSlack(band, found) + ofGram), 8);
}

/** Gaps (upper/lower)² − 1 that a factorization is asked to prove, from the tightest on. */
const MARGINS = [1e-6, 2e-5, 4e-4, 4e-3];

/**
 * The least upper bound of σ(M) that a factorization proves within 0.2 % of a lower one; null when
 * the block is too large or its norm further away than that.
 */
export function* proveByCholesky(block: Block, lower: number): Generator<number, number | null> {
  const plan = gramPlan(block);
  if (!plan) return null;
  const certifier = yield* prepareCertifier(block, plan);
  for (const margin of MARGINS) {
    const proved = yield* certify(certifier, lower ** 2 * (1 + margin));
    if (proved !== null) return proved;
  }
  return null;
}
