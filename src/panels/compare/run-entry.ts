import {
  layerOf,
  type Accuracy,
  type FigureEntry,
  type FigureLayer,
} from '../../figures/entries.ts';
import type { EpochRecord, RunSummary } from '../../model/train/run.ts';
import type { OpenedRun } from '../../state/compare/store.ts';

/** Norms of a run's conv and dense layers at its last record. */
export type LastNorms = RunSummary['norms'];

/** Accuracy on the test images after an epoch. */
function accuracyOf(last: EpochRecord | null): Accuracy | null {
  return last === null || last.testCount === 0
    ? null
    : { correct: last.testCorrect, count: last.testCount };
}

function recordedLayers({ layers }: RunSummary, { l1, linf }: LastNorms): FigureLayer[] {
  return layers.map(({ name, kind }, at): FigureLayer => {
    const [a, b] = [l1[at], linf[at]];
    const numbers =
      a === undefined || b === undefined ? null : { l1: a, linf: b, lower: null, upper: null };
    // A norm that is not finite has been measured, so it is not pending.
    const failed = numbers !== null && !Number.isFinite(a! + b!);
    return { name, group: kind, dropped: false, numbers: failed ? null : numbers, failed };
  });
}

/**
 * A run in a figure: all its layers where its weights were looked at after the step that it stands at,
 * else its conv and dense layers as last recorded. A recorded layer counts as not dropped, since a record
 * does not tell its geometry.
 *
 * @param norms of the last record.
 * @param opened what was seen of its weights, if anything.
 */
export function entryOfRun(
  summary: RunSummary,
  norms: LastNorms,
  opened: OpenedRun | undefined,
): FigureEntry {
  const { id, labels, last } = summary;
  const net = opened?.step === summary.step ? opened.net : null;
  const layers =
    net === null
      ? recordedLayers(summary, norms)
      : net.summary.layers.map((info) => layerOf(info, net.rows.get(info.index)));
  return {
    id,
    name: labels.name,
    color: labels.color,
    accuracy: accuracyOf(last),
    robust: null,
    bracketed: false,
    repeat: 0,
    layers,
  };
}
