import { ATTACK_KINDS } from '../../model/attack/kinds.ts';
import { evaluationSummary } from '../../model/attack/evaluation-summary.ts';
import { isRight, stands } from '../../model/attack/verdict.ts';
import { joinRows, rowOf } from '../batch.ts';
import { firstLargest } from '../losses.ts';
import { isAllowed } from '../threat-model.ts';
import { logitsOf, type Card, type Outcome, type Steps } from './card.ts';
import { atOnce, notRun, outcome, type Check } from './check.ts';
import { allowed, CHANCE_SHARE, INTERVAL_POINTS, SQUARE_SHARE } from './thresholds.ts';
import { surviveRounding } from './rounding.ts';
import { images, percent } from './labels.ts';

/** Checks of the evaluation itself, and of stored images of this and other evaluations. */

function finished({ record }: Card): Outcome {
  const { attacks } = evaluationSummary(record)!;
  const open = attacks.find(({ complete }) => !complete);
  const done = attacks.filter(({ complete }) => complete).length;
  const all = `${done} of ${attacks.length} attacks are done with all images`;
  return outcome(
    open === undefined,
    open === undefined
      ? `${all}.`
      : `${all}; ${ATTACK_KINDS[open.kind].label} is not, so that the robust accuracy can still fall.`,
  );
}

function enoughImages({ record }: Card): Outcome {
  const { n, robust } = evaluationSummary(record)!;
  const { lower, upper } = robust.interval;
  const points = 100 * (upper - lower);
  return outcome(
    points <= INTERVAL_POINTS,
    `Of ${images(n)}, ${robust.count} (${percent(robust.count, n)}) stand; the 95 % interval is ` +
      `${points.toFixed(1)} points wide, and at most ${INTERVAL_POINTS} are expected.`,
  );
}

/** Rows of images that lie within the threat model, and are not the clean ones. */
function movedRows({ set, record, size, n }: Card, adversarial: Float32Array): number[] {
  return Array.from({ length: n }, (_, row) => row).filter((row) => {
    const [one, clean] = [rowOf(adversarial, row, size), rowOf(set.images, row, size)];
    return isAllowed(record.plan.threat, one, clean) && one.some((x, at) => x !== clean[at]);
  });
}

/** Of some rows of images, those that the net takes for another class. */
async function* fooled(
  card: Card,
  adversarial: Float32Array,
  rows: readonly number[],
): Steps<number[]> {
  const { size, target, set } = card;
  const points = rows.map((row) => rowOf(adversarial, row, size));
  const logits = yield* logitsOf(card, joinRows(points, size));
  return rows.filter(
    (row, at) => firstLargest(rowOf(logits, at, target.classes)) !== set.labels[row],
  );
}

/** Broken images that are not within ε, or that the net now takes for what they are. */
async function* invalid(card: Card): Steps<{ kept: number; bad: number }> {
  const { adversarial, verdicts } = card;
  const broken = verdicts.flatMap(({ brokenBy }, row) => (brokenBy ? [row] : []));
  if (adversarial === undefined || broken.length === 0) return { kept: 0, bad: 0 };
  const within = new Set(movedRows(card, adversarial));
  const wrong = yield* fooled(
    card,
    adversarial,
    broken.filter((row) => within.has(row)),
  );
  return { kept: broken.length, bad: broken.length - wrong.length };
}

async function* adversarialsValid(card: Card): Steps<Outcome> {
  const { record } = card;
  if (record.tallies.length === 0) return notRun('No attack of the evaluation has begun.');
  const { kept, bad } = yield* invalid(card);
  const refused = record.tallies.reduce((sum, one) => sum + one.refused, 0);
  const projected = record.tallies.reduce((sum, one) => sum + one.projected, 0);
  const most = allowed(CHANCE_SHARE, record.verdicts.length);
  const again =
    kept === 0
      ? 'no adversarial images were given to be classified again'
      : `of ${images(kept)} classified again, ${kept - bad} lie within ε and are misclassified`;
  return outcome(
    Math.max(refused, projected, bad) <= most,
    `Attacks claimed ${images(refused)} that the net still has right, ${projected} had to be put back ` +
      `within ε, and ${again}; up to ${most} exceptions of each kind may be rounding.`,
  );
}

interface Transfer {
  readonly name: string;
  readonly given: number;
  readonly fooled: number;
  /** Of these, images that stand under this net's own attacks. */
  readonly beyond: number;
}

async function* transferOf(card: Card, name: string, adversarial: Float32Array): Steps<Transfer> {
  const rows = movedRows(card, adversarial).filter((row) => isRight(card.clean[row]!));
  const wrong = yield* fooled(card, adversarial, rows);
  const beyond = wrong.filter((row) => stands(card.verdicts[row]!)).length;
  return { name, given: rows.length, fooled: wrong.length, beyond };
}

async function* transfer(card: Card): Steps<Outcome> {
  const [found, lost]: [Transfer[], string[]] = [[], []];
  for await (const { name, adversarial } of card.others ?? [])
    if (adversarial === null) lost.push(name);
    else found.push(yield* transferOf(card, name, adversarial));
  const used = found.filter(({ given }) => given > 0);
  if (used.length === 0) return notRun(whyNoTransfer(found, lost));
  const worst = used.reduce((most, one) => (one.beyond > most.beyond ? one : most));
  return outcome(
    worst.beyond <= SQUARE_SHARE * card.n,
    `Of ${images(worst.given)} made against ${worst.name}, ${worst.fooled} fool this net, ` +
      `${worst.beyond} of them where its own attacks failed; at most ` +
      `${percent(SQUARE_SHARE, 1)} of all ${card.n} is expected` +
      (lost.length === 0 ? '.' : `; ${formatLost(lost)}, and are left out.`),
  );
}

function formatLost(lost: readonly string[]): string {
  return `those made against ${lost.join(', ')} are no longer stored`;
}

function whyNoTransfer(found: readonly Transfer[], lost: readonly string[]): string {
  const far = `No adversarial image of ${found.map(({ name }) => name).join(', ')} lies within ε`;
  if (lost.length === 0)
    return found.length === 0
      ? 'There is no evaluation of another net on these images; run one to compare.'
      : `${far}.`;
  const begun = found.length === 0 ? 'There are no adversarial images of another net' : far;
  return `${begun}; ${formatLost(lost)}: start such an evaluation again to compare.`;
}

export const RECORD_CHECKS: readonly Check[] = (
  [
    ['finished', 'All attacks are done', atOnce(finished)],
    ['enough-images', 'Enough images', atOnce(enoughImages)],
    ['valid', 'Adversarial images are valid', adversarialsValid],
    ['rounding', 'Adversarial images survive 8 bits', surviveRounding],
    ['transfer', 'Other nets’ images fool it less', transfer],
  ] as const
).map(([id, title, run]) => ({ id, title, needs: 'verdicts', run }));
