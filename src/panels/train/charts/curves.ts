import { Envelope, type LinePoints } from '../../../charts/envelope.ts';
import { FloatColumn } from '../../../state/train/float-column.ts';
import type { EpochRecord } from '../../../model/train/run.ts';
import type { RunLive } from '../../../state/train/live.ts';

/** Weight of a new step in a smoothed curve: about 20 steps count. */
const NEW = 0.05;

/** An exponential mean that begins without a bias towards 0; what is not finite is passed over. */
class Smooth {
  readonly values = new FloatColumn();
  readonly points = new Envelope();
  #sum = 0;
  #weight = 0;

  add(x: number, value: number): void {
    if (Number.isFinite(value)) {
      this.#sum += NEW * (value - this.#sum);
      this.#weight += NEW * (1 - this.#weight);
    }
    const mean = this.#weight === 0 ? NaN : this.#sum / this.#weight;
    this.values.append(Float64Array.of(mean));
    this.points.add(x, mean);
  }
}

/** The curves over steps (loss, accuracy), or those of a norm: brought up to date each by itself. */
export type CurvePart = 'steps' | 'l1' | 'linf';

/** Curves that a step adds a point to. */
const POINTS_OF_A_STEP = 3;

/** Curves of a run as its charts draw them, brought up to date in pieces. */
export class Curves {
  loss = new Envelope();
  smoothLoss = new Smooth();
  smoothAccuracy = new Smooth();
  #norms: Record<'l1' | 'linf', Envelope[]>;
  #steps = 0;
  #rows = { l1: 0, linf: 0 };
  #generation: number;

  constructor(private readonly live: RunLive) {
    this.#generation = live.generation;
    this.#norms = this.#fresh();
  }

  #fresh(): { l1: Envelope[]; linf: Envelope[] } {
    const list = (): Envelope[] => Array.from({ length: this.live.layers }, () => new Envelope());
    return { l1: list(), linf: list() };
  }

  /** Starts again when some of the history was removed. */
  #follow(): void {
    const { live } = this;
    if (live.generation === this.#generation) return;
    this.#generation = live.generation;
    this.#steps = 0;
    this.#rows = { l1: 0, linf: 0 };
    this.loss = new Envelope();
    this.smoothLoss = new Smooth();
    this.smoothAccuracy = new Smooth();
    this.#norms = this.#fresh();
  }

  #takeSteps(most: number): boolean {
    const { loss, correct, count } = this.live.steps;
    const end = Math.min(loss.length, this.#steps + Math.ceil(most / POINTS_OF_A_STEP));
    for (; this.#steps < end; this.#steps++) {
      const [at, step] = [this.#steps, this.#steps + 1];
      this.loss.add(step, loss.at(at));
      this.smoothLoss.add(step, loss.at(at));
      this.smoothAccuracy.add(step, correct.at(at) / count.at(at));
    }
    return end === loss.length;
  }

  #takeNorms(kind: 'l1' | 'linf', most: number): boolean {
    const { normSteps, norms, layers } = this.live;
    const envelopes = this.#norms[kind];
    const rows = Math.ceil(most / Math.max(1, layers));
    const end = Math.min(normSteps.length, this.#rows[kind] + rows);
    for (; this.#rows[kind] < end; this.#rows[kind]++) {
      const row = this.#rows[kind];
      envelopes.forEach((envelope, layer) =>
        envelope.add(normSteps.at(row), norms[kind].at(row * layers + layer)),
      );
    }
    return end === normSteps.length;
  }

  /** Takes about as many points of a part of the history as are given; true when none is left. */
  advance(part: CurvePart, most: number): boolean {
    this.#follow();
    return part === 'steps' ? this.#takeSteps(most) : this.#takeNorms(part, most);
  }

  /** Curves of one norm, a layer each, as far as they are: {@link advance} brings them up to date. */
  norms(kind: 'l1' | 'linf'): readonly Envelope[] {
    return this.#norms[kind];
  }
}

const KEPT = new WeakMap<RunLive, Curves>();

/** The curves of a run, kept from one drawing to the next: as far as they were brought. */
export function curvesOf(live: RunLive): Curves {
  const curves = KEPT.get(live) ?? new Curves(live);
  KEPT.set(live, curves);
  return curves;
}

/** Points that are taken at a time: some milliseconds of work. */
const PIECE = 20_000;

/** Brings a part of a run's curves forward by one piece; true when it is up to date. */
export function advanceCurves(live: RunLive, part: CurvePart, most: number = PIECE): boolean {
  return curvesOf(live).advance(part, most);
}

function epochPoints(
  epochs: readonly EpochRecord[],
  rate: (epoch: EpochRecord) => number,
): LinePoints {
  const rates = Float64Array.from(epochs, rate);
  const x = Float64Array.from(epochs, ({ step }) => step);
  return { count: epochs.length, x, low: rates, high: rates };
}

/** Test accuracy after each epoch. */
export function testPoints({ epochs }: RunLive): LinePoints {
  return epochPoints(epochs, ({ testCorrect, testCount }) => testCorrect / testCount);
}

/** Robust accuracy after the epochs that measured it. */
export function robustPoints({ epochs }: RunLive): LinePoints {
  const measured = epochs.filter(({ robust }) => robust !== null);
  return epochPoints(measured, ({ robust }) => robust!.correct / robust!.count);
}

/** The row of norms that holds at a step; −1 before the first. */
export function rowAt({ normSteps }: RunLive, step: number): number {
  let [low, high] = [0, normSteps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (normSteps.at(middle) <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Least width of the step axis. */
const LEAST_END = 40;

/**
 * Last step of the axis: the run's end halved as long as the curves fit with a little room. So a long run
 * is seen from its first steps on, and the axis changes a few times only.
 */
export function axisEnd(total: number, reached: number): number {
  let end = total;
  while (end / 2 >= LEAST_END && end / 2 >= reached * 1.1) end /= 2;
  return Math.max(1, Math.ceil(end), reached);
}

/** Images a second over the last steps; NaN before there are any. The first step compiles: it is left out. */
export function speedOf({ steps: { count, milliseconds } }: RunLive, window = 32): number {
  const from = Math.max(1, milliseconds.length - window);
  const times = Array.from(milliseconds.view().subarray(from)).sort((a, b) => a - b);
  if (times.length === 0) return NaN;
  // The median: a step that waited for something else says nothing of the speed.
  return (1000 * count.at(from)) / times[times.length >> 1]!;
}

/**
 * Seconds to the end of the run; by whole epochs, testing and saving included, once one is known: the
 * mean over the last `period` of them.
 */
export function secondsLeft(live: RunLive, stepsLeft: number, period = 1): number {
  const { epochs, steps } = live;
  const recent = epochs.slice(-period);
  const last = recent.at(-1);
  if (last !== undefined) {
    const before = epochs.at(-recent.length - 1)?.step ?? 0;
    const seconds = recent.reduce((sum, epoch) => sum + epoch.seconds, 0);
    return (stepsLeft * seconds) / (last.step - before);
  }
  return (stepsLeft * steps.count.at(steps.count.length - 1)) / speedOf(live);
}
