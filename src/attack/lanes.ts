import type { GradientCounts, Passes } from '../model/attack/evaluation.ts';
import type { AttackSuccess } from '../model/attack/verdict.ts';
import { joinRows, rowOf } from './batch.ts';
import type { LossAt } from './losses.ts';
import { imageNumbers, type AttackTarget } from './target.ts';

/** A query of the attack on one image: logits, and the gradient of the loss if one is given. */
export interface Question {
  readonly point: Float32Array;
  /** The loss to differentiate by the image; without it a forward pass suffices. */
  readonly loss?: (logits: Float32Array) => LossAt;
}

/** The net's answer. */
export interface Answer {
  readonly logits: Float32Array;
  /** The loss, and its gradient by the image divided by the loss's scale; null when not asked. */
  readonly lossGradient: { readonly loss: LossAt; readonly gradient: Float32Array } | null;
}

/** How the attack on one image ended; null where it did not break it. */
export type LaneEnd = { readonly image: Float32Array; readonly by: AttackSuccess } | null;

/**
 * The attack on one image, as a generator of queries. It sees no other image, so that its result is
 * the same in every batch and order.
 */
export type Lane = Generator<Question, LaneEnd, Answer>;

/** The end of one image's attack. */
export interface LaneResult {
  /** Place of the image in its batch. */
  readonly n: number;
  readonly end: LaneEnd;
  readonly gradients: GradientCounts;
}

/** Event after each round of queries. */
export interface LanesProgress {
  /** Images whose attack continues. */
  readonly running: number;
  /** Images that were broken so far. */
  readonly broken: number;
  readonly passes: Passes;
  /** Attacks that ended in this round. */
  readonly ended: readonly LaneResult[];
}

/** Attacks of a batch, each created when it begins. */
export interface LaneQueue {
  readonly count: number;
  readonly laneOf: (n: number) => Lane;
  /** How many run at the same time. */
  readonly width: number;
}

/** How all attacks of a batch ended. */
export interface LanesOutcome {
  readonly ends: readonly LaneEnd[];
  readonly passes: Passes;
  /** One beside each image. */
  readonly gradients: readonly GradientCounts[];
}

interface Running {
  readonly n: number;
  readonly lane: Lane;
  question: Question;
  end: LaneEnd;
  done: boolean;
  readonly counts: { -readonly [K in keyof GradientCounts]: number };
}

const SMALLEST_NORMAL = 2 ** -126;

/** Counts a gradient, and puts 0 for what is not finite. */
function inspect({ counts }: Running, gradient: Float32Array, { scale }: LossAt): void {
  let [most, broken] = [0, false];
  for (let at = 0; at < gradient.length; at++) {
    const size = Math.abs(gradient[at]!);
    if (!Number.isFinite(size)) {
      gradient[at] = 0;
      broken = true;
    } else if (size > most) most = size;
  }
  counts.all += 1;
  if (most === 0) counts.zero += 1;
  else if (most * scale < SMALLEST_NORMAL) counts.subnormal += 1;
  if (broken) counts.notFinite += 1;
}

function advance(running: Running, answer?: Answer): void {
  // The first next() of a generator takes no value.
  const { done, value } = running.lane.next(...((answer ? [answer] : []) as [Answer]));
  if (done === true) [running.done, running.end] = [true, value];
  else running.question = value;
}

function start(lane: Lane, n: number): Running {
  const running: Running = {
    n,
    lane,
    question: { point: new Float32Array(0) },
    end: null,
    done: false,
    counts: { all: 0, zero: 0, subnormal: 0, notFinite: 0 },
  };
  advance(running);
  return running;
}

async function logitGradients(target: AttackTarget, asking: readonly Running[]): Promise<void> {
  const { classes } = target;
  const losses: LossAt[] = new Array<LossAt>(asking.length);
  const points = asking.map(({ question }) => question.point);
  const size = imageNumbers(target);
  const { logits, gradient } = await target.pullback(joinRows(points, size), (z, first = 0) => {
    const weights = new Float32Array(z.length);
    for (let row = 0; row * classes < z.length; row++) {
      const loss = asking[first + row]!.question.loss!(rowOf(z, row, classes));
      losses[first + row] = loss;
      weights.set(loss.direction, row * classes);
    }
    return weights;
  });
  asking.forEach((running, n) => {
    // A copy: a row that is kept would keep the gradients of the whole batch.
    const one = gradient.slice(n * size, (n + 1) * size);
    inspect(running, one, losses[n]!);
    const lossGradient = { loss: losses[n]!, gradient: one };
    advance(running, { logits: rowOf(logits, n, classes), lossGradient });
  });
}

async function answerLogits(target: AttackTarget, asking: readonly Running[]): Promise<void> {
  const points = asking.map(({ question }) => question.point);
  const logits = await target.logits(joinRows(points, imageNumbers(target)));
  asking.forEach((running, n) =>
    advance(running, { logits: rowOf(logits, n, target.classes), lossGradient: null }),
  );
}

/** One batched query for all running attacks. */
async function answerAll(
  target: AttackTarget,
  running: readonly Running[],
): Promise<{ readonly backward: number }> {
  const differentiated = running.filter(({ question }) => question.loss !== undefined);
  const plain = running.filter(({ question }) => question.loss === undefined);
  if (differentiated.length > 0) await logitGradients(target, differentiated);
  if (plain.length > 0) await answerLogits(target, plain);
  return { backward: differentiated.length };
}

/**
 * Runs attacks in lockstep: in each round, the queries of all running attacks are answered with one
 * forward and backward pass (and one forward pass for those without a gradient). Where one ends the
 * next begins, so that batches stay full. Yields after each round; to stop, end the iteration.
 */
export async function* runLanes(
  target: AttackTarget,
  { count, laneOf, width }: LaneQueue,
): AsyncGenerator<LanesProgress, LanesOutcome, undefined> {
  const results = new Array<LaneResult>(count);
  const passes = { forward: 0, backward: 0 };
  let [running, next, broken]: [Running[], number, number] = [[], 0, 0];
  for (;;) {
    while (next < count && running.length < width) running.push(start(laneOf(next), next++));
    if (running.length === 0) break;
    // A lane may end without a query.
    const asking = running.filter(({ done }) => !done);
    const { backward } = await answerAll(target, asking);
    passes.forward += asking.length;
    passes.backward += backward;
    const ended = running
      .filter(({ done }) => done)
      .map(({ n, end, counts }): LaneResult => ({ n, end, gradients: counts }));
    for (const result of ended) results[result.n] = result;
    broken += ended.filter(({ end }) => end !== null).length;
    running = running.filter(({ done }) => !done);
    yield { running: running.length, broken, passes: { ...passes }, ended };
  }
  return {
    ends: results.map(({ end }) => end),
    passes,
    gradients: results.map(({ gradients }) => gradients),
  };
}
