import type { AttackBatch } from './batch.ts';
import { attackStream } from './rng.ts';
import { attackLanes, type LaneImage, type LaneOutcome } from './lane-attack.ts';
import type { Lane, LanesProgress } from './lanes.ts';
import { firstLargest } from './losses.ts';
import { randomInBall } from './pgd.ts';
import type { AttackTarget } from './target.ts';
import { checkThreat, type ThreatModel } from './threat-model.ts';

/** Settings of random noise. */
export interface NoiseSettings extends ThreatModel {
  /** Random images tried for each image. */
  readonly tries: number;
}

function* attackImage(settings: NoiseSettings, { clean, label, seed, index }: LaneImage): Lane {
  const stream = attackStream('noise');
  const ball = { ...settings, uniform: 'points' } as const;
  for (let step = 0; step < settings.tries; step++) {
    const point = randomInBall(ball, clean, { seed, image: index, stream, restart: 0, step });
    const { logits } = yield { point };
    if (firstLargest(logits) !== label) return { image: point, by: { restart: 0, step } };
  }
  return null;
}

/**
 * Random images within ε: the baseline that every attack must beat. Yields after each try; to stop,
 * end the iteration.
 *
 * @throws RangeError when ε is not a radius.
 */
export async function* noise(
  target: AttackTarget,
  batch: AttackBatch,
  settings: NoiseSettings,
): AsyncGenerator<LanesProgress, LaneOutcome, undefined> {
  checkThreat(settings);
  return yield* attackLanes(target, batch, (image) => attackImage(settings, image));
}
