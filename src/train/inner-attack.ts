import { rowOf } from '../attack/batch.ts';
import { OTHER_STREAMS, drawNormal, type Draw } from '../attack/rng.ts';
import { lossAt, type LossAt } from '../attack/losses.ts';
import { randomInBall } from '../attack/pgd.ts';
import { imageNumbers, type AttackTarget } from '../attack/target.ts';
import { project, stepped } from '../attack/threat-model.ts';
import type { AdversarialKind, InnerAttack } from '../model/train/adversarial.ts';
import { logSoftmax } from './loss-values.ts';

/** The attack of a run on its own batches. */
export type InnerSettings = InnerAttack & { readonly kind: Exclude<AdversarialKind, 'none'> };

/** Images that a step trains on, and the indices that key their random numbers. */
export interface InnerBatch {
  /** Clean images, float32 [n, H, W, C]. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  /** Place of each image in the training set. */
  readonly indices: Uint32Array;
  /** Seed of the run. */
  readonly seed: number;
  /** From 1, below 65,536. */
  readonly epoch: number;
}

/** A loss's gradient by one image's logits: a direction times a scale. */
type LossGradient = Pick<LossAt, 'direction' | 'scale'>;

/**
 * Gradient of KL(p ‖ softmax z) by z, softmax z − p: the entry where p is largest as minus the sum of
 * the others, since the difference of two numbers near 1 has no digits where a net is sure.
 */
export function klGradient(clean: ArrayLike<number>, z: ArrayLike<number>): LossGradient {
  const [logP, logQ] = [logSoftmax(clean), logSoftmax(z)];
  const direction = logQ.map((log, c) => Math.exp(log) - Math.exp(logP[c]!));
  const top = logP.indexOf(Math.max(...logP));
  if (top >= 0) direction[top] = direction[top]! - direction.reduce((sum, one) => sum + one, 0);
  const scale = direction.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  return { direction: scale > 0 ? direction.map((one) => one / scale) : direction, scale };
}

/** Start of the attack on an image; overwrites `point`, which holds the image. */
function moveToStart(settings: InnerAttack, point: Float32Array, draw: Draw): void {
  const ball = { ...settings, uniform: 'points' } as const;
  if (settings.start === 'uniform') point.set(randomInBall(ball, point, draw));
  if (settings.start !== 'noise') return;
  const noise = drawNormal(draw, point.length);
  for (let at = 0; at < point.length; at++) point[at] = point[at]! + settings.noise * noise[at]!;
}

function startPoints(settings: InnerAttack, batch: InnerBatch, size: number): Float32Array {
  const { seed, epoch, indices } = batch;
  const points = batch.images.slice();
  const stream = OTHER_STREAMS['adversarial-training'];
  indices.forEach((image, n) => {
    const draw = { seed, image, stream, restart: epoch, step: 0 };
    moveToStart(settings, rowOf(points, n, size), draw);
  });
  return points;
}

/**
 * ∂L/∂z of each image, the cotangent of the net's pullback. With running statistics images are
 * independent, so each gradient is scaled to a largest entry of 1: signs and unit vectors stay, and
 * nothing underflows. With a batch's statistics one scale serves all.
 */
function weightsOf(gradients: readonly LossGradient[], apart: boolean): Float32Array {
  const most = gradients.reduce((largest, { scale }) => Math.max(largest, scale), 0);
  const classes = gradients[0]!.direction.length;
  const weights = new Float32Array(gradients.length * classes);
  gradients.forEach(({ direction, scale }, n) => {
    const factor = apart ? 1 : most > 0 ? scale / most : 0;
    direction.forEach((one, c) => (weights[n * classes + c] = factor * one));
  });
  return weights;
}

interface Move {
  readonly settings: InnerAttack;
  readonly gradient: Float32Array;
  readonly clean: Float32Array;
  /** Numbers of one image. */
  readonly size: number;
}

/**
 * A step of ℓ∞ for the whole batch: x ← clamp₀₁(clip_{x±ε}(x + η sign g)), sign 0 and sign NaN being
 * 0. What `stepped` and `project` do to an image at a time, without their arrays: they would cost a
 * tenth of the passes.
 */
function moveLinf({ settings: { eps, stepSize }, gradient, clean }: Move, points: Float32Array) {
  for (let at = 0; at < points.length; at++) {
    const value = gradient[at]!;
    const x = clean[at]!;
    let next = points[at]! + (value > 0 ? stepSize : value < 0 ? -stepSize : 0);
    if (next > x + eps) next = x + eps;
    else if (next < x - eps) next = x - eps;
    points[at] = next > 1 ? 1 : next < 0 ? 0 : next;
  }
}

/** A step of ℓ2, an image at a time; entries that are not numbers count as 0. */
function moveL2({ settings, gradient, clean, size }: Move, points: Float32Array): void {
  for (let n = 0; n < points.length / size; n++) {
    const point = rowOf(points, n, size);
    const finite = rowOf(gradient, n, size).map((one) => (Number.isFinite(one) ? one : 0));
    const next = stepped('l2', { from: point, gradient: finite, size: settings.stepSize });
    project(settings, next, rowOf(clean, n, size));
    point.set(next);
  }
}

/** One step of gradient ascent, projected into ball and box, for every image, in place. */
const MOVE = { linf: moveLinf, l2: moveL2 } as const;

/**
 * The adversarial images of a batch: PGD from a start near each image, the last point of all steps.
 * PGD-AT and ALP maximise the cross-entropy, TRADES KL(softmax f(x) ‖ softmax f(x')), with the
 * clean logits computed once, since the weights do not change. Random numbers depend on (seed,
 * image, epoch) alone. Yields after each step, the steps done; the last iterate is returned.
 *
 * @param target the net with the weights before the step, BatchNorm as the settings say.
 * @see Liang & Huang 2021, Figure 2, and its released code.
 */
export async function* innerAttack(
  target: AttackTarget,
  settings: InnerSettings,
  batch: InnerBatch,
): AsyncGenerator<number, Float32Array, undefined> {
  const { images: clean, labels } = batch;
  const size = imageNumbers(target);
  const { classes } = target;
  const cleanLogits = settings.kind === 'trades' ? await target.logits(clean) : null;
  const gradientAt = (logits: Float32Array, n: number): LossGradient =>
    cleanLogits === null
      ? lossAt('ce', rowOf(logits, n, classes), { label: labels[n]! })
      : klGradient(rowOf(cleanLogits, n, classes), rowOf(logits, n, classes));
  const points = startPoints(settings, batch, size);
  for (let step = 1; step <= settings.steps; step++) {
    const { gradient } = await target.pullback(points, (logits) =>
      weightsOf(
        Array.from(labels, (_, n) => gradientAt(logits, n)),
        settings.batchNorm === 'eval',
      ),
    );
    MOVE[settings.norm]({ settings, gradient, clean, size }, points);
    yield step;
  }
  return points;
}
