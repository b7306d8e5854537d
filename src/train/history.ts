import type { EpochRecord, HistoryPart, HistoryPlace } from '../model/train/run.ts';

/** Numbers that are appended one by one; room grows by doubling. */
class Column {
  #room = new Float64Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#room.length) {
      const wider = new Float64Array(2 * this.#room.length);
      wider.set(this.#room);
      this.#room = wider;
    }
    this.#room[this.#length++] = value;
  }

  /** A copy of the numbers from `from` on. */
  slice(from = 0): Float64Array {
    return this.#room.slice(from, this.#length);
  }

  sum(from: number, end: number): number {
    let total = 0;
    for (let at = from; at < end; at++) total += this.#room[at]!;
    return total;
  }

  at(index: number): number {
    return this.#room[index]!;
  }
}

/** Measurements of one step. */
export interface StepRecord {
  readonly loss: number;
  readonly correct: number;
  readonly count: number;
  readonly learningRate: number;
  readonly milliseconds: number;
}

const STEP_KEYS = ['loss', 'correct', 'count', 'learningRate', 'milliseconds'] as const;

/** Names under which a history's columns are saved. */
export const HISTORY_COLUMNS = [...STEP_KEYS, 'normStep', 'l1', 'linf'] as const;
export type HistoryColumn = (typeof HISTORY_COLUMNS)[number];

/** Everything that was measured in a run (see model/train/run.ts for the columns). */
export class History {
  readonly #columns = Object.fromEntries(
    HISTORY_COLUMNS.map((key) => [key, new Column()]),
  ) as Readonly<Record<HistoryColumn, Column>>;
  readonly #epochs: EpochRecord[] = [];

  /** @param layers number of layers whose norms are recorded */
  constructor(readonly layers: number) {}

  /** Number of entries in each column. */
  get place(): HistoryPlace {
    return {
      steps: this.#columns.loss.length,
      norms: this.#columns.normStep.length,
      epochs: this.#epochs.length,
    };
  }

  addStep(record: StepRecord): void {
    for (const key of STEP_KEYS) this.#columns[key].push(record[key]);
  }

  /** Norms after `step` steps, one number a layer. */
  addNorms(step: number, l1: readonly number[], linf: readonly number[]): void {
    this.#columns.normStep.push(step);
    l1.forEach((value) => this.#columns.l1.push(value));
    linf.forEach((value) => this.#columns.linf.push(value));
  }

  addEpoch(record: EpochRecord): void {
    this.#epochs.push(record);
  }

  /** Sum of a column over the steps `from` … `end` − 1, counted from 0. */
  sum(key: keyof StepRecord, from: number, end: number): number {
    return this.#columns[key].sum(from, end);
  }

  /** Σ loss·count: a mean over images is this by the number of images. */
  weightedLoss(from: number, end: number): number {
    let total = 0;
    for (let at = from; at < end; at++) {
      total += this.#columns.loss.at(at) * this.#columns.count.at(at);
    }
    return total;
  }

  get lastEpoch(): EpochRecord | null {
    return this.#epochs.at(-1) ?? null;
  }

  /** The norms that were recorded last. */
  get lastNorms(): { l1: number[]; linf: number[] } {
    const from = Math.max(0, this.place.norms - 1) * this.layers;
    return {
      l1: [...this.#columns.l1.slice(from)],
      linf: [...this.#columns.linf.slice(from)],
    };
  }

  /** Everything recorded after a given place. */
  from({ steps, norms, epochs }: HistoryPlace): HistoryPart {
    const c = this.#columns;
    const step = { loss: c.loss.slice(steps), correct: c.correct.slice(steps) };
    return {
      steps: {
        from: steps,
        ...step,
        count: c.count.slice(steps),
        learningRate: c.learningRate.slice(steps),
        milliseconds: c.milliseconds.slice(steps),
      },
      norms: {
        from: norms,
        step: c.normStep.slice(norms),
        l1: c.l1.slice(norms * this.layers),
        linf: c.linf.slice(norms * this.layers),
      },
      epochs: { from: epochs, rows: this.#epochs.slice(epochs) },
    };
  }

  /** The columns, to be saved. */
  columns(): Record<HistoryColumn, Float64Array> {
    return Object.fromEntries(
      HISTORY_COLUMNS.map((key) => [key, this.#columns[key].slice()]),
    ) as Record<HistoryColumn, Float64Array>;
  }

  /** A history from saved columns. @throws RangeError when they do not fit together. */
  static restore(
    layers: number,
    columns: Readonly<Record<HistoryColumn, ArrayLike<number>>>,
    epochs: readonly EpochRecord[],
  ): History {
    const history = new History(layers);
    const [steps, records] = [columns.loss.length, columns.normStep.length];
    const fits = (key: HistoryColumn): boolean => {
      const wanted = key === 'normStep' ? records : records * layers;
      return columns[key].length === (STEP_KEYS.some((k) => k === key) ? steps : wanted);
    };
    const wrong = HISTORY_COLUMNS.find((key) => !fits(key));
    if (wrong !== undefined) {
      throw new RangeError(
        `history.${wrong}: ${columns[wrong].length} numbers do not fit ${steps} steps, ` +
          `${records} records of norms and ${layers} layers.`,
      );
    }
    for (const key of HISTORY_COLUMNS) {
      for (let at = 0; at < columns[key].length; at++)
        history.#columns[key].push(columns[key][at]!);
    }
    epochs.forEach((record) => history.addEpoch(record));
    return history;
  }
}
