import { EXPERIMENT } from '../model/train/experiment.ts';
import type { RunEnd } from '../model/train/run.ts';
import type { Run } from './run.ts';

/** Names the format in a record's first line. */
const RECORD_FORMAT = 'norm-lab/run';

/** Metadata of a record. */
export interface RecordLabels {
  readonly name: string;
  readonly note: string;
  readonly backend: string;
  /** Which images it was trained on. */
  readonly data: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly end: RunEnd | null;
  /** Versions of what computed it, such as { node: "20.20.2" }. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** Numbers for JSON, which has neither NaN nor infinities: those become null. */
const plain = (numbers: Float64Array): (number | null)[] =>
  Array.from(numbers, (value) => (Number.isFinite(value) ? value : null));

/** Rows of a matrix that is kept in one array. */
function rows(numbers: Float64Array, width: number): (number | null)[][] {
  const count = width === 0 ? 0 : numbers.length / width;
  return Array.from({ length: count }, (_, at) =>
    plain(numbers.subarray(at * width, (at + 1) * width)),
  );
}

/**
 * A run's record as JSON text: its document (seed and edits included), its state, and its whole
 * history; `norms.l1[r][k]` is the exact ℓ1 norm of layer k after `norms.step[r]` steps.
 */
export function recordText(run: Run, labels: RecordLabels): string {
  const { history, net, step, steps } = run;
  const all = history.from({ steps: 0, norms: 0, epochs: 0 });
  const { loss, correct, count, learningRate, milliseconds } = all.steps;
  const record = {
    format: RECORD_FORMAT,
    version: 1,
    ...labels,
    step,
    steps,
    experiment: EXPERIMENT.toDocument(run.experiment),
    layers: net.layers,
    epochs: all.epochs.rows,
    norms: {
      step: plain(all.norms.step),
      l1: rows(all.norms.l1, net.layers.length),
      linf: rows(all.norms.linf, net.layers.length),
    },
    history: {
      loss: plain(loss),
      correct: plain(correct),
      count: plain(count),
      learningRate: plain(learningRate),
      milliseconds: plain(milliseconds),
    },
  };
  return `${JSON.stringify(record)}\n`;
}
