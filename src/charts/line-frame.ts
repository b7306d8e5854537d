import { scaleLinear, scaleLog, type ScaleLinear, type ScaleLogarithmic } from 'd3-scale';
import type { LinePoints } from './envelope.ts';

/** Size of the picture and of the frame that its axes stand in, in pixels. */
export interface LineFrame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** How the y axis runs: over a fixed range, or over what the curves reach. */
export interface LineAxis {
  readonly kind: 'linear' | 'log';
  readonly domain?: readonly [number, number];
  readonly format: (value: number) => string;
}

type YScale = ScaleLinear<number, number> | ScaleLogarithmic<number, number>;

/** Scales from values to pixels, and where the y axis has its ticks. */
export interface LineScales {
  readonly x: ScaleLinear<number, number>;
  readonly y: YScale;
  readonly yTicks: readonly number[];
}

const MANTISSAS = [1, 2, 5];
/** More ticks than this crowd an axis. */
const MOST_TICKS = 7;

/** Numbers that powers of ten are multiplied by at ticks: as many as there is room for. */
const TICK_MANTISSAS = [[1, 2, 5], [1, 3], [1]];

/** Ticks from `least` to `most`, both included: 1, 2, 5 times powers of ten, or fewer of them. */
function logTicks(least: number, most: number): number[] {
  const first = Math.floor(Math.log10(least));
  const powers = Array.from(
    { length: Math.ceil(Math.log10(most)) - first + 1 },
    (_, k) => first + k,
  );
  const inside = TICK_MANTISSAS.map((mantissas) =>
    powers
      .flatMap((power) => mantissas.map((mantissa) => Number(`${mantissa}e${power}`)))
      .filter((tick) => tick >= least * 0.999999 && tick <= most * 1.000001),
  );
  const fitting = inside.find((ticks) => ticks.length <= MOST_TICKS);
  if (fitting !== undefined) return fitting;
  const tens = inside.at(-1)!;
  return tens.filter((_, k) => k % Math.ceil(tens.length / MOST_TICKS) === 0);
}

/** The nearest 1, 2 or 5 times a power of ten that is not above (`-1`) or not below (`1`) a value. */
function round125(value: number, side: -1 | 1): number {
  const power = Math.floor(Math.log10(value));
  const steps = [...MANTISSAS, 10].map((mantissa) => mantissa * 10 ** power);
  const found = side < 0 ? steps.findLast((step) => step <= value) : steps.find((s) => s >= value);
  return found ?? value;
}

function rangeOf(all: readonly LinePoints[]): readonly [number, number] | null {
  let [least, most] = [Infinity, -Infinity];
  for (const { count, low, high } of all) {
    for (let k = 0; k < count; k++) {
      least = Math.min(least, low[k]!);
      most = Math.max(most, high[k]!);
    }
  }
  return least <= most ? [least, most] : null;
}

function logScale(
  range: readonly [number, number] | null,
  ends: [number, number],
): LineScales['y'] {
  const [least, most] = range ?? [1, 10];
  const low = round125(Math.max(least, 1e-12), -1);
  const high = round125(Math.max(most, 1e-12), 1);
  return scaleLog([low, high > low ? high : 10 * low], ends);
}

/**
 * Scales of a picture. The y axis runs from 0 (linear) or between 1, 2, 5 times powers of ten (log), so
 * that it stands still while the curves grow within it.
 *
 * @param end last place of the x axis
 */
export function lineScales(
  all: readonly LinePoints[],
  frame: LineFrame,
  { end, axis }: { readonly end: number; readonly axis: LineAxis },
): LineScales {
  const x = scaleLinear([0, Math.max(1, end)], [frame.left, frame.width - frame.right]);
  const ends: [number, number] = [frame.height - frame.bottom, frame.top];
  const range = axis.domain ?? rangeOf(all);
  if (axis.kind === 'log') {
    const y = logScale(range, ends);
    const [least, most] = y.domain() as [number, number];
    return { x, y, yTicks: logTicks(least, most) };
  }
  const y = scaleLinear([Math.min(0, range?.[0] ?? 0), range?.[1] ?? 1], ends);
  if (axis.domain === undefined) y.nice(5);
  return { x, y, yTicks: y.ticks(5) };
}

const tenth = (value: number): number => Math.round(10 * value) / 10;

/**
 * SVG path of a curve, a tenth of a pixel fine: up and down where a stretch has two extremes. A single point
 * is a short stroke: a place alone would not be seen.
 */
export function linePath({ count, x, low, high }: LinePoints, scales: LineScales): string {
  let path = '';
  for (let k = 0; k < count; k++) {
    const at = tenth(scales.x(x[k]!));
    const [a, b] = [tenth(scales.y(low[k]!)), tenth(scales.y(high[k]!))];
    path += `${k === 0 ? 'M' : 'L'}${at},${a}`;
    if (a !== b) path += `V${b}`;
  }
  return count === 1 ? `${path}h3` : path;
}

/** Where a label stands, and the thing that it names. */
export interface Placed<T> {
  readonly of: T;
  readonly y: number;
}

/**
 * Moves labels apart to `gap` pixels, within [top, bottom], in the order of the places that they are wished
 * at. Of more than fit, every so many are kept, the first and the last among them.
 */
export function spread<T>(
  wished: readonly Placed<T>[],
  { gap, top, bottom }: { readonly gap: number; readonly top: number; readonly bottom: number },
): Placed<T>[] {
  const sorted = wished.toSorted((a, b) => a.y - b.y);
  const room = Math.max(1, Math.floor((bottom - top) / gap) + 1);
  const kept =
    sorted.length <= room
      ? sorted
      : Array.from(
          { length: room },
          (_, k) => sorted[Math.round((k * (sorted.length - 1)) / Math.max(1, room - 1))]!,
        );
  const places = kept.map(({ y }) => Math.min(bottom, Math.max(top, y)));
  for (let k = 1; k < places.length; k++) places[k] = Math.max(places[k]!, places[k - 1]! + gap);
  for (let k = places.length - 1; k >= 0; k--) {
    places[k] = Math.min(places[k]!, bottom - (places.length - 1 - k) * gap);
  }
  return kept.map(({ of }, k) => ({ of, y: places[k]! }));
}
