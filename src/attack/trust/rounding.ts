import { isRight } from '../../model/attack/verdict.ts';
import { apgd, apgdDefaults } from '../apgd.ts';
import { joinRows, rowOf, type AttackBatch } from '../batch.ts';
import { firstLargest } from '../losses.ts';
import { roundedTo8Bits } from '../verdict.ts';
import { logitsOf, type Card, type Outcome, type Steps } from './card.ts';
import { notRun, outcome } from './check.ts';
import { allowed, ROUNDED_SHARE } from './thresholds.ts';
import { images, percent } from './labels.ts';
import { mapSteps } from '../../kit/steps/steps.ts';

function batchOf({ set, size, record }: Card, rows: readonly number[]): AttackBatch {
  const clean = rows.map((row) => rowOf(set.images, row, size));
  return {
    images: joinRows(clean, size),
    labels: rows.map((row) => set.labels[row]!),
    seed: {
      seed: record.plan.seed,
      indices: Uint32Array.from(rows, (row) => set.indices[row]!),
    },
  };
}

/** Of some rows those that APGD breaks for 8 bits, too, when it does not end at the border. */
async function* repaired(card: Card, rows: readonly number[]): Steps<number> {
  const { fixed, record, settings, size } = card;
  const { threat } = record.plan;
  let count = 0;
  for (let from = 0; from < rows.length; from += settings.together) {
    const batch = batchOf(card, rows.slice(from, from + settings.together));
    const how = { iterations: settings.secondSteps, untilBroken: false };
    const attack = apgd(fixed, batch, { ...apgdDefaults('apgd-ce', threat), ...how });
    const found = yield* mapSteps(attack, () => undefined);
    const rounded = Array.from(batch.labels, (_, n) =>
      roundedTo8Bits(threat, rowOf(found.images, n, size), rowOf(batch.images, n, size)),
    );
    const logits = yield* logitsOf(card, joinRows(rounded, size));
    count += rounded.filter(
      (_, n) => firstLargest(rowOf(logits, n, fixed.classes)) !== batch.labels[n],
    ).length;
  }
  return count;
}

/**
 * Whether images are broken for files of images, too. An attack that ends at the first misclassified
 * point ends beside the border, where rounding leads back: so it continues for those, before they count
 * as broken between the steps of 8 bits only.
 */
export async function* surviveRounding(card: Card): Steps<Outcome> {
  const { record, verdicts, clean, settings } = card;
  if (record.plan.threat.eps < 1 / 255)
    return notRun('No other image of 8 bits lies within ε, which is less than 1/255.');
  const broken = verdicts.flatMap(({ brokenBy }, row) => (brokenBy ? [row] : []));
  if (broken.length === 0) return notRun('No image is broken that could be rounded.');
  const lost = broken.filter((row) => !verdicts[row]!.brokenBy!.survivesRounding);
  const again = yield* repaired(
    card,
    lost.filter((row) => isRight(clean[row]!)),
  );
  const kept = broken.length - lost.length;
  const rest =
    lost.length === 0
      ? ''
      : `, and APGD-CE of ${settings.secondSteps} steps breaks ${again} of the other ${lost.length} there`;
  return outcome(
    lost.length - again <= allowed(ROUNDED_SHARE, broken.length),
    `Rounded to 8 bits, ${kept} of ${images(broken.length)} (${percent(kept, broken.length)}) stay ` +
      `broken${rest}; all but ${percent(ROUNDED_SHARE, 1)} are expected to be broken one way or the other.`,
  );
}
