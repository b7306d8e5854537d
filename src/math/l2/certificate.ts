import { factorBanded, factorizationSlack } from './banded-cholesky.ts';
import { blockSqrtL1Linf } from './cheap-bounds.ts';
import type { Block } from './blocks.ts';
import { gramMatrix, writeGramRow, type GramMatrix, type GramPlan } from './gram-matrix.ts';
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
 * factorization and of G itself, ‖fl(G) − G‖ <= γ_q ‖|M|ᵀ|M|‖ <= γ_q·l1·linf. Null when it fails, which
 * proves nothing.
 *
 * @see Rump 2006, "Verification of positive definiteness", BIT 46.
 */
export function* certify({ block, gram }: Certifier, lambda: number): Generator<number, number | null> {
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
