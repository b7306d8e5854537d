import type { AttackEntry } from '../model/attack/kinds.ts';
import type { CurvePoint, RadiusCurve } from '../model/attack/evaluation.ts';
import { stands, type Verdict } from '../model/attack/verdict.ts';
import { evaluate } from './evaluate.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import type { AttackTarget } from './target.ts';
import type { AttackNorm } from '../model/attack/kinds.ts';
import { imageNumbers } from './target.ts';
import { mapSteps } from '../kit/steps/steps.ts';

/** Input of a curve of robust accuracy against the radius. */
export interface CurveJob {
  readonly target: AttackTarget;
  readonly set: EvaluationSet;
  readonly norm: AttackNorm;
  readonly attack: AttackEntry;
  readonly seed: number;
  /** Numbers from 0. */
  readonly radii: readonly number[];
}

/** The images of a set that a list of verdicts leaves standing. */
function standing(set: EvaluationSet, verdicts: readonly Verdict[], size: number): EvaluationSet {
  const rows = verdicts.flatMap((one, row) => (stands(one) ? [row] : []));
  const images = new Float32Array(rows.length * size);
  rows.forEach((row, n) => images.set(set.images.subarray(row * size, (row + 1) * size), n * size));
  return {
    images,
    labels: rows.map((row) => set.labels[row]!),
    indices: Uint32Array.from(rows, (row) => set.indices[row]!),
  };
}

/**
 * A stopped curve as it is stored: its points, and the radii that it did not reach.
 *
 * @param before The curve stored so far. It is kept if it is of the same attack and already has a
 * point at each of these radii: nothing new was found.
 */
export function stoppedCurve(
  { attack, radii }: Pick<CurveJob, 'attack' | 'radii'>,
  points: readonly CurvePoint[],
  before: RadiusCurve | null,
): RadiusCurve | null {
  const has = (all: readonly CurvePoint[], radius: number): boolean =>
    all.some(({ eps }) => eps === radius);
  const same = before !== null && JSON.stringify(before.attack) === JSON.stringify(attack);
  if (points.length === 0 || (same && points.every(({ eps }) => has(before.points, eps))))
    return before;
  const left = radii.filter((radius) => !has(points, radius)).sort((a, b) => a - b);
  return { attack, points, left };
}

/**
 * Robust accuracy at rising radii by one attack. An image that falls at a radius is not attacked at
 * larger ones: its adversarial image lies within them, so the curve never rises. Yields the points so
 * far after each step of an attack; to stop, end the iteration.
 *
 * @throws RangeError when a radius is none, or images and net do not fit.
 */
export async function* radiusCurve(
  job: CurveJob,
): AsyncGenerator<readonly CurvePoint[], readonly CurvePoint[], undefined> {
  const { target, norm, attack, seed } = job;
  const [of, size] = [job.set.indices.length, imageNumbers(job.target)];
  const points: CurvePoint[] = [];
  let left = job.set;
  for (const eps of [...job.radii].sort((a, b) => a - b)) {
    let verdicts: readonly Verdict[] = [];
    if (left.indices.length > 0) {
      const steps = evaluate(target, left, { threat: { norm, eps }, attacks: [attack], seed });
      ({ verdicts } = yield* mapSteps(steps, () => points));
    }
    left = standing(left, verdicts, size);
    points.push({ eps, standing: left.indices.length, of });
    yield [...points];
  }
  return points;
}
