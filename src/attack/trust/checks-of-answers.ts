import { kindOf } from '../../model/attack/kinds.ts';
import { isRight } from '../../model/attack/verdict.ts';
import { joinRows, rowOf } from '../batch.ts';
import { firstLargest, lossAt } from '../losses.ts';
import { logitsOf, type Card, type Outcome, type Steps } from './card.ts';
import { atOnce, notRun, outcome, type Check } from './check.ts';
import {
  allowed,
  PROBABILITY_SLACK,
  SAME_ANSWER,
  SATURATED_SHARE,
  UNDERFLOW,
} from './thresholds.ts';
import { images, percent, short } from './labels.ts';

/** Checks of the net's logits: no attack is run. */

function finite({ logits, n, target: { classes } }: Card): Outcome {
  const bad = Array.from({ length: n }, (_, row) => rowOf(logits, row, classes)).filter(
    (row) => !row.every(Number.isFinite),
  ).length;
  const rest = bad > 0 ? '; its weights may be broken, so that no accuracy can be given' : '';
  return outcome(bad === 0, `Of ${images(n)}, ${bad} have logits that are not numbers${rest}.`);
}

/** AutoAttack's test, on all images. */
function logitsNotProbabilities({ logits, n, target: { classes } }: Card): Outcome {
  let [least, most, furthest] = [Infinity, -Infinity, 0];
  for (let row = 0; row < n; row++) {
    const z = rowOf(logits, row, classes);
    const sum = z.reduce((total, one) => total + one, 0);
    furthest = Math.max(furthest, Math.abs(sum - 1));
    for (const one of z) [least, most] = [Math.min(least, one), Math.max(most, one)];
  }
  const slack = PROBABILITY_SLACK;
  const probabilities = least > -slack && most < 1 + slack && furthest <= slack;
  const range = `The answers for ${images(n)} lie from ${short(least)} to ${short(most)}`;
  return outcome(
    !probabilities,
    probabilities
      ? `${range} and add up to 1 for each: these are probabilities, and attacks need logits.`
      : `${range}, and sums differ from 1 by up to ${short(furthest)}: these are no probabilities.`,
  );
}

/** Softmax in float32 as a defender's code has it: beyond 87 the others' shares are 0. */
function saturated({ logits, clean, target: { classes } }: Card): Outcome {
  const right = clean.flatMap((one, row) => (isRight(one) ? [row] : []));
  if (right.length === 0) return notRun('No clean image is classified right.');
  const sure = right.filter((row) => {
    const { label } = clean[row]!;
    return -lossAt('ce', rowOf(logits, row, classes), { label }).rank > UNDERFLOW;
  }).length;
  return outcome(
    sure <= SATURATED_SHARE * right.length,
    `Of ${images(right.length)} that are right, ${sure} (${percent(sure, right.length)}) lead by more ` +
      `than ${UNDERFLOW.toFixed(1)}, where cross-entropy's gradient is 0 in float32; at most ` +
      `${percent(SATURATED_SHARE, 1)} is expected${
        sure > 0 ? ', and attacks that do not rescale logits fail there' : ''
      }.`,
  );
}

/** Largest ℓ2 distance of two rows, each divided by its length, and rows of another class. */
function differences(
  a: Float32Array,
  b: Float32Array,
  classes: number,
): { furthest: number; changed: number } {
  let [furthest, changed] = [0, 0];
  const length = (z: Float32Array): number => Math.hypot(...z) + 1e-10;
  for (let at = 0; at < a.length; at += classes) {
    const [x, y] = [a.subarray(at, at + classes), b.subarray(at, at + classes)];
    const [over, under] = [length(x), length(y)];
    const square = x.reduce((sum, one, c) => sum + (one / over - y[c]! / under) ** 2, 0);
    // NaN counts as far.
    furthest = square <= furthest ** 2 ? furthest : Math.sqrt(square);
    changed += firstLargest(x) === firstLargest(y) ? 0 : 1;
  }
  return { furthest, changed };
}

async function* deterministic(card: Card): Steps<Outcome> {
  const { settings, set, n, target } = card;
  const answers = [card.logits];
  let [furthest, changed] = [0, 0];
  for (let again = 1; again < settings.forwards; again++) {
    const logits = yield* logitsOf(card, set.images);
    for (const before of answers) {
      const found = differences(before, logits, target.classes);
      [furthest, changed] = [Math.max(furthest, found.furthest), Math.max(changed, found.changed)];
    }
    answers.push(logits);
  }
  card.random = !(furthest <= SAME_ANSWER && changed === 0);
  const advice = card.random
    ? '; the net draws random numbers: take the version "rand", which averages gradients'
    : '';
  return outcome(
    !card.random,
    `Of ${images(n)} classified ${settings.forwards} times, ${changed} changed their class between ` +
      `two passes, and unit logits moved by up to ${short(furthest)} (at most ${SAME_ANSWER} is ` +
      `expected)${advice}.`,
  );
}

/** Rows in an order in which no image keeps its neighbours. */
function shuffled(n: number): number[] {
  const stride = [7919, 104_729].find((prime) => n % prime !== 0)!;
  return Array.from({ length: n }, (_, at) => n - 1 - ((at * stride) % n));
}

/** A size that no evaluation asks for. */
const ODD_BATCH = 37;

async function* inOtherBatches(card: Card): Steps<Outcome> {
  const { n, set, target, size, settings } = card;
  if (card.random === true)
    return notRun(
      'The net answers the same batch differently each time, so that the effect of batches cannot be tested.',
    );
  const alone = Array.from({ length: Math.min(n, settings.alone) }, (_, row) => [row]);
  const order = shuffled(n);
  const others = Array.from({ length: Math.ceil(n / ODD_BATCH) }, (_, at) =>
    order.slice(at * ODD_BATCH, (at + 1) * ODD_BATCH),
  );
  let [furthest, changed] = [0, 0];
  for (const rows of [...others, ...alone]) {
    const pick = (from: Float32Array, length: number): Float32Array =>
      joinRows(
        rows.map((row) => rowOf(from, row, length)),
        length,
      );
    const now = await target.logits(pick(set.images, size));
    const found = differences(pick(card.logits, target.classes), now, target.classes);
    [furthest, changed] = [Math.max(furthest, found.furthest), changed + found.changed];
    yield;
  }
  card.batchDependent = !(furthest <= SAME_ANSWER);
  const why = card.batchDependent ? '; a layer takes its statistics from the batch' : '';
  return outcome(
    !card.batchDependent,
    `In another order, ${ODD_BATCH} at a time, and ${alone.length} of them alone, the unit logits of ` +
      `${images(n)} moved by up to ${short(furthest)} (at most ${SAME_ANSWER} is expected), and ` +
      `${changed} answers changed their class${why}.`,
  );
}

function batchNorm({ facts, batchDependent }: Card): Outcome {
  if (facts.batchNorm === 'none') return outcome(true, 'The net has no BatchNorm layer.');
  if (facts.batchNorm === 'training')
    return outcome(
      false,
      'BatchNorm takes its statistics from each batch, so that images change each other’s answers; ' +
        'run the net in inference mode.',
    );
  if (batchDependent === true)
    return outcome(
      false,
      'BatchNorm is said to use its running statistics, but the answers depend on the batch.',
    );
  const seen = batchDependent === false ? ', and answers do not depend on the batch' : '';
  return outcome(true, `BatchNorm uses its running statistics${seen}.`);
}

/** Classes that the losses of a list ask for. */
function enoughClasses({ attacks, target: { classes } }: Card): Outcome {
  const needed = Math.max(...attacks.map((entry) => kindOf(entry).classes));
  const standIn = classes === 3 ? 'the untargeted ratio' : 'the margin';
  return outcome(
    classes >= needed,
    classes >= needed
      ? `The net has ${classes} classes; the losses of the plan need ${needed}.`
      : `The net has ${classes} classes, but the ratio of logits in the plan needs ${needed}: ` +
          `${standIn} stood in for it, so that the list is not the published one.`,
  );
}

/** Whether the record belongs to this net. */
function cleanAgain({ clean, verdicts, n }: Card): Outcome {
  const other = clean.filter((one, row) => isRight(one) !== isRight(verdicts[row]!)).length;
  const most = allowed(SAME_CLEAN, n);
  return outcome(
    other <= most,
    `Classified again, ${other} of ${images(n)} changed between right and wrong ` +
      `(at most ${most} may, by rounding on another device).`,
  );
}

/** Images whose margin is of the size of rounding. */
const SAME_CLEAN = 0.002;

export const ANSWER_CHECKS: readonly Check[] = [
  { id: 'finite', title: 'Answers are numbers', needs: 'nothing', run: atOnce(finite) },
  {
    id: 'logits',
    title: 'Answers are logits',
    needs: 'logits',
    run: atOnce(logitsNotProbabilities),
  },
  { id: 'classes', title: 'Enough classes', needs: 'nothing', run: atOnce(enoughClasses) },
  { id: 'clean-again', title: 'Same net', needs: 'verdicts', run: atOnce(cleanAgain) },
  { id: 'deterministic', title: 'Deterministic', needs: 'logits', run: deterministic },
  {
    id: 'batch',
    title: 'Answers do not depend on the batch',
    needs: 'logits',
    run: inOtherBatches,
  },
  {
    id: 'batch-norm',
    title: 'BatchNorm in inference mode',
    needs: 'nothing',
    run: atOnce(batchNorm),
  },
  { id: 'saturated', title: 'Softmax not saturated', needs: 'logits', run: atOnce(saturated) },
];
