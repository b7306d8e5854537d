import type { Answer, Question } from './lanes.ts';
import { firstLargest, lossAt, lossValue, zeroRank } from './losses.ts';
import type { LossClasses, LossName } from './losses.ts';
import { project, stepped, type Step, type ThreatModel } from './threat-model.ts';
import { workspace } from './workspace.ts';

/** One run of APGD: one image, one start, one loss. */
export interface ApgdRun {
  readonly threat: ThreatModel;
  readonly loss: LossName;
  readonly classes: LossClasses;
  readonly clean: Float32Array;
  /** An image that the threat model allows. */
  readonly start: Float32Array;
  readonly iterations: number;
  /** Share of rising steps below which the step is halved. */
  readonly rho: number;
  /** Gradients averaged at each point, for nets that draw random numbers. */
  readonly eot: number;
  /** Whether the first misclassified point ends the run; the reference continues. */
  readonly untilBroken: boolean;
  /** Called with the state at the start (step 0) and after each step. */
  readonly watch?: (state: ApgdState) => void;
}

/** State after a step; at a checkpoint that halved the step, after going back to the best point. */
export interface ApgdState {
  /** Steps done. */
  readonly step: number;
  /** Loss that the step reached. */
  readonly loss: number;
  readonly best: number;
  /** Step size that the next step will use. */
  readonly size: number;
  /** Whether the step size was halved (ℓ1: whether the attack went back to its best point). */
  readonly halved: boolean;
  /** Whether the point that the step reached is misclassified. */
  readonly wrong: boolean;
  readonly point: Float32Array;
}

/** How a run ended. */
export interface ApgdEnd {
  /** The last misclassified point; the first with `untilBroken`; null where there was none. */
  readonly adversarial: { readonly point: Float32Array; readonly step: number } | null;
  /** The point with the largest loss. */
  readonly best: Measured;
}

/** A point with its loss, the loss's gradient (up to a positive factor) and the net's verdict. */
export interface Measured {
  readonly point: Float32Array;
  readonly rank: number;
  readonly gradient: Float32Array;
  readonly wrong: boolean;
}

export type Asking<R> = Generator<Question, R, Answer>;

/**
 * Σ of gradients that count by their losses' scales, over the largest of these: only the direction
 * is used, and a confident net's scale underflows float32 (a few hundred nats: float64 as well).
 */
class MeanGradient {
  readonly sum: Float64Array;
  #most: number;

  constructor({ gradient, loss }: NonNullable<Answer['lossGradient']>) {
    this.sum = Float64Array.from(gradient);
    this.#most = loss.scale;
  }

  add({ gradient, loss: { scale } }: NonNullable<Answer['lossGradient']>): void {
    const most = Math.max(this.#most, scale);
    const [before, now] = most > 0 ? [this.#most / most, scale / most] : [1, 1];
    for (let at = 0; at < this.sum.length; at++)
      this.sum[at] = this.sum[at]! * before + gradient[at]! * now;
    this.#most = most;
  }
}

/**
 * Asks for the loss and its gradient at a point. Of several draws the gradients are averaged, and
 * loss and verdict are the last draw's, as in the reference for random nets.
 */
export function* measure(
  { loss, classes, eot }: Pick<ApgdRun, 'loss' | 'classes' | 'eot'>,
  point: Float32Array,
): Asking<Measured> {
  const question = { point, loss: (z: Float32Array) => lossAt(loss, z, classes) };
  let { logits, lossGradient } = yield question;
  let { gradient } = lossGradient!;
  if (eot > 1) {
    const mean = new MeanGradient(lossGradient!);
    for (let draw = 1; draw < eot; draw++) {
      ({ logits, lossGradient } = yield question);
      mean.add(lossGradient!);
    }
    gradient = Float32Array.from(mean.sum);
  }
  const wrong = firstLargest(logits) !== classes.label;
  return { point, rank: lossGradient!.loss.rank, gradient, wrong };
}

/** When the step is checked: after `first` steps, then each time `fall` sooner, down to `least`. */
export function checkSchedule(iterations: number): {
  readonly first: number;
  readonly least: number;
  readonly fall: number;
} {
  const share = (part: number): number => Math.max(Math.floor(part * iterations), 1);
  return { first: share(0.22), least: share(0.06), fall: share(0.03) };
}

const choices = new Float64Array(3);

/** Clamps to [least, most] without branches, half of which would be mispredicted. */
function nearest(value: number, least: number, most: number): number {
  choices[0] = value;
  choices[1] = least;
  choices[2] = most;
  return choices[Number(value < least) + 2 * Number(value > most)]!;
}

/** {@link momentumStep} for ℓ∞ in one loop: half of an evaluation's own arithmetic. */
function linfMomentumStep(
  { clean, eps }: { readonly clean: Float32Array; readonly eps: number },
  { from, gradient, size }: Step,
  { before, share }: { readonly before: Float32Array; readonly share: number },
): Float32Array {
  const out = new Float32Array(from.length);
  for (let at = 0; at < out.length; at++) {
    const z = from[at]!;
    const least = Math.max(clean[at]! - eps, 0);
    const most = Math.min(clean[at]! + eps, 1);
    const sign = Number(gradient[at]! > 0) - Number(gradient[at]! < 0);
    const reached = nearest(z + size * sign, least, most);
    const next = z + share * (reached - z) + (1 - share) * (z - before[at]!);
    out[at] = nearest(next, least, most);
  }
  return out;
}

/** z + a(P(z + ηs) − z) + (1 − a)(z − z_before), projected: APGD's step with momentum. */
function momentumStep(
  { threat, clean }: ApgdRun,
  now: Measured,
  { before, size, share }: { before: Float32Array; size: number; share: number },
): Float32Array {
  const z = now.point;
  const move = { from: z, gradient: now.gradient, size };
  if (threat.norm === 'linf')
    return linfMomentumStep({ clean, eps: threat.eps }, move, { before, share });
  const next = stepped(threat.norm, move, workspace(z.length));
  project(threat, next, clean);
  for (let at = 0; at < next.length; at++) {
    next[at] = z[at]! + share * (next[at]! - z[at]!) + (1 - share) * (z[at]! - before[at]!);
  }
  project(threat, next, clean);
  return new Float32Array(next);
}

/** Weight of the new step against the momentum, after the first step. */
const STEP_SHARE = 0.75;

/** What a checkpoint looks at. */
interface Checkpoint {
  /** Steps since the last one. */
  window: number;
  since: number;
  /** Best rank at the last one. */
  best: number;
  halved: boolean;
}

/** How many of the last `window` losses rose over the one before them. */
function countRises(ranks: readonly number[], window: number, zero: number): number {
  let rises = 0;
  for (let back = 0; back < window; back++) {
    const at = ranks.length - 1 - back;
    // A quirk of the reference that moves iterates: before the loss after the first step it has
    // not the loss at the start, but the 0 at the end of an array not filled yet.
    if (ranks[at]! > (at === 0 ? zero : ranks[at - 1]!)) rises += 1;
  }
  return rises;
}

/**
 * Whether the step is halved: losses rose too rarely (≤ ρ, where the paper prints <), or the best
 * loss stayed as it was and the last checkpoint did not halve.
 */
function shouldHalve(
  { rho, loss }: ApgdRun,
  check: Checkpoint,
  { ranks, best }: { readonly ranks: readonly number[]; readonly best: number },
): boolean {
  const rises = countRises(ranks, check.window, zeroRank(loss));
  return rises <= rho * check.window || (!check.halved && check.best >= best);
}

/** State of a run, read by its result and its observer. */
interface Course {
  best: Measured;
  adversarial: ApgdEnd['adversarial'];
}

/** Records a new point. */
export function takeIn(course: Course, now: Measured, step: number): void {
  if (now.wrong) course.adversarial = { point: now.point, step };
  if (now.rank > course.best.rank) course.best = now;
}

/** State at the start. */
export function* openCourse(run: ApgdRun, size: number): Asking<Course> {
  const start = yield* measure(run, run.start);
  const adversarial = start.wrong ? { point: start.point, step: 0 } : null;
  const course = { best: start, adversarial };
  report(run, course, { step: 0, now: start, size, halved: false });
  return course;
}

/** Calls the observer; `reached` differs from `now` where the run went back to its best point. */
export function report(
  { watch, loss }: ApgdRun,
  { best }: Course,
  at: { step: number; now: Measured; reached?: Measured; size: number; halved: boolean },
): void {
  const reached = at.reached ?? at.now;
  watch?.({
    step: at.step,
    loss: lossValue(loss, reached.rank),
    best: lossValue(loss, best.rank),
    size: at.size,
    halved: at.halved,
    wrong: reached.wrong,
    point: at.now.point,
  });
}

/**
 * APGD for ℓ∞ and ℓ2, with the reference's quirks: the first checkpoint compares with a loss of 0,
 * and going back to the best point keeps the momentum of the point that was left.
 *
 * @see Croce & Hein 2020, "Reliable evaluation of adversarial robustness with an ensemble of
 * diverse parameter-free attacks", Algorithm 1; the reference's autopgd_base.
 */
export function* apgdRun(run: ApgdRun): Asking<ApgdEnd> {
  const { first, least, fall } = checkSchedule(run.iterations);
  let size = 2 * run.threat.eps;
  const course = yield* openCourse(run, size);
  let now = course.best;
  let before = now.point;
  const ranks: number[] = [];
  const check = { window: first, since: 0, best: now.rank, halved: true };
  for (let step = 1; step <= run.iterations; step++) {
    if (run.untilBroken && course.adversarial !== null) break;
    const share = step === 1 ? 1 : STEP_SHARE;
    const point = momentumStep(run, now, { before, size, share });
    before = now.point;
    const reached = yield* measure(run, point);
    now = reached;
    takeIn(course, reached, step);
    ranks.push(reached.rank);
    check.since += 1;
    let halved = false;
    if (check.since === check.window) {
      halved = shouldHalve(run, check, { ranks, best: course.best.rank });
      if (halved) [size, now] = [size / 2, course.best];
      check.halved = halved;
      check.best = course.best.rank;
      check.since = 0;
      check.window = Math.max(check.window - fall, least);
    }
    report(run, course, { step, now, reached, size, halved });
  }
  return course;
}
