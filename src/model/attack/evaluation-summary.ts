import { wilsonInterval, type Interval } from '../../math/intervals.ts';
import type { AttackKind } from './kinds.ts';
import { attacksOf, type AttackPlan } from './plan.ts';
import type { EvaluationRecord } from './evaluation.ts';
import { isRight, stands, standsAfter, type BrokenBy, type Verdict } from './verdict.ts';

/** A proportion of some images. */
export interface Share {
  readonly count: number;
  /** At least 1. */
  readonly n: number;
  /** count / n. */
  readonly rate: number;
  /** Wilson interval at 95 %. */
  readonly interval: Interval;
}

/** Median and mean of some numbers. */
export interface Typical {
  /** The median; for an even count the mean of the middle two. */
  readonly median: number;
  readonly mean: number;
}

/** The result after one attack of the list and those before it. */
export interface AfterAttack {
  /** Index in the list. */
  readonly attack: number;
  readonly kind: AttackKind;
  /** Proportion of all images that stand: clean errors count as broken. */
  readonly standing: Share;
  /** Images that this attack broke. */
  readonly broken: number;
  /**
   * Whether the attack and those before it are finished for every image. If not, the remaining
   * images count as standing: `standing` can only fall.
   */
  readonly complete: boolean;
  /** One character per image in the record's order: '1' if it stands, else '0'. */
  readonly flags: string;
}

/** Summary of an evaluation over all its images. */
export interface EvaluationSummary {
  /** Images. */
  readonly n: number;
  /** Proportion of correctly classified clean images. */
  readonly clean: Share;
  /** '1' where the clean image is classified correctly. */
  readonly cleanFlags: string;
  /** Proportion of images that stand: the robust accuracy. */
  readonly robust: Share;
  /** '1' where the image stands. */
  readonly robustFlags: string;
  /** Whether every attack of the plan is finished for every image. */
  readonly complete: boolean;
  /** One per attack of the plan, in its order. */
  readonly attacks: readonly AfterAttack[];
  /** Of the broken images those still misclassified when rounded to 8 bits; null without any. */
  readonly surviveRounding: Share | null;
  /** ‖z − x‖ of the broken images by norm; null without any. */
  readonly distances: {
    readonly linf: Typical;
    readonly l2: Typical;
    readonly l1: Typical;
  } | null;
  /** Margins z_y − max_{c≠y} z_c. */
  readonly margins: {
    /** Of the clean images that are right; null without any. */
    readonly clean: Typical | null;
    /** Of the broken images, before and after the attack; null without any. */
    readonly broken: { readonly before: Typical; readonly after: Typical } | null;
  };
}

/** @param n At least 1. */
function shareOf(count: number, n: number): Share {
  return { count, n, rate: count / n, interval: wilsonInterval(count, n) };
}

/** Median and mean; null for no numbers. */
export function typical(values: readonly number[]): Typical | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half]!;
  const median = sorted.length % 2 === 1 ? upper : (sorted[half - 1]! + upper) / 2;
  return { median, mean: values.reduce((sum, one) => sum + one, 0) / values.length };
}

function flagsOf(verdicts: readonly Verdict[], flag: (one: Verdict) => boolean): string {
  return verdicts.map((one) => (flag(one) ? '1' : '0')).join('');
}

function countOf(flags: string): number {
  return flags.split('1').length - 1;
}

function afterAttack(verdicts: readonly Verdict[], attack: number, kind: AttackKind): AfterAttack {
  const flags = flagsOf(verdicts, (one) => standsAfter(one, attack));
  const broken = verdicts.filter(({ brokenBy }) => brokenBy?.attack === attack).length;
  const open = verdicts.some((one) => stands(one) && one.attacks <= attack);
  const standing = shareOf(countOf(flags), verdicts.length);
  return { attack, kind, standing, broken, complete: !open, flags };
}

interface Broken extends Verdict {
  readonly brokenBy: BrokenBy;
}

/** Statistics of the broken images. */
function brokenNumbers(verdicts: readonly Verdict[]): Pick<
  EvaluationSummary,
  'surviveRounding' | 'distances'
> & {
  readonly margins: EvaluationSummary['margins']['broken'];
} {
  const broken = verdicts.filter((one): one is Broken => one.brokenBy !== null);
  if (broken.length === 0) return { surviveRounding: null, distances: null, margins: null };
  const of = (number: (one: Broken) => number): Typical => typical(broken.map(number))!;
  const survive = broken.filter(({ brokenBy }) => brokenBy.survivesRounding).length;
  return {
    surviveRounding: shareOf(survive, broken.length),
    distances: {
      linf: of(({ brokenBy }) => brokenBy.distances.linf),
      l2: of(({ brokenBy }) => brokenBy.distances.l2),
      l1: of(({ brokenBy }) => brokenBy.distances.l1),
    },
    margins: { before: of((one) => one.margin), after: of(({ brokenBy }) => brokenBy.margin) },
  };
}

/** Cached by the verdicts, which several callers share and never change in place. */
const known = new WeakMap<
  readonly Verdict[],
  { readonly plan: AttackPlan; readonly summary: EvaluationSummary }
>();

/**
 * Summarizes an evaluation for the panel, the command line and files. For a running or stopped one,
 * the result so far.
 *
 * @returns null before the clean images are classified.
 */
export function evaluationSummary({
  plan,
  verdicts,
}: Pick<EvaluationRecord, 'plan' | 'verdicts'>): EvaluationSummary | null {
  if (verdicts.length === 0) return null;
  const before = known.get(verdicts);
  if (before?.plan === plan) return before.summary;
  const summary = summaryOf(plan, verdicts);
  known.set(verdicts, { plan, summary });
  return summary;
}

function summaryOf(plan: AttackPlan, verdicts: readonly Verdict[]): EvaluationSummary {
  const n = verdicts.length;
  const cleanFlags = flagsOf(verdicts, isRight);
  const robustFlags = flagsOf(verdicts, stands);
  const attacks = attacksOf(plan).map(({ kind }, attack) => afterAttack(verdicts, attack, kind));
  const { margins, ...ofBroken } = brokenNumbers(verdicts);
  return {
    n,
    clean: shareOf(countOf(cleanFlags), n),
    cleanFlags,
    robust: shareOf(countOf(robustFlags), n),
    robustFlags,
    complete: attacks.every(({ complete }) => complete),
    attacks,
    ...ofBroken,
    margins: {
      clean: typical(verdicts.filter(isRight).map((one) => one.margin)),
      broken: margins,
    },
  };
}
