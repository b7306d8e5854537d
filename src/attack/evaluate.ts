import type { AttackEntry, AttackKind } from '../model/attack/kinds.ts';
import type { AttackTally, Passes } from '../model/attack/evaluation.ts';
import { stands, type Verdict } from '../model/attack/verdict.ts';
import { startAttack, type AttackSteps } from './attack-table.ts';
import { joinRows, rowOf } from './batch.ts';
import { checkSet, type EvaluationSet } from './evaluation-set.ts';
import { BATCH_SIZES, fixedBatches } from './fixed-batches.ts';
import type { LaneResult } from './lanes.ts';
import { imageNumbers, type AttackTarget } from './target.ts';
import { checkThreat, type ThreatModel } from './threat-model.ts';
import { admit, cleanVerdicts, judged, roundedTo8Bits, type Claim } from './verdict.ts';

/** Settings of an evaluation. */
export interface EvaluationSettings {
  readonly threat: ThreatModel;
  /** One after the other, each on the images that still stand. */
  readonly attacks: readonly AttackEntry[];
  /** A whole number from 0 to 2^53 − 1. */
  readonly seed: number;
  /** Images attacked at the same time: where the attack on one ends, the next begins. */
  readonly together?: number;
  /** Batch sizes of the net's forward and backward passes. */
  readonly batchSizes?: readonly number[];
}

/** Events of an evaluation. */
export type EvaluationEvent =
  /** So many of all images were classified before any attack. */
  | { readonly type: 'classifying'; readonly done: number; readonly of: number }
  | { readonly type: 'clean'; readonly verdicts: readonly Verdict[] }
  | {
      readonly type: 'progress';
      /** Place of the attack in the list. */
      readonly attack: number;
      readonly kind: AttackKind;
      /** Images that the attack has finished, and all that it attacks. */
      readonly done: number;
      readonly of: number;
      /** Images under attack now, and those that it broke so far. */
      readonly running: number;
      readonly broken: number;
      readonly passes: Passes;
    }
  /** An attack has finished these images: a resume needs all earlier events. */
  | {
      readonly type: 'verdicts';
      readonly attack: number;
      /** Places of the images in the set that was given. */
      readonly rows: readonly number[];
      /** One beside each row. */
      readonly verdicts: readonly Verdict[];
      /** Adversarial images of those that were broken now, by row. */
      readonly broken: ReadonlyMap<number, Float32Array>;
      /** What the attack has done in this run so far. */
      readonly tally: AttackTally;
    }
  /** An attack is done with all images; `standing` of the whole set are right and unbroken. */
  | {
      readonly type: 'attack';
      readonly attack: number;
      readonly standing: number;
      readonly tally: AttackTally;
    };

/** Results of an evaluation that ended early. */
export interface Before {
  readonly verdicts: readonly Verdict[];
  /** `[n, H, W, C]`: adversarial images where they are known, else clean ones. */
  readonly adversarial?: Float32Array;
}

/** The end of an evaluation. */
export interface EvaluationResult {
  /** One beside each image. */
  readonly verdicts: readonly Verdict[];
  /** `[n, H, W, C]`: the adversarial image where one is known, else the clean one. */
  readonly adversarial: Float32Array;
  /** One beside each attack of the list, of this run alone when it is a resumed one. */
  readonly tallies: readonly AttackTally[];
  /** Share of all images that are right and stand, clean errors counted as broken. */
  readonly robustAccuracy: number;
}

interface Job {
  readonly target: AttackTarget;
  readonly set: EvaluationSet;
  readonly settings: EvaluationSettings;
  readonly size: number;
  readonly verdicts: Verdict[];
  readonly adversarial: Float32Array;
}

/** One attack on some images of the set, by their rows. */
interface Turn {
  readonly attack: number;
  readonly entry: AttackEntry;
  readonly rows: readonly number[];
}

type MutableTally = { -readonly [K in keyof AttackTally]: AttackTally[K] };

/** One whole batch. */
const DEFAULT_TOGETHER = BATCH_SIZES.at(-1)!;
/** Number of an attack's images that are verified and reported at a time. */
const JUDGED_AT = 16;

function openTally(kind: AttackKind): MutableTally {
  const counts = { attacked: 0, broken: 0, refused: 0, projected: 0 };
  const gradients = { all: 0, zero: 0, subnormal: 0, notFinite: 0 };
  return { kind, ...counts, passes: { forward: 0, backward: 0 }, gradients };
}

function sum<T extends object>(a: T, b: T): T {
  const entries = Object.entries(a) as [keyof T & string, number][];
  return Object.fromEntries(entries.map(([name, one]) => [name, one + (b[name] as number)])) as T;
}

/** Starts an attack on some images. */
function attackRows({ target, set, settings, size }: Job, { entry, rows }: Turn): AttackSteps {
  const images = rows.map((row) => rowOf(set.images, row, size));
  const batch = {
    images: joinRows(images, size),
    labels: rows.map((row) => set.labels[row]!),
    seed: { seed: settings.seed, indices: Uint32Array.from(rows, (row) => set.indices[row]!) },
    width: settings.together ?? DEFAULT_TOGETHER,
  };
  return startAttack({ target, batch, threat: settings.threat, entry });
}

/** Logits of what came back, rounded to 8 bits; of images that did not move, rows of zeros. */
async function roundedLogits(
  { target, set, settings, size }: Job,
  rows: readonly number[],
  {
    claims,
    images,
  }: { readonly claims: readonly (Claim | null)[]; readonly images: Float32Array[] },
): Promise<Float32Array> {
  const logits = new Float32Array(rows.length * target.classes);
  const moved = rows.flatMap((_, n) => (claims[n] ? [n] : []));
  if (moved.length === 0) return logits;
  const rounded = moved.map((n) =>
    roundedTo8Bits(settings.threat, images[n]!, rowOf(set.images, rows[n]!, size)),
  );
  const found = await target.logits(joinRows(rounded, size));
  moved.forEach((n, at) => {
    logits.set(rowOf(found, at, target.classes), n * target.classes);
  });
  return logits;
}

/** Classifies the returned images once more before counting them. */
async function judge(
  job: Job,
  { attack, entry, rows: all }: Turn,
  { results, tally }: { readonly results: readonly LaneResult[]; readonly tally: MutableTally },
): Promise<EvaluationEvent> {
  const { target, set, size, settings } = job;
  const rows = results.map(({ n }) => all[n]!);
  const cleans = rows.map((row) => rowOf(set.images, row, size));
  const claims = results.map(({ end }, n) => {
    return end === null ? null : admit(settings.threat, end.image, cleans[n]!);
  });
  const images = rows.map((_, n) => claims[n]?.image ?? cleans[n]!);
  const logits = await target.logits(joinRows(images, size));
  const rounded = await roundedLogits(job, rows, { claims, images });
  const broken = new Map<number, Float32Array>();
  rows.forEach((row, n) => {
    const found = {
      by: { attack, kind: entry.kind, ...(results[n]!.end?.by ?? { restart: 0, step: 0 }) },
      image: images[n]!,
      clean: cleans[n]!,
      logits: rowOf(logits, n, target.classes),
      rounded: rowOf(rounded, n, target.classes),
    };
    // If the net now misclassifies the clean image itself, the attack did not break it.
    const before = job.verdicts[row]!;
    const verdict = claims[n] ? judged(before, found) : { ...before, attacks: attack + 1 };
    job.verdicts[row] = verdict;
    if (verdict.brokenBy !== null) broken.set(row, images[n]!.slice());
    else if (results[n]!.end !== null) tally.refused += 1;
    if (claims[n]?.projected === true) tally.projected += 1;
    tally.gradients = sum(tally.gradients, results[n]!.gradients);
  });
  broken.forEach((image, row) => job.adversarial.set(image, row * size));
  tally.attacked += rows.length;
  tally.broken += broken.size;
  const verdicts = rows.map((row) => job.verdicts[row]!);
  return { type: 'verdicts', attack, rows, verdicts, broken, tally: { ...tally } };
}

/** Rows that an attack still has to process: those that stand and that it has not finished. */
function openRows({ verdicts }: Job, attack: number): number[] {
  return verdicts.flatMap((one, row) => (stands(one) && one.attacks <= attack ? [row] : []));
}

/** Runs one attack of the list on all images that stand, verifying those that it has finished. */
async function* runAttack(
  job: Job,
  attack: number,
): AsyncGenerator<EvaluationEvent, AttackTally, undefined> {
  const entry = job.settings.attacks[attack]!;
  const { kind } = entry;
  const tally = openTally(kind);
  const turn = { attack, entry, rows: openRows(job, attack) };
  const of = turn.rows.length;
  const steps = attackRows(job, turn);
  let results: LaneResult[] = [];
  for await (const { running, broken, passes, ended } of steps) {
    results.push(...ended);
    tally.passes = passes;
    const done = tally.attacked + results.length;
    yield { type: 'progress', attack, kind, done, of, running, broken, passes };
    if (results.length < JUDGED_AT && done < of) continue;
    yield await judge(job, turn, { results, tally });
    results = [];
  }
  return tally;
}

/** Logits of all images, in parts, so that a large set can be interrupted. */
async function* classify(
  target: AttackTarget,
  { images, indices }: EvaluationSet,
  together: number,
): AsyncGenerator<EvaluationEvent, Float32Array, undefined> {
  const [of, size] = [indices.length, imageNumbers(target)];
  const logits = new Float32Array(of * target.classes);
  for (let done = 0; done < of;) {
    const some = images.subarray(done * size, (done + together) * size);
    logits.set(await target.logits(some), done * target.classes);
    done = Math.min(of, done + together);
    yield { type: 'classifying', done, of };
  }
  return logits;
}

function checkSettings({ threat, together = DEFAULT_TOGETHER }: EvaluationSettings): void {
  checkThreat(threat);
  if (!(Number.isInteger(together) && together >= 1))
    throw new RangeError(`together: ${together} is not a number of images; give one from 1.`);
}

/** Verdicts restored from an evaluation that ended early. */
function resumed(set: EvaluationSet, before: readonly Verdict[]): Verdict[] {
  const known = new Map(before.map((one) => [one.index, one]));
  return Array.from(set.indices, (index, row) => {
    const found = known.get(index);
    if (found === undefined || found.label !== set.labels[row])
      throw new RangeError(
        `resume: the evaluation to resume has no image ${index} with the label ` +
          `${set.labels[row]!}; give the same images, or start a new evaluation.`,
      );
    return found;
  });
}

/**
 * Attacks the images of a set, one attack after the other on those that still stand, and trusts
 * none of them: every returned image is projected into the ball and the box if necessary,
 * classified again, and only then counted. Flags depend on the net, the images, the settings and
 * the seed: not on batches, order, or where an evaluation was taken up again. To stop, end the
 * iteration: it answers within one step of the attack.
 *
 * @param before Results of an evaluation with the same settings that ended early.
 * @throws RangeError when images, labels or settings are invalid, or logits are not numbers.
 */
export async function* evaluate(
  net: AttackTarget,
  set: EvaluationSet,
  settings: EvaluationSettings,
  before?: Before,
): AsyncGenerator<EvaluationEvent, EvaluationResult, undefined> {
  checkSettings(settings);
  checkSet(net, set);
  const target = fixedBatches(net, settings.batchSizes ?? BATCH_SIZES);
  const together = settings.together ?? DEFAULT_TOGETHER;
  const verdicts = before
    ? resumed(set, before.verdicts)
    : cleanVerdicts(yield* classify(target, set, together), set.labels, set.indices);
  yield { type: 'clean', verdicts: [...verdicts] };
  const size = imageNumbers(target);
  const adversarial = (before?.adversarial ?? set.images).slice();
  const job: Job = { target, set, settings, size, verdicts, adversarial };
  const tallies: AttackTally[] = [];
  for (let attack = 0; attack < settings.attacks.length; attack++) {
    const tally = yield* runAttack(job, attack);
    tallies.push(tally);
    yield { type: 'attack', attack, standing: verdicts.filter(stands).length, tally };
  }
  const robustAccuracy = verdicts.filter(stands).length / verdicts.length;
  return { verdicts, adversarial, tallies, robustAccuracy };
}
