import { paperFormulas } from '../lemma1.ts';
import type { ConvOperator } from '../operator.ts';
import { blocksOf } from './blocks.ts';
import { frobeniusBound, sqrtL1LinfBound } from './cheap-bounds.ts';
import * as find from './findings.ts';
import { supremumBound, supremumPlan } from './fourier.ts';
import { gramRung, rungObstacle } from './gram-ladder.ts';
import { fantasticFour, patchBound } from './reshaped.ts';
import { roundUp, scaleBy } from './rounding.ts';
import { scaledOperator, stencilOf } from './stencil.ts';
import type { Badge, MethodResult } from './types.ts';

export type MethodId =
  | 'formula3'
  | 'frobenius'
  | 'sqrt-l1-linf'
  | `gram-${1 | 2 | 3 | 4 | 5 | 6}`
  | 'symbol-sup'
  | 'patch'
  | 'fantastic-four'
  | 'reshaped'
  | 'sgl'
  | 'gouk'
  | 'power'
  | 'power-as-run'
  | 'lanczos'
  | 'svd';

/** A way to a number for ‖M‖₂, as a row of the comparison. */
export interface Method {
  readonly label: string;
  /** What its number is worth in general; a result may carry another badge. */
  readonly badge: Badge;
  readonly source: string;
  readonly explanation: string;
  /** True, or the reason why the method says nothing about this layer. */
  readonly available: (op: ConvOperator) => true | string;
  readonly find: (subject: find.Subject) => Generator<find.Finding, find.Finding>;
}

const always = (): true => true;

const GRAM_NOTES = ['', 'AOL’s bound.', '', '', '', '', ''];

function gramMethod(t: number): Method {
  return {
    label: `Gram ladder, t = ${t}`,
    badge: 'certified upper',
    source: t === 1 ? 'Prach & Lampert 2022 (AOL); Delattre et al. 2024' : 'Delattre et al. 2024',
    explanation:
      `‖(MᵀM)^${2 ** (t - 1)}‖∞ to the power 1/${2 ** t}, from the kernel correlated with itself: ` +
      `holds for every input size. ${GRAM_NOTES[t]!}`.trim(),
    available: (op) => {
      const obstacle = rungObstacle(blocksOf(stencilOf(op).stencil), t);
      return obstacle === null ? true : `Not computed: ${obstacle}.`;
    },
    find: ({ blocks }) => find.overBlocks(blocks, (block) => gramRung(block, t)),
  };
}

/** Multiply-adds that the supremum bound may take. */
const SUPREMUM_WORK = 3e9;

/** All rows of the ℓ2 comparison, from the loosest upper bound to the reference. */
export const METHODS: Record<MethodId, Method> = {
  formula3: {
    label: 'Eq. (3)',
    badge: 'certified upper',
    source: 'Liang & Huang 2021, Eq. (3)',
    explanation: '√(h_out·w_out)·‖K‖_F: every weight counted once for every output pixel.',
    available: always,
    find: ({ op, exponent }) => {
      const { formula3 } = paperFormulas(scaledOperator(op, exponent), 'literal');
      return find.immediately(roundUp(formula3, op.geometry.weights + 4));
    },
  },
  frobenius: {
    label: '‖M‖_F, exact',
    badge: 'certified upper',
    source: 'ΣM² counted without building M',
    explanation:
      '√(Σ n_a n_b ‖K_ab‖²), n_a and n_b the number of times a tap lands inside the input.',
    available: always,
    find: ({ stencil }) => find.immediately(frobeniusBound(stencil)),
  },
  'sqrt-l1-linf': {
    label: '√(ℓ1·ℓ∞)',
    badge: 'certified upper',
    source: 'Liang & Huang 2021, Theorem 1; Gram ladder, t = 0',
    explanation: 'The two exact norms of this lab bound the third: ‖M‖₂² ≤ ‖M‖₁‖M‖∞.',
    available: always,
    find: ({ op, exponent }) => find.immediately(sqrtL1LinfBound(scaledOperator(op, exponent))),
  },
  'gram-1': gramMethod(1),
  'gram-2': gramMethod(2),
  'gram-3': gramMethod(3),
  'gram-4': gramMethod(4),
  'gram-5': gramMethod(5),
  'gram-6': gramMethod(6),
  'symbol-sup': {
    label: 'Symbol, supremum',
    badge: 'certified upper',
    source: 'Ehlich & Zeller 1964 on the polyphase kernel’s symbol',
    explanation:
      'The largest σ(F(θ)) on a grid, certified, times the factor that covers the angles between: ' +
      'holds for every input size.',
    available: always,
    find: ({ blocks }) =>
      find.overBlocks(blocks, (block) =>
        supremumBound(block, supremumPlan(block, SUPREMUM_WORK / blocks.length).size, 0),
      ),
  },
  patch: {
    label: 'Patch bound',
    badge: 'certified upper',
    source: 'Tsuzuku et al. 2018',
    explanation: '√(windows that share a pixel) · σ(reshaped kernel), the σ certified.',
    available: always,
    find: ({ blocks, seed }) => find.certified(patchBound(blocks, seed)),
  },
  'fantastic-four': {
    label: 'Fantastic Four',
    badge: 'certified upper',
    source: 'Singla & Feizi 2021',
    explanation:
      '√(k1·k2) times the least σ of four reshapes of the (polyphase) kernel, each certified here; ' +
      'fifty power steps, as published code runs, would only estimate it from below.',
    available: always,
    find: ({ blocks, seed }) => find.certified(fantasticFour(blocks, seed)),
  },
  reshaped: {
    label: 'Reshaped kernel',
    badge: 'neither',
    source: 'Yoshida & Miyato 2017',
    explanation: 'σ of the kernel as a d_out x (d_in·k1·k2) matrix: bounds ‖M‖₂ from no side.',
    available: always,
    find: find.reshaped,
  },
  sgl: {
    label: 'FFT, circular',
    badge: 'neither',
    source: 'Sedghi, Gupta & Long 2019',
    explanation:
      'The largest σ over the DFT of the kernel: exact for circular layers of stride 1 only.',
    available: find.sglAvailable,
    find: find.sgl,
  },
  gouk: {
    label: 'No stride, no padding',
    badge: 'neither',
    source: 'Gouk et al. 2018',
    explanation: 'Power iteration on the same kernel with stride 1 and no padding.',
    available: find.goukAvailable,
    find: find.gouk,
  },
  power: {
    label: 'Power iteration',
    badge: 'certified lower',
    source: 'Virmaux & Scaman 2018',
    explanation: 'v ← MᵀMv, up to 400 steps or a relative residual of 1e-6; ‖Mv‖/‖v‖ rounded down.',
    available: always,
    find: (subject) => find.power(subject, false),
  },
  'power-as-run': {
    label: 'Power iteration as run',
    badge: 'estimate',
    source: 'Liang & Huang’s released code',
    explanation:
      'The gradient buffer is never cleared, so 502 steps use the sum of all gradients and are worth ' +
      'about eight ordinary ones: several percent too small.',
    available: always,
    find: (subject) => find.power(subject, true),
  },
  lanczos: {
    label: 'Golub–Kahan–Lanczos',
    badge: 'certified lower',
    source: 'Golub & Kahan 1965',
    explanation:
      'The best vector of a whole Krylov space, reorthogonalized; ‖Mv‖/‖v‖ rounded down.',
    available: always,
    find: find.byLanczos,
  },
  svd: {
    label: 'SVD of M',
    badge: 'exact',
    source: 'Jacobi rotations on the smaller Gram matrix',
    explanation: 'All singular values of M itself, to float64 rounding; for small M.',
    available: find.svdAvailable,
    find: find.svd,
  },
};

/** Seed and clock of a run. */
export interface RunOptions {
  readonly seed: number;
  readonly now?: () => number;
}

/**
 * Runs one method on a layer: yields rows as they improve (value NaN while there is none), returns
 * the last. While it runs a row is at most an estimate. A method that says nothing about the layer
 * returns NaN and the reason.
 */
export function* runMethod(
  id: MethodId,
  op: ConvOperator,
  options: RunOptions,
): Generator<MethodResult, MethodResult> {
  const method = METHODS[id];
  const now = options.now ?? (() => 0);
  const start = now();
  const row = (finding: find.Finding, exponent: number): MethodResult => ({
    id,
    label: method.label,
    badge: finding.badge ?? method.badge,
    value: outward(finding, finding.badge ?? method.badge, exponent),
    milliseconds: now() - start,
    note: finding.note ?? '',
    source: method.source,
    ...(finding.iterations === undefined ? {} : { iterations: finding.iterations }),
    ...(finding.residual === undefined ? {} : { residual: finding.residual }),
  });
  const can = method.available(op);
  if (can !== true) return row({ value: NaN, note: can }, 0);
  const subject = find.subjectOf(op, options.seed);
  const run = method.find(subject);
  for (;;) {
    const step = run.next();
    if (step.done) return row(step.value, subject.exponent);
    yield row({ ...step.value, badge: 'estimate' }, subject.exponent);
  }
}

/** Scaling back is exact except at the ends of float64, where a bound must still point outward. */
function outward({ value }: find.Finding, badge: Badge, exponent: number): number {
  if (exponent === 0 || Number.isNaN(value)) return value;
  const scaled = scaleBy(value, exponent);
  if (badge === 'certified upper') return roundUp(scaled, 1);
  return badge === 'certified lower' ? Math.min(Number.MAX_VALUE, scaled * (1 - 2 ** -52)) : scaled;
}
