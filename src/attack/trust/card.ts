import { attacksOf } from '../../model/attack/plan.ts';
import type { AttackEntry } from '../../model/attack/kinds.ts';
import type { EvaluationRecord, TrustCheck } from '../../model/attack/evaluation.ts';
import { isRight, stands, type Verdict } from '../../model/attack/verdict.ts';
import { joinRows, rowOf } from '../batch.ts';
import { evaluate } from '../evaluate.ts';
import { checkSet, type EvaluationSet } from '../evaluation-set.ts';
import { BATCH_SIZES, fixedBatches } from '../fixed-batches.ts';
import { imageNumbers, type AttackTarget } from '../target.ts';
import { cleanVerdicts } from '../verdict.ts';
import { mapSteps } from '../../kit/steps/steps.ts';

/** How the net is run. */
export interface NetFacts {
  /** Source of BatchNorm statistics; `none` without such layers. */
  readonly batchNorm: 'none' | 'inference' | 'training';
}

/** Adversarial images that an evaluation of another net made of the same images. */
export interface OtherImages {
  /** The other net's name. */
  readonly name: string;
  /**
   * [n, H, W, C], in the order of the set; clean images where there is no adversarial one. Null
   * when they are no longer stored.
   */
  readonly adversarial: Float32Array | null;
}

/** Input of a trust card. */
export interface TrustInput {
  readonly target: AttackTarget;
  readonly set: EvaluationSet;
  /** The evaluation of these images, finished or not. */
  readonly record: EvaluationRecord;
  readonly facts: NetFacts;
  /** `[n, H, W, C]`: the evaluation's adversarial images, clean ones where there is none. */
  readonly adversarial?: Float32Array;
  /** Taken one at a time, once: each can be as large as the set. */
  readonly others?: Iterable<OtherImages> | AsyncIterable<OtherImages>;
}

/** Cost limits of the checks; each number appears in the sentences that depend on it. */
export interface TrustSettings {
  /** Most images, the first of the set; all when absent. */
  readonly images?: number;
  /** Steps of the attacks along a curve. */
  readonly steps: number;
  /** Steps of the attack that gives a second opinion on the images that stand. */
  readonly secondSteps: number;
  /** Queries of Square where the evaluation did not run it. */
  readonly queries: number;
  /** Random images tried for each image that stands. */
  readonly tries: number;
  /** Times that each image is classified. */
  readonly forwards: number;
  /** Directions for each image along which its gradient is compared with differences. */
  readonly directions: number;
  /** Images classified alone. */
  readonly alone: number;
  /** Images attacked at the same time, and between two checks for a stop. */
  readonly together: number;
  readonly batchSizes: readonly number[];
}

/**
 * Some 1600 forward and 500 backward passes for each image that stands: a fourth of AutoAttack's,
 * whose Square and APGD-T cost most.
 */
export const TRUST_SETTINGS: TrustSettings = {
  steps: 20,
  secondSteps: 50,
  queries: 1000,
  tries: 100,
  forwards: 5,
  directions: 2,
  alone: 32,
  together: 64,
  batchSizes: BATCH_SIZES,
};

/** Work that can be stopped between two steps. */
export type Steps<R> = AsyncGenerator<undefined, R, undefined>;

/** What a check found. */
export type Outcome = Pick<TrustCheck, 'state' | 'sentence'>;

/** State shared by the checks. */
export interface Card extends TrustInput {
  /** The net in batches of fixed sizes, as in the evaluation. */
  readonly fixed: AttackTarget;
  readonly settings: TrustSettings;
  /** Images looked at. */
  readonly n: number;
  /** Numbers of one image. */
  readonly size: number;
  /** The plan's attacks. */
  readonly attacks: readonly AttackEntry[];
  /** [n, classes] of the clean images. */
  readonly logits: Float32Array;
  /** From these logits, by row; empty where they are not numbers. */
  readonly clean: readonly Verdict[];
  /** The record's, by row; empty when it has none. */
  readonly verdicts: readonly Verdict[];
  /** Whether the net answers the same batch differently twice; null before it is tested. */
  random: boolean | null;
  /**
   * Whether an image's answer depends on the batch; null before the test, and where it is
   * undecidable.
   */
  batchDependent: boolean | null;
}

/** How an attack on some rows ended. */
export interface Run {
  readonly rows: readonly number[];
  /** One beside each of `rows`. */
  readonly verdicts: readonly Verdict[];
  /** Of these, the images that are right and stand. */
  readonly standing: number;
}

/** Logits of images, in parts. Yields after each. */
export async function* logitsOf(
  { fixed, settings, size }: Pick<Card, 'fixed' | 'settings' | 'size'>,
  images: Float32Array,
): Steps<Float32Array> {
  const { classes } = fixed;
  const n = images.length / size;
  const logits = new Float32Array(n * classes);
  for (let from = 0; from < n; from += settings.together) {
    const part = images.subarray(from * size, Math.min(n, from + settings.together) * size);
    logits.set(await fixed.logits(part), from * classes);
    yield;
  }
  return logits;
}

function firstImages({ images, labels, indices }: EvaluationSet, n: number): EvaluationSet {
  const size = images.length / indices.length;
  return {
    images: images.subarray(0, n * size),
    labels: Array.from({ length: n }, (_, row) => labels[row]!),
    indices: indices.subarray(0, n),
  };
}

/** The record's verdicts in the set's order. @throws RangeError when they are of other images. */
function verdictsByRow({ indices, labels }: EvaluationSet, record: EvaluationRecord): Verdict[] {
  if (record.verdicts.length === 0) return [];
  const known = new Map(record.verdicts.map((one) => [one.index, one]));
  return Array.from(indices, (index, row) => {
    const found = known.get(index);
    if (found === undefined || found.label !== labels[row])
      throw new RangeError(
        `trust: the evaluation has no image ${index} with the label ${labels[row]!}; ` +
          'give the images that it was made of.',
      );
    return found;
  });
}

/**
 * Classifies the clean images and opens the card.
 *
 * @throws RangeError when images, labels and record do not belong together.
 */
export async function* openCard(input: TrustInput, settings: TrustSettings): Steps<Card> {
  const { target, record } = input;
  checkSet(target, input.set);
  const n = Math.min(input.set.indices.length, settings.images ?? Infinity);
  const set = firstImages(input.set, n);
  const verdicts = verdictsByRow(set, record);
  const shape = { fixed: fixedBatches(target, settings.batchSizes), size: imageNumbers(target) };
  const logits = yield* logitsOf({ ...shape, settings }, set.images);
  const clean = logits.every(Number.isFinite) ? cleanVerdicts(logits, set.labels, set.indices) : [];
  return {
    ...input,
    ...shape,
    set,
    settings,
    n,
    logits,
    clean,
    verdicts,
    attacks: attacksOf(record.plan),
    random: null,
    batchDependent: null,
  };
}

/** Rows of the images that the evaluation left standing, and that are right now. */
export function standingRows({ verdicts, clean }: Card): number[] {
  return verdicts.flatMap((one, row) => (stands(one) && isRight(clean[row]!) ? [row] : []));
}

/** An attack to be run on some images. */
export interface Probe {
  readonly attacks: readonly AttackEntry[];
  /** All images when absent. */
  readonly rows?: readonly number[];
  /** The plan's when absent. */
  readonly eps?: number;
  readonly seed?: number;
  readonly target?: AttackTarget;
}

/** Runs attacks on some images, as an evaluation does. Yields after each step. */
export async function* attacked(card: Card, probe: Probe): Steps<Run> {
  const { set, record, settings, size, clean } = card;
  const rows = probe.rows ?? clean.map((_, row) => row);
  if (rows.length === 0) return { rows, verdicts: [], standing: 0 };
  const part: EvaluationSet = {
    images: joinRows(
      rows.map((row) => rowOf(set.images, row, size)),
      size,
    ),
    labels: rows.map((row) => set.labels[row]!),
    indices: Uint32Array.from(rows, (row) => set.indices[row]!),
  };
  const { norm, eps } = record.plan.threat;
  const how = {
    threat: { norm, eps: probe.eps ?? eps },
    attacks: probe.attacks,
    seed: probe.seed ?? record.plan.seed,
    together: settings.together,
    batchSizes: settings.batchSizes,
  };
  const before = { verdicts: rows.map((row) => clean[row]!) };
  const steps = evaluate(probe.target ?? card.target, part, how, before);
  const { verdicts } = yield* mapSteps(steps, () => undefined);
  return { rows, verdicts, standing: verdicts.filter(stands).length };
}
