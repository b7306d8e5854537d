import type { AttackEntry, AttackKind } from '../spec/attack-kinds.ts';
import type { AttackTally, Passes } from '../spec/evaluation.ts';
import { stands, type Verdict } from '../spec/verdict.ts';
import { startAttack } from './attack-table.ts';
import { joinRows, rowOf } from './batch.ts';
import { checkSet, type EvaluationSet } from './evaluation-set.ts';
import { BATCH_SIZES, fixedBatches } from './fixed-batches.ts';
import type { LaneOutcome } from './lane-attack.ts';
import type { LanesProgress } from './lanes.ts';
import { imageNumbers, type AttackTarget } from './target.ts';
import { checkThreat, type ThreatModel } from './threat-model.ts';
import { admit, cleanVerdicts, judged, roundedTo8Bits, type Claim } from './verdict.ts';

/** What an evaluation does. */
export interface EvaluationSettings {
  readonly threat: ThreatModel;
  /** One after the other, each on the images that still stand. */
  readonly attacks: readonly AttackEntry[];
  /** A whole number from 0 to 2^53 − 1. */
  readonly seed: number;
  /** Images attacked side by side; a resume begins at the first of them not done. */
  readonly together?: number;
  /** Sizes of the batches that the net is asked for. */
  readonly batchSizes?: readonly number[];
}

/** What an evaluation tells on its way. */
export type EvaluationEvent =
  | { readonly type: 'clean'; readonly verdicts: readonly Verdict[] }
  | {
      readonly type: 'progress';
      /** Place of the attack in the list. */
      readonly attack: number;
      readonly kind: AttackKind;
      /** Images that the attack is done with, and all that it is for. */
      readonly done: number;
      readonly of: number;
      /** Of the images under attack now: those that it goes on with, and those it broke. */
      readonly running: number;
      readonly broken: number;
      readonly passes: Passes;
    }
  /** An attack is done with these images: what a resume needs is all that came before. */
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

/** What an evaluation that ended early had found. */
export interface Before {
  readonly verdicts: readonly Verdict[];
  /** [n, H, W, C]: adversarial images where they are known, else clean ones. */
  readonly adversarial?: Float32Array;
}

/** The end of an evaluation. */
export interface EvaluationResult {
  /** One beside each image. */
  readonly verdicts: readonly Verdict[];
  /** [n, H, W, C]: the adversarial image where one is known, else the clean one. */
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

const DEFAULT_TOGETHER = 256;

function openTally(kind: AttackKind): MutableTally {
  const counts = { attacked: 0, broken: 0, refused: 0, projected: 0 };
  const gradients = { all: 0, zero: 0, subnormal: 0, notFinite: 0 };
  return { kind, ...counts, passes: { forward: 0, backward: 0 }, gradients };
}

function sum<T extends object>(a: T, b: T): T {
  const entries = Object.entries(a) as [keyof T & string, number][];
  return Object.fromEntries(entries.map(([name, one]) => [name, one + (b[name] as number)])) as T;
}

function gather(job: Job, rows: readonly number[]): Float32Array {
  const images = rows.map((row) => rowOf(job.set.images, row, job.size));
  return joinRows(images, job.size);
}

/** Runs one attack on some images, telling how far it is. */
async function* attackRows(
  job: Job,
  { entry, rows }: Turn,
  told: (progress: LanesProgress) => EvaluationEvent,
): AsyncGenerator<EvaluationEvent, LaneOutcome, undefined> {
  const { target, set, settings } = job;
  const batch = {
    images: gather(job, rows),
    labels: rows.map((row) => set.labels[row]!),
    seed: { seed: settings.seed, indices: Uint32Array.from(rows, (row) => set.indices[row]!) },
  };
  const steps = startAttack({ target, batch, threat: settings.threat, entry });
  try {
    for (;;) {
      const next = await steps.next();
      if (next.done === true) return next.value;
      yield told(next.value);
    }
  } finally {
    // Also when the one who iterates leaves: the attack then ends where it is.
    await steps.return(undefined as never);
  }
}

/** What the attack returned, put right where that is needed; null where there is no new image. */
function claimsOf(job: Job, { rows }: Turn, { images }: LaneOutcome): (Claim | null)[] {
  return rows.map((row, n) => {
    const clean = rowOf(job.set.images, row, job.size);
    return admit(job.settings.threat, rowOf(images, n, job.size), clean);
  });
}

/** Logits of what came back, rounded to 8 bits; of images that did not move, rows of zeros. */
async function roundedLogits(
  { target, set, settings, size }: Job,
  { rows }: Turn,
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

/** Classifies what came back once more, and only then counts. */
async function judgeTurn(
  job: Job,
  turn: Turn,
  { outcome, tally }: { readonly outcome: LaneOutcome; readonly tally: MutableTally },
): Promise<Verdict[]> {
  const { target, set, size } = job;
  const claims = claimsOf(job, turn, outcome);
  const images = turn.rows.map((row, n) => claims[n]?.image ?? rowOf(set.images, row, size));
  const logits = await target.logits(joinRows(images, size));
  const rounded = await roundedLogits(job, turn, { claims, images });
  const { attack, entry } = turn;
  turn.rows.forEach((row, n) => {
    const found = {
      by: { attack, kind: entry.kind, ...(outcome.by[n] ?? { restart: 0, step: 0 }) },
      image: images[n]!,
      clean: rowOf(set.images, row, size),
      logits: rowOf(logits, n, target.classes),
      rounded: rowOf(rounded, n, target.classes),
    };
    // A net that changes its mind about the clean image itself is not broken by the attack.
    const before = job.verdicts[row]!;
    const verdict = claims[n] ? judged(before, found) : { ...before, attacks: attack + 1 };
    job.verdicts[row] = verdict;
    if (verdict.brokenBy !== null) job.adversarial.set(images[n]!, row * size);
    else if (outcome.broken[n]) tally.refused += 1;
    if (verdict.brokenBy !== null) tally.broken += 1;
    if (claims[n]?.projected === true) tally.projected += 1;
  });
  tally.attacked += turn.rows.length;
  tally.passes = sum(tally.passes, outcome.passes);
  tally.gradients = outcome.gradients.reduce(sum, tally.gradients);
  return turn.rows.map((row) => job.verdicts[row]!);
}

/** Rows that an attack is for: those that stand, and that it has not been done with. */
function openRows({ verdicts }: Job, attack: number): number[] {
  return verdicts.flatMap((one, row) => (stands(one) && one.attacks <= attack ? [row] : []));
}

/** One attack of the list, on all images that stand. */
async function* runAttack(
  job: Job,
  attack: number,
): AsyncGenerator<EvaluationEvent, AttackTally, undefined> {
  const entry = job.settings.attacks[attack]!;
  const { kind } = entry;
  const tally = openTally(kind);
  const open = openRows(job, attack);
  const together = job.settings.together ?? DEFAULT_TOGETHER;
  for (let done = 0; done < open.length; done += together) {
    const turn = { attack, entry, rows: open.slice(done, done + together) };
    const told = ({ running, broken, passes }: LanesProgress): EvaluationEvent => {
      const all = sum(tally.passes, passes);
      const place = { attack, kind, done, of: open.length };
      return { type: 'progress', ...place, running, broken, passes: all };
    };
    const outcome = yield* attackRows(job, turn, told);
    const verdicts = await judgeTurn(job, turn, { outcome, tally });
    const broken = new Map(
      turn.rows.flatMap((row, n): [number, Float32Array][] =>
        verdicts[n]!.brokenBy === null
          ? []
          : [[row, rowOf(job.adversarial, row, job.size).slice()]],
      ),
    );
    yield { type: 'verdicts', attack, rows: turn.rows, verdicts, broken, tally: { ...tally } };
  }
  return tally;
}

function checkSettings({ threat, together = DEFAULT_TOGETHER }: EvaluationSettings): void {
  checkThreat(threat);
  if (!(Number.isInteger(together) && together >= 1))
    throw new RangeError(`together: ${together} is not a number of images; give one from 1.`);
}

/** Verdicts of an evaluation that ended early, taken up again. */
function resumed(set: EvaluationSet, before: readonly Verdict[]): Verdict[] {
  const known = new Map(before.map((one) => [one.index, one]));
  return Array.from(set.indices, (index, row) => {
    const found = known.get(index);
    if (found === undefined || found.label !== set.labels[row])
      throw new RangeError(
        `resume: the evaluation to go on with knows no image ${index} with the label ` +
          `${set.labels[row]!}; give the same images, or begin anew.`,
      );
    return found;
  });
}

/**
 * Attacks the images of a set, one attack after the other on those that still stand, and believes
 * none of them: every image that comes back is put into the ball and the box where it is not,
 * classified again, and only then counted. Flags depend on the net, the images, the settings and
 * the seed: not on batches, order, or where an evaluation was taken up again. To stop, end the
 * iteration: it answers within one step of the attack.
 *
 * @param before What an evaluation with the same settings that ended early had found.
 * @throws RangeError when images, labels or settings cannot be, or the net's answers are not
 * numbers.
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
  const verdicts = before
    ? resumed(set, before.verdicts)
    : cleanVerdicts(await target.logits(set.images), set.labels, set.indices);
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
