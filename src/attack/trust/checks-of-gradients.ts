import { stands } from '../../model/attack/verdict.ts';
import { rowOf } from '../batch.ts';
import { OTHER_STREAMS, drawUniform } from '../rng.ts';
import { lossAt, lossFor, type LossName } from '../losses.ts';
import type { AttackTarget } from '../target.ts';
import { attacked, type Card, type Outcome, type Steps } from './card.ts';
import { outcome, type Check } from './check.ts';
import { defaultAttack } from '../../model/attack/lists.ts';
import {
  allowed,
  CHANCE_SHARE,
  DIFFERENCE_STEP,
  KINK_SHARE,
  LOGIT_FACTOR,
  LOGIT_ROUNDING,
  GRADIENT_TOLERANCE,
  TIE_NOISE,
  ZERO_SHARE,
} from './thresholds.ts';
import { images, percent } from './labels.ts';

/** Checks of whether gradients are useful to an attack. */

interface Gradients {
  readonly logits: Float32Array;
  readonly gradient: Float32Array;
  /** The cotangents of the logits. */
  readonly weights: Float32Array;
}

/** A loss's gradients at some images, divided by the loss's scale. */
async function gradientsAt(
  { fixed }: Card,
  loss: LossName,
  { points, labels }: { readonly points: Float32Array; readonly labels: readonly number[] },
): Promise<Gradients> {
  const { classes } = fixed;
  const weights = new Float32Array(labels.length * classes);
  const found = await fixed.pullback(points, (z, first = 0) => {
    const [from, to] = [first * classes, first * classes + z.length];
    for (let row = 0; row * classes < z.length; row++) {
      const label = labels[first + row]!;
      const { direction } = lossAt(loss, rowOf(z, row, classes), { label });
      weights.set(direction, from + row * classes);
    }
    return weights.subarray(from, to);
  });
  return { ...found, weights };
}

/** Rows in parts that are computed together. */
function parts({ n, settings: { together } }: Card): { from: number; to: number }[] {
  return Array.from({ length: Math.ceil(n / together) }, (_, at) => ({
    from: at * together,
    to: Math.min(n, (at + 1) * together),
  }));
}

function labelsOf({ set }: Card, from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => set.labels[from + at]!);
}

/** Gradients of 0, or with entries that are not numbers, at the clean images. */
async function* countZeros(card: Card, loss: LossName): Steps<number> {
  const { set, size } = card;
  let zero = 0;
  for (const { from, to } of parts(card)) {
    const points = set.images.subarray(from * size, to * size);
    const { gradient } = await gradientsAt(card, loss, {
      points,
      labels: labelsOf(card, from, to),
    });
    for (let row = 0; row < to - from; row++) {
      const one = rowOf(gradient, row, size);
      if (!one.every(Number.isFinite) || one.every((entry) => entry === 0)) zero += 1;
    }
    yield;
  }
  return zero;
}

async function* gradientsNotZero(card: Card): Steps<Outcome> {
  const { n, target, record } = card;
  const ratio = lossFor('dlr', target.classes);
  const ce = yield* countZeros(card, 'ce');
  const dlr = yield* countZeros(card, ratio);
  const counts = record.tallies.map(({ gradients }) => gradients);
  const all = counts.reduce((sum, one) => sum + one.all, 0);
  const none = counts.reduce((sum, one) => sum + one.zero + one.notFinite, 0);
  const inAttacks =
    all === 0
      ? 'the evaluation asked for no gradient'
      : `of the evaluation's ${all} gradients ${percent(none, all)} were (at most ` +
        `${percent(ZERO_SHARE, 1)} is expected)`;
  return outcome(
    ce === 0 && dlr === 0 && none <= ZERO_SHARE * all,
    `At ${images(n)}, ${ce} gradients of cross-entropy and ${dlr} of ` +
      `${ratio === 'dlr' ? 'DLR' : 'the margin'} are 0 or not numbers (none is expected); ${inAttacks}.`,
  );
}

/** Uniform in (−1, 1), the same in every run: number 0 is for the point, others for directions. */
function uniform({ record, set, size }: Card, row: number, number: number): Float64Array {
  const draw = {
    seed: record.plan.seed,
    image: set.indices[row]!,
    stream: OTHER_STREAMS.gradients,
    restart: number,
    step: 0,
  };
  return drawUniform(draw, size);
}

/** Images of some rows with noise, and room for a difference within [0, 1]. */
function offTies(card: Card, from: number, to: number): Float32Array {
  const { set, size } = card;
  const points = set.images.slice(from * size, to * size);
  for (let row = from; row < to; row++) {
    const noise = uniform(card, row, 0);
    const image = rowOf(points, row - from, size);
    image.forEach((one, at) => {
      const moved = one + TIE_NOISE * noise[at]!;
      image[at] = Math.min(Math.max(moved, DIFFERENCE_STEP), 1 - DIFFERENCE_STEP);
    });
  }
  return points;
}

interface Along {
  readonly gradients: Gradients;
  readonly plus: Float32Array;
  readonly minus: Float32Array;
  readonly signs: readonly Int8Array[];
}

/** Images at which the quotient of w·z along v is not the gradient's. */
function countOff({ size, target: { classes } }: Card, along: Along): number {
  const { gradient, weights, logits } = along.gradients;
  return along.signs.filter((v, row) => {
    const [g, w] = [rowOf(gradient, row, size), rowOf(weights, row, classes)];
    const [up, down] = [rowOf(along.plus, row, classes), rowOf(along.minus, row, classes)];
    const rise = w.reduce((sum, one, c) => sum + one * (up[c]! - down[c]!), 0);
    const quotient = rise / (2 * DIFFERENCE_STEP);
    const expected = g.reduce((sum, one, at) => sum + one * v[at]!, 0);
    const length = Math.sqrt(g.reduce((sum, one) => sum + one * one, 0));
    const largest = rowOf(logits, row, classes).reduce((most, z) => Math.max(most, Math.abs(z)), 0);
    const weight = w.reduce((sum, one) => sum + Math.abs(one), 0);
    const rounding = (LOGIT_ROUNDING * largest * weight) / DIFFERENCE_STEP;
    // Written so that NaN counts as off.
    return !(Math.abs(quotient - expected) <= GRADIENT_TOLERANCE * length + rounding);
  }).length;
}

/** x + h·v for each image. */
function moved(points: Float32Array, v: readonly Int8Array[], h: number): Float32Array {
  const size = points.length / v.length;
  return points.map((one, at) => one + h * v[Math.floor(at / size)]![at % size]!);
}

async function* gradientsTrue(card: Card): Steps<Outcome> {
  const { n, fixed, settings } = card;
  const h = DIFFERENCE_STEP;
  let off = 0;
  for (const { from, to } of parts(card)) {
    const points = offTies(card, from, to);
    const gradients = await gradientsAt(card, 'ce', { points, labels: labelsOf(card, from, to) });
    yield;
    for (let direction = 0; direction < settings.directions; direction++) {
      const v = Array.from({ length: to - from }, (_, at) =>
        Int8Array.from(uniform(card, from + at, direction + 1), (one) => (one < 0 ? -1 : 1)),
      );
      const plus = await fixed.logits(moved(points, v, h));
      const minus = await fixed.logits(moved(points, v, -h));
      off += countOff(card, { gradients, plus, minus, signs: v });
      yield;
    }
  }
  const all = n * settings.directions;
  return outcome(
    off <= KINK_SHARE * all,
    `Along ${all} random directions near ${images(n)}, ${off} differences of the logits over ±1/4096 ` +
      `(${percent(off, all)}) do not match the gradient; at most ${percent(KINK_SHARE, 1)} is expected, ` +
      'where ReLUs switch.',
  );
}

/** The net with its logits multiplied. */
function scaledTarget(target: AttackTarget, factor: number): AttackTarget {
  const scaled = (z: Float32Array): Float32Array => z.map((one) => one * factor);
  return {
    ...target,
    logits: async (points) => scaled(await target.logits(points)),
    pullback: async (points, cotangent) => {
      const found = await target.pullback(points, (z, first) =>
        scaled(cotangent(scaled(z), first)),
      );
      return { logits: scaled(found.logits), gradient: found.gradient };
    },
  };
}

async function* scaleFree(card: Card): Steps<Outcome> {
  const { n, target, settings } = card;
  const attacks = [{ ...defaultAttack('apgd-dlr'), iterations: settings.steps }];
  const plain = yield* attacked(card, { attacks });
  const larger = yield* attacked(card, {
    attacks,
    target: scaledTarget(target, LOGIT_FACTOR),
  });
  const other = plain.verdicts.filter((one, at) => stands(one) !== stands(larger.verdicts[at]!));
  const most = allowed(CHANCE_SHARE, n);
  return outcome(
    other.length <= most,
    `APGD-DLR of ${settings.steps} steps leaves ${plain.standing} of ${images(n)}, and ` +
      `${larger.standing} with logits ${LOGIT_FACTOR} times as large; ${other.length} have another ` +
      `verdict (at most ${most} may).`,
  );
}

export const GRADIENT_CHECKS: readonly Check[] = [
  {
    id: 'gradients-zero',
    title: 'Gradients are not zero',
    needs: 'logits',
    run: gradientsNotZero,
  },
  {
    id: 'gradients-true',
    title: 'Gradients match finite differences',
    needs: 'logits',
    run: gradientsTrue,
  },
  {
    id: 'scale',
    title: 'The scale of the logits does not matter',
    needs: 'logits',
    counts: true,
    run: scaleFree,
  },
];
