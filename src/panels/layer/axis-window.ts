/** The positions of an axis that a picture shows, and where some were left out. */
export interface AxisWindow {
  readonly positions: readonly number[];
  /** Index into `positions` before which others were left out; null: all are there. */
  readonly gap: number | null;
}

/**
 * All positions of an axis, or its two ends when there are more than `most`: what happens at borders
 * is at the ends, and what is between them repeats.
 */
export function axisWindow(size: number, most: number): AxisWindow {
  if (size <= most) return { positions: Array.from({ length: size }, (_, at) => at), gap: null };
  const half = Math.floor(most / 2);
  const positions = Array.from({ length: 2 * half }, (_, at) =>
    at < half ? at : size - 2 * half + at,
  );
  return { positions, gap: half };
}
