import type { LineAxis } from '../../../charts/line-frame.ts';
import type { LineSeries } from '../../../charts/line-chart.tsx';
import { cssColor, depthColor, type Theme } from '../../../math/palette.ts';
import type { RunLive } from '../../../state/train/live.ts';
import { formatNumber } from '../../../ui/format.ts';
import { TEXT } from '../messages.ts';
import { formatLogTick } from '../labels.ts';
import { advanceCurves, curvesOf, rowAt } from './curves.ts';
import type { DrawnRun, Drawing } from './figure.tsx';

const MESSAGES = TEXT.charts;

/** Name of a run. */
export const nameOf = ({ entry }: DrawnRun): string => entry.summary.labels.name;
const idOf = ({ entry }: DrawnRun): string => entry.summary.id;

/** What the other runs have at a place, a sentence each. */
export function othersAt(
  runs: readonly DrawnRun[],
  value: (live: RunLive) => number,
  labels: (v: number) => string,
): string {
  return runs
    .slice(1)
    .map((run) => [nameOf(run), value(run.entry.live)] as const)
    .filter(([, at]) => Number.isFinite(at))
    .map(([name, at]) => ` ${MESSAGES.runAt(name, labels(at))}`)
    .join('');
}

/** The step whose numbers are shown at a place: the last one that the curves have. */
function stepAt(live: RunLive, step: number): number {
  advanceCurves(live, 'steps');
  return Math.max(1, Math.min(step, curvesOf(live).smoothLoss.values.length));
}

/** A loss above this says that the run diverges: powers of ten then show more than the highest peak. */
const DIVERGED = 50;
const DIVERGED_AXIS: LineAxis = { kind: 'log', format: formatLogTick };

function diverged(series: readonly LineSeries[]): boolean {
  return series.some(({ points: { high, count } }) =>
    high.subarray(0, count).some((value) => value > DIVERGED),
  );
}

/** Loss of every step, faint, and smoothed; of other runs smoothed only. */
export function drawLoss(runs: readonly DrawnRun[]): Drawing {
  const smooth = runs.map((run): LineSeries => {
    const { values, points } = curvesOf(run.entry.live).smoothLoss;
    const label = runs.length > 1 ? nameOf(run) : MESSAGES.smooth;
    return { id: idOf(run), label, color: run.color, points, at: (x) => values.at(x - 1) };
  });
  const raw = runs.slice(0, 1).map((run): LineSeries => {
    const points = curvesOf(run.entry.live).loss;
    return { id: 'raw', label: '', color: run.color, points, look: 'faint' };
  });
  const series = [...raw, ...smooth];
  return {
    series,
    ...(diverged(series) ? { axis: DIVERGED_AXIS } : {}),
    reading: (step) => {
      const live = runs[0]?.entry.live;
      if (live === undefined || live.steps.loss.length === 0) return MESSAGES.nothing;
      const at = stepAt(live, step);
      const mean = (one: RunLive): number => curvesOf(one).smoothLoss.values.at(at - 1);
      const loss = formatNumber(live.steps.loss.at(at - 1));
      const own = MESSAGES.lossAt(at, loss, formatNumber(mean(live)));
      return own + othersAt(runs, mean, formatNumber);
    },
    table: () => [
      ['run', 'step', 'loss', 'smoothed', 'learning rate', 'milliseconds'],
      ...runs.flatMap((run) => {
        const { live } = run.entry;
        const { loss, learningRate, milliseconds } = live.steps;
        advanceCurves(live, 'steps', Infinity);
        const { values } = curvesOf(live).smoothLoss;
        return Array.from(loss.view(), (value, k) => [
          nameOf(run),
          k + 1,
          value,
          values.at(k),
          learningRate.at(k),
          milliseconds.at(k),
        ]);
      }),
    ],
  };
}

/** The norm of every layer of the chosen run, coloured by depth. */
export function drawNorms(kind: 'l1' | 'linf', theme: Theme) {
  return ([run]: readonly DrawnRun[]): Drawing => {
    if (run === undefined) return { series: [], reading: () => MESSAGES.nothing, table: () => [] };
    const { live, summary } = run.entry;
    const { layers } = summary;
    const envelopes = curvesOf(live).norms(kind);
    const valueAt = (layer: number, step: number): number =>
      live.norms[kind].at(rowAt(live, step) * layers.length + layer);
    const series = layers.map(({ name }, layer): LineSeries => {
      const color = cssColor(depthColor(layer / Math.max(1, layers.length - 1), theme));
      const points = envelopes[layer]!;
      return { id: String(layer), label: name, color, points, at: (x) => valueAt(layer, x) };
    });
    return {
      series,
      reading: (step, nearest) => {
        const values = layers.map(({ name }, layer) => ({ name, value: valueAt(layer, step) }));
        const sorted = values.filter(({ value }) => Number.isFinite(value));
        if (sorted.length === 0) return MESSAGES.nothing;
        sorted.sort((a, b) => b.value - a.value);
        const labels = ({ name, value }: { name: string; value: number }): string =>
          `${name} ${formatNumber(value)}`;
        const ends = MESSAGES.normEnds(labels(sorted[0]!), labels(sorted.at(-1)!));
        if (nearest === null) return `${TEXT.status.step} ${step}. ${ends}`;
        const own = MESSAGES.normAt(
          step,
          nearest.label,
          formatNumber(valueAt(Number(nearest.id), step)),
        );
        return `${own} ${ends}`;
      },
      table: () => [
        ['step', ...layers.map(({ name }) => `${name} ${kind}`)],
        ...Array.from(live.normSteps.view(), (step, row) => [
          step,
          ...layers.map((_, layer) => live.norms[kind].at(row * layers.length + layer)),
        ]),
      ],
    };
  };
}
