import { attacksOf } from '../model/attack/plan.ts';
import type {
  AttackTally,
  EvaluationProgress,
  EvaluationRecord,
} from '../model/attack/evaluation.ts';
import type { Verdict } from '../model/attack/verdict.ts';
import { evaluate, type Before, type EvaluationEvent, type EvaluationResult } from './evaluate.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import type { AttackTarget } from './target.ts';
import { mapSteps } from '../kit/steps/steps.ts';

/** What an evaluation needs from its environment. */
export interface EvaluationHooks {
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Wall time for the record, in milliseconds since 1970. */
  readonly date: () => number;
  /** Stores the current record and the new adversarial images, by row; throws on failure. */
  readonly save: (
    record: EvaluationRecord,
    broken: ReadonlyMap<number, Float32Array>,
  ) => Promise<void>;
}

/** Event after each step of an attack. */
export interface EvaluationStep {
  readonly progress: EvaluationProgress;
  readonly record: EvaluationRecord;
}

/** The net and images under attack, and earlier results. */
export interface EvaluationStart {
  readonly target: AttackTarget;
  readonly set: EvaluationSet;
  readonly record: EvaluationRecord;
  /** `[n, H, W, C]`: known adversarial images of a resumed evaluation. */
  readonly adversarial?: Float32Array;
  /** Batch sizes of the net's forward and backward passes. */
  readonly batchSizes?: readonly number[];
  /**
   * Images attacked at the same time: the record grows each time an attack has finished so many.
   */
  readonly together?: number;
}

function sum<T extends object>(a: T, b: T): T {
  const entries = Object.entries(a) as [keyof T & string, number][];
  return Object.fromEntries(entries.map(([name, one]) => [name, one + (b[name] as number)])) as T;
}

/** Sum of an attack's tallies over several sessions. */
function addTallies(before: AttackTally | undefined, now: AttackTally): AttackTally {
  if (before === undefined) return now;
  return {
    kind: now.kind,
    attacked: before.attacked + now.attacked,
    broken: before.broken + now.broken,
    refused: before.refused + now.refused,
    projected: before.projected + now.projected,
    passes: sum(before.passes, now.passes),
    gradients: sum(before.gradients, now.gradients),
  };
}

/** The record that grows with an evaluation's events. */
class Keeper {
  #progress: EvaluationProgress;
  readonly #start: number;
  readonly #tallies: readonly AttackTally[];
  /** When the last event was taken, on the hooks' clock. */
  #last: number;

  constructor(
    public record: EvaluationRecord,
    private readonly hooks: EvaluationHooks,
  ) {
    this.#last = hooks.now();
    this.#start = this.#last - 1000 * record.seconds;
    this.#tallies = record.tallies;
    const of = record.plan.images.count;
    const place = { attack: null, done: 0, of, running: of, broken: 0 };
    const passes = { forward: 0, backward: 0 };
    this.#progress = { ...place, passes, seconds: record.seconds };
  }

  #change(change: Partial<EvaluationRecord>): void {
    const [seconds, changed] = [(this.hooks.now() - this.#start) / 1000, this.hooks.date()];
    this.record = { ...this.record, ...change, seconds, changed };
  }

  #tally(attack: number, now: AttackTally): AttackTally[] {
    // A resumed evaluation repeats the events of finished attacks; the tallies of later ones stay.
    return this.record.tallies
      .slice(0, attack)
      .concat(addTallies(this.#tallies[attack], now), this.record.tallies.slice(attack + 1));
  }

  /** Adds the time since the last event to an attack. */
  #spend(attack: number): void {
    const now = this.hooks.now();
    const spent = [...(this.record.attackSeconds ?? [])];
    while (spent.length <= attack) spent.push(0);
    spent[attack] = spent[attack]! + (now - this.#last) / 1000;
    this.#last = now;
    this.record = { ...this.record, attackSeconds: spent };
  }

  async take(event: EvaluationEvent): Promise<void> {
    if ('attack' in event) this.#spend(event.attack);
    else this.#last = this.hooks.now();
    const { record } = this;
    switch (event.type) {
      case 'classifying': {
        const { done, of } = event;
        const passes = { forward: done, backward: 0 };
        const place = { attack: null, done, of, running: of - done, broken: 0 };
        this.#progress = { ...place, passes, seconds: 0 };
        return;
      }
      case 'progress': {
        const { attack, done, of, running, broken, passes } = event;
        this.#progress = { attack, done, of, running, broken, passes, seconds: 0 };
        return;
      }
      case 'clean':
        this.#change({ verdicts: event.verdicts });
        return this.hooks.save(this.record, new Map());
      case 'verdicts': {
        const verdicts = [...record.verdicts] as Verdict[];
        event.rows.forEach((row, n) => (verdicts[row] = event.verdicts[n]!));
        this.#change({ verdicts, tallies: this.#tally(event.attack, event.tally) });
        return this.hooks.save(this.record, event.broken);
      }
      case 'attack':
        this.#change({ tallies: this.#tally(event.attack, event.tally) });
        return this.hooks.save(this.record, new Map());
    }
  }

  async finish(): Promise<void> {
    this.#change({ finished: true });
    await this.hooks.save(this.record, new Map());
  }

  step(): EvaluationStep {
    const seconds = (this.hooks.now() - this.#start) / 1000;
    return { progress: { ...this.#progress, seconds }, record: this.record };
  }
}

function beforeOf({ record, adversarial }: EvaluationStart): Before | undefined {
  if (record.verdicts.length === 0) return undefined;
  return { verdicts: record.verdicts, ...(adversarial && { adversarial }) };
}

/**
 * Runs an evaluation from its record, at the beginning or where it ended, and stores the record
 * (`save`) whenever an attack has finished some images. Yields after each step of an attack; to
 * stop, end the iteration: it ends within one step, and what was stored remains.
 *
 * @throws RangeError when the images do not fit the net or the record; what `save` throws.
 */
export async function* runEvaluation(
  start: EvaluationStart,
  hooks: EvaluationHooks,
): AsyncGenerator<
  EvaluationStep,
  Pick<EvaluationResult, 'adversarial'> & EvaluationStep,
  undefined
> {
  const { target, set, record, batchSizes, together } = start;
  const keeper = new Keeper(record, hooks);
  const { threat, seed } = record.plan;
  const settings = {
    threat,
    attacks: attacksOf(record.plan),
    seed,
    ...(batchSizes && { batchSizes }),
    ...(together !== undefined && { together }),
  };
  const events = evaluate(target, set, settings, beforeOf(start));
  const { adversarial } = yield* mapSteps(events, async (event) => {
    await keeper.take(event);
    return keeper.step();
  });
  await keeper.finish();
  return { adversarial, ...keeper.step() };
}
