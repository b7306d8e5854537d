import type { ConvOperator } from '../operator.ts';
import { linearMap, WORK_PER_YIELD } from './apply.ts';
import { blocksOf, type Block } from './blocks.ts';
import { blockSqrtL1Linf, frobeniusBound } from './cheap-bounds.ts';
import { proveByCholesky } from './certificate.ts';
import { supremumBound, supremumPlan } from './fourier.ts';
import { gramPlan } from './gram-matrix.ts';
import { certifiedQuotient, lanczos, smallerSide } from './lanczos.ts';
import { roundDown, roundUp, scaleBy } from './rounding.ts';
import { stencilOf } from './stencil.ts';
import { torusBound, torusPlan } from './torus.ts';
import type { L2Interval, L2Options, L2Progress, MethodResult } from './types.ts';

export type { L2Interval, L2Options, L2Progress } from './types.ts';

/**
 * Multiply-adds that an effort may spend, about 10⁹ a second. `first` is what a block's first
 * certificate may take even so: without one its upper bound is several times too large.
 */
const EFFORTS = {
  quick: { lanczos: 2e9, steps: 60, residual: 1e-4, certificates: 1.2e9, first: 4e9 },
  full: { lanczos: 3e10, steps: 300, residual: 1e-7, certificates: 4e10, first: 4e10 },
} as const;

/** upper/lower − 1 below which no more work is worth it. */
const CONTENT = 2e-6;

/** A block with what is known about its norm. */
interface Contender {
  readonly block: Block;
  upper: number;
  upperBy: string;
  lower: number;
  /** Certificates still untried, cheapest first. */
  certificates: Certificate[];
  proved: boolean;
}

interface Certificate {
  readonly by: string;
  readonly id: string;
  readonly work: number;
  /** Proves an upper bound, given a lower bound of the whole layer; null when it cannot. */
  readonly prove: (lower: number) => Generator<number, number | null>;
}

function certificatesOf(block: Block): Certificate[] {
  const found: Certificate[] = [];
  const plan = gramPlan(block);
  if (plan) {
    found.push({
      id: 'cholesky',
      by: `Cholesky factorization of λI − ${plan.side === 'columns' ? 'MᵀM' : 'MMᵀ'}`,
      work: plan.work + plan.productWork,
      prove: (lower) => proveByCholesky(block, lower),
    });
  }
  const torus = torusPlan(block);
  found.push({
    id: 'torus',
    by: 'symbol on a twisted torus',
    work: torus.work,
    prove: (lower) => torusBound(block, torus, lower),
  });
  const supremum = supremumPlan(block, torus.work / 3);
  if (supremum.work < torus.work / 3) {
    found.push({
      id: 'symbol-sup',
      by: 'symbol, supremum over all frequencies',
      work: supremum.work,
      prove: (lower) => supremumBound(block, supremum.size, lower),
    });
  }
  return found.sort((a, b) => a.work - b.work);
}

function contenderOf(block: Block): Contender {
  const [bySums, byFrobenius] = [blockSqrtL1Linf(block), frobeniusBound(block)];
  const upper = Math.min(bySums, byFrobenius);
  const upperBy = bySums <= byFrobenius ? '√(ℓ1·ℓ∞)' : 'exact Frobenius norm';
  return { block, upper, upperBy, lower: 0, certificates: certificatesOf(block), proved: false };
}

/** A run: its blocks, its clock, and what it has to show. */
class Run {
  readonly contenders: Contender[];
  readonly exponent: number;
  readonly methods: MethodResult[] = [];
  lower = 0;
  stage = 'bounds from sums';
  fraction = 0;
  /** The row of the method that is under way; nothing is certified by it yet. */
  underWay: MethodResult | null = null;
  constructor(
    op: ConvOperator,
    readonly now: () => number,
  ) {
    const { stencil, exponent } = stencilOf(op);
    this.exponent = exponent;
    this.contenders = blocksOf(stencil)
      .map(contenderOf)
      .sort((a, b) => b.upper - a.upper);
  }
  /** The block whose upper bound is the layer's. */
  top(): Contender | undefined {
    let best = this.contenders[0];
    for (const one of this.contenders) if (best && one.upper > best.upper) best = one;
    return best;
  }
  interval(): L2Interval {
    const top = this.top();
    if (!top) return { lower: 0, upper: 0, lowerBy: 'M is zero', upperBy: 'M is zero' };
    // A certified upper end below the lower one could only be the last bit of the rescaling.
    const upper = roundUp(scaleBy(top.upper, this.exponent), 1);
    const lower = Math.min(Number.MAX_VALUE, roundDown(scaleBy(this.lower, this.exponent), 1));
    return { lower, upper, lowerBy: 'Golub–Kahan–Lanczos vector', upperBy: top.upperBy };
  }
  progress(): L2Progress {
    const { stage, fraction, underWay } = this;
    const methods = underWay ? [...this.methods, underWay] : [...this.methods];
    return { interval: this.interval(), stage, fraction, methods };
  }
  /** Pumps inner work, showing progress at each of its yields. */
  *pump<T>(work: Generator<unknown, T>): Generator<L2Progress, T> {
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
      yield this.progress();
    }
  }
}

type Limits = (typeof EFFORTS)['quick' | 'full'];

const LANCZOS = {
  id: 'lanczos',
  label: 'Golub–Kahan–Lanczos',
  source: 'Golub & Kahan 1965',
} as const;

/** Where a Lanczos run stands: when it began, and multiply-adds that it may spend. */
interface Watch {
  readonly start: number;
  readonly budget: number;
}

/** Runs Lanczos and shows its estimate as it rises; the share done is measured by the work spent. */
function* watched<T>(
  run: Run,
  work: Generator<number, T>,
  { start, budget }: Watch,
): Generator<L2Progress, T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    run.fraction = Math.min(0.5, run.fraction + WORK_PER_YIELD / (2 * budget));
    const value = scaleBy(step.value, run.exponent);
    if (value > (run.underWay?.value ?? 0)) {
      const milliseconds = run.now() - start;
      const note = 'Its estimate so far, not certified yet.';
      run.underWay = { ...LANCZOS, badge: 'estimate', value, milliseconds, note };
    }
    yield run.progress();
  }
}

/** Lanczos on the blocks whose norm may be the largest, most promising first. */
function* raiseLower(run: Run, limits: Limits, seed: number): Generator<L2Progress, void> {
  run.stage = 'Lanczos';
  const start = run.now();
  let left: number = limits.lanczos;
  let last = { iterations: 0, residual: NaN, value: 0 };
  const many = run.contenders.length > 8;
  for (const contender of run.contenders) {
    if (contender.upper <= run.lower) continue;
    const map = smallerSide(linearMap(contender.block));
    const affordable = Math.max(6, Math.floor(left / (2 * map.work + 1)));
    const steps = Math.min(limits.steps, affordable, many ? 12 : Infinity);
    const search = lanczos(map, { seed, steps, tolerance: limits.residual });
    const found = yield* watched(run, search, { start, budget: limits.lanczos });
    left -= 2 * map.work * found.iterations;
    const factor = blockSqrtL1Linf(contender.block);
    contender.lower = yield* run.pump(certifiedQuotient(map, found.vector, factor));
    if (contender.lower > run.lower) {
      run.lower = contender.lower;
      last = found;
    }
    yield run.progress();
  }
  run.underWay = null;
  run.methods.push({
    ...LANCZOS,
    badge: 'certified lower',
    value: run.interval().lower,
    milliseconds: run.now() - start,
    note: 'The quotient ‖Mv‖/‖v‖ of its vector, rounded down: never above the norm.',
    iterations: last.iterations,
    residual: last.residual,
  });
}

/**
 * Proves upper bounds of the block that has the largest one, until the gap is closed or the
 * budget spent.
 */
function* lowerUpper(run: Run, limits: Limits): Generator<L2Progress, void> {
  let left: number = limits.certificates;
  for (;;) {
    const top = run.top();
    if (!top || top.upper <= run.lower * (1 + CONTENT)) return;
    const allowance = top.proved ? left : Math.max(left, limits.first);
    const next = top.certificates.find((certificate) => certificate.work <= allowance);
    if (!next) return;
    top.certificates = top.certificates.filter((other) => other !== next);
    left -= next.work;
    top.proved = true;
    run.stage = next.by;
    run.fraction = Math.max(run.fraction, Math.min(1, 1 - left / (2 * limits.certificates)));
    const proved = yield* run.pump(next.prove(run.lower));
    if (proved !== null && proved < top.upper) {
      top.upper = proved;
      top.upperBy = next.by;
    }
    yield run.progress();
  }
}

/**
 * The ℓ2 operator norm of a layer as a certified interval that narrows while it runs. Lower end:
 * the
 * quotient ‖Mv‖/‖v‖ of a Lanczos vector. Upper end: the least of √(l1·linf), the Frobenius norm,
 * the
 * symbol on a twisted torus and a Cholesky factorization of λI − MᵀM. Both are rounded outward.
 * Yields at least every few ten milliseconds; a caller stops it by pulling no further.
 *
 * @throws RangeError never for an operator from makeOperator; an upper end that overflows is
 * Infinity.
 */
export function* l2Interval(
  op: ConvOperator,
  options: L2Options,
): Generator<L2Progress, L2Interval> {
  const run = new Run(op, options.now ?? (() => 0));
  const limits = EFFORTS[options.effort ?? 'full'];
  yield run.progress();
  yield* raiseLower(run, limits, options.seed);
  yield* lowerUpper(run, limits);
  run.stage = 'done';
  run.fraction = 1;
  yield run.progress();
  return run.interval();
}
