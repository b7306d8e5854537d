import type { EpochRecord, HistoryPart, HistoryPlace, RunProgress } from '../../model/train/run.ts';
import { FloatColumn } from './float-column.ts';

const STEP_KEYS = ['loss', 'correct', 'count', 'learningRate', 'milliseconds'] as const;
type StepKey = (typeof STEP_KEYS)[number];

/** Norm rows that were measured after at most `step` steps. */
function rowsUpTo(steps: FloatColumn, step: number): number {
  let rows = steps.length;
  while (rows > 0 && steps.at(rows - 1) > step) rows--;
  return rows;
}

/**
 * A run's history on the page, grown in place outside React. Charts follow the version and read
 * when they draw, so that 20 training events per second rerender nothing else.
 */
export class RunLive {
  /** Step n is entry n − 1. */
  readonly steps: Readonly<Record<StepKey, FloatColumn>> = {
    loss: new FloatColumn(),
    correct: new FloatColumn(),
    count: new FloatColumn(),
    learningRate: new FloatColumn(),
    milliseconds: new FloatColumn(),
  };
  /** Number of steps after which each row of norms was measured. */
  readonly normSteps = new FloatColumn();
  /** Entry r·layers + k is layer k in row r. */
  readonly norms = { l1: new FloatColumn(), linf: new FloatColumn() } as const;
  readonly epochs: EpochRecord[] = [];
  progress: RunProgress | null = null;
  /** Counts every change. */
  version = 0;
  /** Counts the changes that removed entries, after which running sums must be recomputed. */
  generation = 0;
  readonly #listeners = new Set<() => void>();

  constructor(
    /** Layers whose norms are recorded. */
    readonly layers: number,
  ) {}

  /** The extent of the history so far. */
  place(): HistoryPlace {
    const { steps, normSteps, epochs } = this;
    return { steps: steps.loss.length, norms: normSteps.length, epochs: epochs.length };
  }

  /**
   * Appends a part of the history and updates the progress. Existing entries at the same places are
   * replaced. Returns false, updating only the progress, when there is a gap.
   */
  take({ progress, history }: { progress?: RunProgress; history: HistoryPart }): boolean {
    if (progress !== undefined) this.progress = progress;
    const { steps, norms, epochs } = history;
    const here = this.place();
    const joins =
      steps.from <= here.steps && norms.from <= here.norms && epochs.from <= here.epochs;
    if (joins) {
      const again = steps.from < here.steps || norms.from < here.norms || epochs.from < here.epochs;
      if (again) {
        this.#cut({ steps: steps.from, norms: norms.from, epochs: epochs.from });
      }
      for (const key of STEP_KEYS) this.steps[key].append(steps[key]);
      this.normSteps.append(norms.step);
      this.norms.l1.append(norms.l1);
      this.norms.linf.append(norms.linf);
      this.epochs.push(...epochs.rows);
    }
    this.#changed();
    return joins;
  }

  /** Removes the entries after `step` steps. */
  cutTo(step: number): void {
    const epochs = this.epochs.findIndex((row) => row.step > step);
    this.#cut({
      steps: step,
      norms: rowsUpTo(this.normSteps, step),
      epochs: epochs < 0 ? this.epochs.length : epochs,
    });
    this.progress = null;
    this.#changed();
  }

  /** Calls the listener after every change until the returned function is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #cut({ steps, norms, epochs }: HistoryPlace): void {
    for (const key of STEP_KEYS) this.steps[key].cut(steps);
    this.normSteps.cut(norms);
    this.norms.l1.cut(norms * this.layers);
    this.norms.linf.cut(norms * this.layers);
    this.epochs.length = Math.min(this.epochs.length, epochs);
    this.generation += 1;
  }

  #changed(): void {
    this.version += 1;
    for (const listener of this.#listeners) listener();
  }
}
