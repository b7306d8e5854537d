import type { AttackBatch } from './batch.ts';
import { attackLanes, type LaneImage, type LaneOutcome } from './lane-attack.ts';
import type { Answer, Lane, LanesProgress, Question } from './lanes.ts';
import { firstLargest, margin } from './losses.ts';
import { squareRng, type SquareRngFactory } from './square-rng.ts';
import { squareL2 } from './square-l2.ts';
import { squareLinf } from './square-linf.ts';
import type { SquareBall, SquareMoves } from './square-moves.ts';
import { shareAt, type SquareSchedule } from './square-schedule.ts';
import type { AttackTarget } from './target.ts';
import { checkThreat } from './threat-model.ts';

/** Settings of Square. */
export interface SquareSettings extends SquareSchedule {
  readonly norm: 'linf' | 'l2';
  readonly eps: number;
  readonly restarts: number;
  /** Called with the state of each image (by its index in the set) after each query. */
  readonly watch?: (image: number, state: SquareState) => void;
  /** Source of random numbers; by default keyed by the seed and the image's index. */
  readonly rng?: SquareRngFactory;
}

/** State of an image after a query. */
export interface SquareState {
  /** 0-based. */
  readonly restart: number;
  /** Proposals tried; 0 is the start. */
  readonly step: number;
  /** Margin of the image that this query tried. */
  readonly tried: number;
  /** Margin of the best image so far; 0 or less ends the restart. */
  readonly best: number;
  readonly point: Float32Array;
}

/** The reference's defaults in AutoAttack: 5000 queries, 0.8 of the pixels at first, one restart. */
export function squareDefaults({
  norm,
  eps,
}: Pick<SquareSettings, 'norm' | 'eps'>): SquareSettings {
  return { norm, eps, share: 0.8, queries: 5000, rescale: false, restarts: 1 };
}

const MOVES: Readonly<Record<SquareSettings['norm'], (ball: SquareBall) => SquareMoves>> = {
  linf: squareLinf,
  l2: squareL2,
};

/** An image that was tried. */
interface Tried {
  readonly point: Float32Array;
  readonly margin: number;
  readonly wrong: boolean;
  readonly step: number;
}

function* tryPoint(
  { label }: LaneImage,
  point: Float32Array,
  step: number,
): Generator<Question, Tried, Answer> {
  const { logits } = yield { point };
  // In float32, so that equal margins are equal here where they are in the reference.
  const found = Math.fround(margin(logits, label));
  return { point, margin: found, wrong: firstLargest(logits) !== label, step };
}

/** One restart: the last image that was taken, misclassified or not. */
function* search(
  { settings, moves }: { settings: SquareSettings; moves: SquareMoves },
  image: LaneImage,
  restart: number,
): Generator<Question, Tried, Answer> {
  const { clean, seed, index } = image;
  const rng = settings.rng ?? squareRng;
  const place = { seed, image: index, restart };
  const report = (tried: Tried, { margin: best, point }: Tried): void =>
    settings.watch?.(index, { restart, step: tried.step, tried: tried.margin, best, point });
  let best = yield* tryPoint(image, moves.start(clean, rng({ ...place, step: 0 })), 0);
  report(best, best);
  // A tie ends the search, as in the reference, although the first of equal classes may be the
  // label. Such an image then counts as not broken.
  for (let step = 1; step <= settings.queries && best.margin > 0; step++) {
    const from = { clean, best: best.point, share: shareAt(settings, step - 1) };
    const point = moves.propose(from, rng({ ...place, step }));
    const tried = yield* tryPoint(image, point, step);
    if (tried.margin < best.margin || tried.margin <= 0) best = tried;
    if (settings.watch) report(tried, best);
  }
  return best;
}

function* attackImage(
  attack: { settings: SquareSettings; moves: SquareMoves },
  image: LaneImage,
): Lane {
  for (let restart = 0; restart < attack.settings.restarts; restart++) {
    const { wrong, point, step } = yield* search(attack, image, restart);
    if (wrong) return { image: point, by: { restart, step } };
  }
  return null;
}

/**
 * Square on a batch: random search by the margin z_y − max_{c≠y} z_c alone, without gradients. A
 * proposal is taken if it lowers the margin. Images that are misclassified from the start are
 * skipped. Yields after each query; to stop, end the iteration.
 *
 * @throws RangeError when ε is not a radius.
 * @see Andriushchenko et al. 2020, "Square Attack: a query-efficient black-box adversarial attack
 * via random search", Algorithm 1, and the reference's SquareAttack.
 */
export async function* square(
  target: AttackTarget,
  batch: AttackBatch,
  settings: SquareSettings,
): AsyncGenerator<LanesProgress, LaneOutcome, undefined> {
  checkThreat(settings);
  const moves = MOVES[settings.norm]({ shape: target.shape, eps: settings.eps });
  return yield* attackLanes(target, batch, (image) => attackImage({ settings, moves }, image));
}
