import { kindOf, type AttackEntry } from '../model/attack/kinds.ts';
import type { AttackTrajectory, TrajectoryStep } from '../model/attack/jobs.ts';
import { startAttack, type WatchedStep } from './attack-table.ts';
import { rowOf } from './batch.ts';
import { firstLargest, margin } from './losses.ts';
import { imageNumbers, type AttackTarget } from './target.ts';
import type { ThreatModel } from './threat-model.ts';
import { mapSteps } from '../kit/steps/steps.ts';

/** One image and the attack on it. */
export interface PathJob {
  readonly target: AttackTarget;
  readonly threat: ThreatModel;
  readonly entry: AttackEntry;
  /** Float32 [H, W, C] in [0, 1]. */
  readonly clean: Float32Array;
  readonly label: number;
  /** Place of the image in its set, and the evaluation's seed: random numbers depend on them. */
  readonly index: number;
  readonly seed: number;
}

/** Most points kept of a trajectory. */
const MOST_POINTS = 300;

/**
 * The points of a trajectory: all of a short one; of a long one every second, fourth, … and the
 * last.
 */
class Points {
  #stride = 1;
  #kept: { readonly step: number; readonly point: Float32Array }[] = [];
  #last: { readonly step: number; readonly point: Float32Array } | null = null;

  add(step: number, point: Float32Array): void {
    this.#last = { step, point: point.slice() };
    if (step % this.#stride !== 0) return;
    this.#kept.push(this.#last);
    if (this.#kept.length <= MOST_POINTS) return;
    this.#stride *= 2;
    this.#kept = this.#kept.filter((one) => one.step % this.#stride === 0);
  }

  all(): readonly { readonly step: number; readonly point: Float32Array }[] {
    const last = this.#last;
    if (last === null || this.#kept.at(-1) === last) return this.#kept;
    return [...this.#kept, last];
  }
}

/** Turns an attack's queries into the steps of its trajectory. */
class Recorder {
  readonly steps: TrajectoryStep[] = [];
  readonly points = new Points();
  /** The query that has not become a step yet. */
  #asked: { readonly point: Float32Array; readonly logits: Float32Array } | null = null;
  #questions = 0;

  constructor(private readonly job: PathJob) {}

  /** The net, with its queries observed. */
  target(): AttackTarget {
    const { target } = this.job;
    return {
      ...target,
      logits: async (images) => {
        const logits = await target.logits(images);
        this.#hear(images, logits);
        if (!kindOf(this.job.entry).reportsSteps && this.#questions > 1) this.flush();
        return logits;
      },
      pullback: async (images, cotangent) => {
        const answer = await target.pullback(images, cotangent);
        if (kindOf(this.job.entry).reportsSteps) this.#hear(images, answer.logits);
        return answer;
      },
    };
  }

  #hear(images: Float32Array, logits: Float32Array): void {
    this.#questions += 1;
    this.#asked = { point: images.slice(), logits: logits.slice() };
  }

  /** Turns the last query into a step; the first query is the clean image and no step. */
  flush(watched: Partial<WatchedStep> = {}): void {
    if (this.#asked === null || this.#questions <= 1) return;
    const { point, logits } = this.#asked;
    const { label } = this.job;
    const prediction = firstLargest(logits);
    this.points.add(this.steps.length, point);
    this.steps.push({
      restart: watched.restart ?? this.steps.at(-1)?.restart ?? 0,
      step: watched.step ?? (this.steps.at(-1)?.step ?? -1) + 1,
      loss: watched.loss ?? null,
      best: watched.best ?? null,
      size: watched.size ?? null,
      halved: watched.halved ?? false,
      wrong: prediction !== label,
      prediction,
      margin: margin(logits, label),
    });
    this.#asked = null;
  }
}

/**
 * Re-runs the attack on one image and records its trajectory: the same steps as in an evaluation,
 * bit for bit on wasm and cpu, since an attack on an image is independent of the others. Yields
 * after each step; to stop, end the iteration.
 */
export async function* attackPath(
  job: PathJob,
): AsyncGenerator<{ readonly steps: number }, AttackTrajectory, undefined> {
  const { threat, entry, clean, label, index, seed } = job;
  const recorder = new Recorder(job);
  const batch = {
    images: clean,
    labels: [label],
    seed: { seed, indices: Uint32Array.of(index) },
  };
  const watch = (step: WatchedStep): void => recorder.flush(step);
  const run = startAttack({ target: recorder.target(), batch, threat, entry, watch });
  yield* mapSteps(run, () => ({ steps: recorder.steps.length }));
  recorder.flush();
  return pathOf(job, recorder);
}

function pathOf({ target, entry, clean }: PathJob, { steps, points }: Recorder): AttackTrajectory {
  const kept = points.all();
  const size = imageNumbers(target);
  const all = new Float32Array(kept.length * size);
  kept.forEach(({ point }, at) => all.set(rowOf(point, 0, size), at * size));
  const { shape } = target;
  return {
    attack: entry,
    shape,
    clean,
    steps,
    kept: kept.map(({ step }) => step),
    points: all,
  };
}
