import { bisectRight } from 'd3-array';
import { Envelope } from '../../charts/envelope.ts';
import type { LineSeries } from '../../charts/line-chart.tsx';
import { formatCount, formatNumber } from '../../ui/format.ts';
import { TEXT } from './messages.ts';

const MESSAGES = TEXT.curves;

/** A run's recorded norms, all layers, and how it is drawn. */
export interface CurveRun {
  readonly id: string;
  readonly name: string;
  /** CSS colour. */
  readonly color: string;
  readonly look?: LineSeries['look'];
  /** Names of the layers whose norms are recorded. */
  readonly layers: readonly string[];
  /** After how many steps each record was made; rising. */
  readonly steps: Float64Array;
  /** Entry r·layers + k is layer k in record r. */
  readonly norms: Float64Array;
}

/** The norm of one layer, or (null) the largest of all layers, at each record; null without that layer. */
export function curveOf(
  { layers, steps, norms }: CurveRun,
  layer: string | null,
): Float64Array | null {
  const only = layer === null ? null : layers.indexOf(layer);
  if (only === -1) return null;
  const width = layers.length;
  return Float64Array.from(steps, (_, row) => {
    if (only !== null) return norms[row * width + only]!;
    let most = -Infinity;
    for (let k = 0; k < width; k++) most = Math.max(most, norms[row * width + k]!);
    return most;
  });
}

/** The runs' curves; a run without the layer has none. */
export function curveSeries(runs: readonly CurveRun[], layer: string | null): LineSeries[] {
  return runs.flatMap((run) => {
    const values = curveOf(run, layer);
    if (values === null) return [];
    const { id, name, color, look, steps } = run;
    const points = new Envelope();
    values.forEach((value, row) => points.add(steps[row]!, value));
    // The last record before a step applies there, up to the run's last record.
    const at = (x: number): number =>
      x > steps.at(-1)! ? NaN : (values[bisectRight(steps, x) - 1] ?? NaN);
    return [{ id, label: name, color, points, at, ...(look === undefined ? {} : { look }) }];
  });
}

/** Names of all layers of all runs, in the order of the first run that has them. */
export function layerNames(runs: readonly CurveRun[]): string[] {
  return [...new Set(runs.flatMap(({ layers }) => layers))];
}

/** Describes a step as text; the curve under the cursor comes first. */
export function curvesReading(
  series: readonly LineSeries[],
  x: number,
  nearest: LineSeries | null,
): string {
  const others = series.filter((one) => one !== nearest);
  const values = (nearest === null ? others : [nearest, ...others]).flatMap(({ label, at }) => {
    const value = at?.(x) ?? NaN;
    return Number.isFinite(value) ? [MESSAGES.value(label, formatNumber(value))] : [];
  });
  return MESSAGES.reading(formatCount(x), values.join('; ') || MESSAGES.none);
}

/** The image's numbers: every record of every run. */
export function curvesTable(
  runs: readonly CurveRun[],
  layer: string | null,
): (string | number)[][] {
  const rows = runs.flatMap((run) =>
    Array.from(curveOf(run, layer) ?? [], (value, row) => [
      run.name,
      layer ?? MESSAGES.largest,
      run.steps[row]!,
      value,
    ]),
  );
  return [[...MESSAGES.table], ...rows];
}
