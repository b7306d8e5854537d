import {
  measure,
  openCourse,
  report,
  takeIn,
  type ApgdEnd,
  type ApgdRun,
  type Asking,
  type Measured,
} from './apgd-run.ts';
import { project, stepped } from './threat-model.ts';
import { workspace } from './workspace.ts';

/** Entries that an image differs in from the clean one. */
function changed(point: Float32Array, clean: Float32Array): number {
  let count = 0;
  for (let at = 0; at < point.length; at++) count += point[at] === clean[at] ? 0 : 1;
  return count;
}

/**
 * The gradient's largest entries, the rest 0: those from entry trunc((1 − share)·n) of ascending
 * |g| on, equal ones included.
 */
export function largestEntries(gradient: Float32Array, share: number): Float32Array {
  const n = gradient.length;
  const place = Math.trunc(Math.min(Math.max((1 - share) * n, 0), n - 1));
  const sizes = new Float32Array(n);
  for (let at = 0; at < n; at++) sizes[at] = Math.abs(gradient[at]!);
  const threshold = sizes.slice().sort()[place]!;
  return gradient.map((one, at) => (sizes[at]! >= threshold ? one : 0));
}

/** How sparse the steps are: a share of the entries, from how many the best point changed. */
interface Sparsity {
  share: number;
  changed: number;
}

/** A number of changed entries and the next step's share for it; 1.5 is the reference's. */
function sparsityOf(point: Float32Array, clean: Float32Array): Sparsity {
  const count = changed(point, clean);
  return { share: count / (1.5 * clean.length), changed: count };
}

/** Fewer changed entries than this share of those before count as sparser. */
const SPARSER = 0.95;
const STEP_FALL = 1.5;
const LEAST_STEP = 0.1;

function sparseStep({ threat, clean }: ApgdRun, now: Measured, step: Sparsity & { size: number }) {
  const gradient = largestEntries(now.gradient, step.share);
  const move = { from: now.point, gradient, size: step.size };
  const next = stepped('l1', move, workspace(now.point.length));
  project(threat, next, clean);
  return new Float32Array(next);
}

/** One stage, at one radius. */
function* stageRun(run: ApgdRun): Asking<ApgdEnd> {
  const { eps } = run.threat;
  const every = Math.max(Math.floor(0.04 * run.iterations), 1);
  let size = eps;
  const course = yield* openCourse(run, size);
  let now = course.best;
  let sparsity = sparsityOf(now.point, run.clean);
  for (let step = 1; step <= run.iterations; step++) {
    if (run.untilBroken && course.adversarial !== null) break;
    const reached = yield* measure(run, sparseStep(run, now, { ...sparsity, size }));
    now = reached;
    takeIn(course, reached, step);
    let halved = false;
    if (step % every === 0) {
      const after = sparsityOf(course.best.point, run.clean);
      halved = after.changed / sparsity.changed < SPARSER;
      size = halved ? eps : Math.max(size / STEP_FALL, LEAST_STEP * eps);
      if (halved) now = course.best;
      sparsity = after;
    }
    report(run, course, { step, now, reached, size, halved });
  }
  return course;
}

/** Radii and iterations of the stages: 3ε, 2ε and ε for 30, 30 and 40 % of the iterations. */
export function l1Stages(eps: number, iterations: number): { eps: number; iterations: number }[] {
  const early = Math.ceil(0.3 * iterations);
  return [
    { eps: 3 * eps, iterations: early },
    { eps: 2 * eps, iterations: early },
    { eps, iterations: iterations - 2 * early },
  ];
}

/**
 * APGD for ℓ1: three stages of falling radius, each from the best point of the one before; only the
 * last one's points count. Steps move the largest entries of the gradient; their share follows the
 * number of entries that the best point changes.
 *
 * @param run Its start may be any image; each stage projects it to its own radius.
 * @see Croce & Hein 2021, "Mind the box: l1-APGD for sparse adversarial attacks on image
 * classifiers", Algorithm 1.
 */
export function* apgdL1Run(run: ApgdRun): Asking<ApgdEnd> {
  let from = Float64Array.from(run.start);
  let end: ApgdEnd | undefined;
  let before = 0;
  const stages = l1Stages(run.threat.eps, run.iterations);
  for (const [at, { eps, iterations }] of stages.entries()) {
    const threat = { norm: 'l1', eps } as const;
    project(threat, from, run.clean);
    const last = at === stages.length - 1;
    const { watch } = run;
    const shift = before;
    end = yield* stageRun({
      ...run,
      threat,
      iterations,
      start: new Float32Array(from),
      untilBroken: run.untilBroken && last,
      ...(watch && { watch: (state) => watch({ ...state, step: state.step + shift }) }),
    });
    if (last && end.adversarial !== null)
      end = { ...end, adversarial: { ...end.adversarial, step: end.adversarial.step + shift } };
    from = Float64Array.from(end.best.point);
    before += iterations;
  }
  return end!;
}
