import { MATRIX_TEXT } from './messages.ts';
import type { Shape } from './scene.ts';
import { columnX, rowY, type Sight } from './sight.ts';

/** Room between picture and charts, and at the charts' far end. */
const GAP = 6;

/** The row sums to the right, the column sums below, as areas on a common scale from 0 to each norm. */
export function sumCharts(sight: Sight): Shape[] {
  const { margins, frame, stage, norms, ratio } = sight;
  const [x0, y0] = [frame.left + stage.width + GAP, frame.top + stage.height + GAP];
  const shapes: Shape[] = [
    { kind: 'line', from: [x0, frame.top], to: [x0, frame.top + stage.height], ink: 'line' },
    { kind: 'line', from: [frame.left, y0], to: [frame.left + stage.width, y0], ink: 'line' },
  ];
  if (margins === null || norms === null) return shapes;
  const bars = (sums: Float64Array, norm: number, long: number): number[] =>
    Array.from(sums, (sum) => (norm > 0 && sum > 0 ? (sum / norm) * long : 0));
  const right = bars(margins.rows, norms.linf.value, frame.right - 2 * GAP);
  const below = bars(margins.columns, norms.l1.value, frame.bottom - 2 * GAP);
  const along = (start: number, at: number): number => start + at / ratio;
  const rowPoints = right.flatMap((size, p) => [x0 + size, along(frame.top, p), x0 + size, along(frame.top, p + 1)]);
  const columnPoints = below.flatMap((size, p) => [along(frame.left, p), y0 + size, along(frame.left, p + 1), y0 + size]);
  const bottom = along(frame.top, right.length);
  const end = along(frame.left, below.length);
  return [
    { kind: 'area', ink: 'ink-2', points: [x0, frame.top, ...rowPoints, x0, bottom] },
    { kind: 'area', ink: 'ink-2', points: [frame.left, y0, ...columnPoints, end, y0] },
    ...shapes,
  ];
}

const within = (at: number, from: number, size: number): boolean => at >= from && at <= from + size;

/** The row and the column that attain the norms: lit through the picture, named at the charts. */
export function attained(sight: Sight): { inside: Shape[]; around: Shape[] } {
  const { norms, frame, stage, scale } = sight;
  const parts: { inside: Shape[]; around: Shape[] } = { inside: [], around: [] };
  if (norms === null) return parts;
  const y = rowY(sight, norms.linf.index + 0.5);
  const x = columnX(sight, norms.l1.index + 0.5);
  const [right, bottom] = [frame.left + stage.width, frame.top + stage.height];
  const look = { kind: 'line', ink: 'accent', dashed: true } as const;
  if (within(y, frame.top, stage.height)) {
    const half = scale.row >= 4 ? scale.row / 2 : 0;
    for (const edge of half > 0 ? [y - half, y + half] : [y]) {
      parts.inside.push({ ...look, from: [frame.left, edge], to: [right, edge] });
    }
    parts.around.push({ ...look, dashed: false, width: 2, from: [right + GAP, y], to: [right + frame.right - GAP, y] });
    const above = y > frame.top + 20;
    parts.around.push(
      { kind: 'text', x: right + frame.right - GAP, y: y + (above ? -9 : 10), anchor: 'end', ink: 'accent', text: MATRIX_TEXT.linf(norms.linf.value) },
    );
  }
  if (within(x, frame.left, stage.width)) {
    const half = scale.column >= 4 ? scale.column / 2 : 0;
    for (const edge of half > 0 ? [x - half, x + half] : [x]) {
      parts.inside.push({ ...look, from: [edge, frame.top], to: [edge, bottom] });
    }
    parts.around.push({ ...look, dashed: false, width: 2, from: [x, bottom + GAP], to: [x, bottom + frame.bottom - GAP] });
    const before = x > frame.left + stage.width / 2;
    parts.around.push(
      { kind: 'text', x: x + (before ? -5 : 5), y: bottom + frame.bottom - 12, anchor: before ? 'end' : 'start', ink: 'accent', text: MATRIX_TEXT.l1(norms.l1.value) },
    );
  }
  return parts;
}
