import type { MatrixScale, MatrixViewport } from '../../../model/layer/matrix-view.ts';

/** Where the person looks: the top left entry and how far the picture is magnified. */
export interface View {
  readonly row: number;
  readonly column: number;
  /** 0: all of M is in view; 1: single entries with their numbers. */
  readonly zoom: number;
}

/** What the picture is made of: M's size and the picture's, in CSS pixels. */
export interface Stage {
  readonly rows: number;
  readonly columns: number;
  readonly width: number;
  readonly height: number;
  /** Whether an entry is as high as it is wide; else each side of M fills its side of the picture. */
  readonly square: boolean;
}

/** CSS pixels of an entry at full magnification: a number fits in. */
const CELL = { row: 28, column: 64 } as const;

/** A point of the picture, CSS pixels from its top left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const WHOLE: View = { row: 0, column: 0, zoom: 0 };

/** CSS pixels per entry when all of M is in view. */
function fitScale({ rows, columns, width, height, square }: Stage): MatrixScale {
  const [row, column] = [height / rows, width / columns];
  return square ? { row: Math.min(row, column), column: Math.min(row, column) } : { row, column };
}

function closestScale(stage: Stage): MatrixScale {
  const fit = fitScale(stage);
  const cell = stage.square ? { row: CELL.column, column: CELL.column } : CELL;
  return { row: Math.max(fit.row, cell.row), column: Math.max(fit.column, cell.column) };
}

/**
 * CSS pixels per entry at a zoom. Both sides go from fit to cell size geometrically, each on its own
 * range, so a stretched M loses its stretch on the way in.
 */
export function scaleOf(stage: Stage, zoom: number): MatrixScale {
  const [fit, close] = [fitScale(stage), closestScale(stage)];
  return {
    row: fit.row * (close.row / fit.row) ** zoom,
    column: fit.column * (close.column / fit.column) ** zoom,
  };
}

/** Keeps the view on M: nothing but M in view where M is larger, M in the middle where it is smaller. */
export function clampView(stage: Stage, view: View): View {
  const zoom = Math.min(1, Math.max(0, view.zoom));
  const scale = scaleOf(stage, zoom);
  const along = (start: number, size: number, seen: number): number =>
    seen >= size ? (size - seen) / 2 : Math.min(size - seen, Math.max(0, start));
  return {
    row: along(view.row, stage.rows, stage.height / scale.row),
    column: along(view.column, stage.columns, stage.width / scale.column),
    zoom,
  };
}

/** Place on M (float row and column) under a point of the picture. */
export function placeAt(
  stage: Stage,
  view: View,
  { x, y }: Point,
): { row: number; column: number } {
  const scale = scaleOf(stage, view.zoom);
  return { row: view.row + y / scale.row, column: view.column + x / scale.column };
}

/** Entry under a point of the picture, null beside M. */
export function entryAt(
  stage: Stage,
  view: View,
  at: Point,
): { row: number; column: number } | null {
  const place = placeAt(stage, view, at);
  const [row, column] = [Math.floor(place.row), Math.floor(place.column)];
  const inside = row >= 0 && column >= 0 && row < stage.rows && column < stage.columns;
  return inside ? { row, column } : null;
}

/** Magnifies by a factor (of lengths, averaged over both sides) and keeps the place under the point. */
export function zoomAt(stage: Stage, view: View, at: Point, factor: number): View {
  const [fit, close] = [fitScale(stage), closestScale(stage)];
  const range = Math.log((close.row / fit.row) * (close.column / fit.column)) / 2;
  if (range < 1e-9) return view;
  const place = placeAt(stage, view, at);
  const zoom = Math.min(1, Math.max(0, view.zoom + Math.log(factor) / range));
  const scale = scaleOf(stage, zoom);
  const moved = {
    row: place.row - at.y / scale.row,
    column: place.column - at.x / scale.column,
    zoom,
  };
  return clampView(stage, moved);
}

/** Moves the picture under the pointer by CSS pixels. */
export function panBy(stage: Stage, view: View, { x, y }: Point): View {
  const scale = scaleOf(stage, view.zoom);
  const moved = { ...view, row: view.row - y / scale.row, column: view.column - x / scale.column };
  return clampView(stage, moved);
}

/** Brings an entry into view, with as little movement as that needs. */
export function reveal(stage: Stage, view: View, entry: { row: number; column: number }): View {
  const scale = scaleOf(stage, view.zoom);
  const along = (start: number, seen: number, at: number): number =>
    at < start ? at : at + 1 > start + seen ? at + 1 - seen : start;
  return clampView(stage, {
    row: along(view.row, stage.height / scale.row, entry.row),
    column: along(view.column, stage.width / scale.column, entry.column),
    zoom: view.zoom,
  });
}

/** The view as the worker takes it: device pixels. */
export function viewportOf(stage: Stage, view: View, ratio: number): MatrixViewport {
  const scale = scaleOf(stage, view.zoom);
  const { row, column } = view;
  return { row, column, scale: { row: scale.row * ratio, column: scale.column * ratio } };
}

/** Half-open ranges of entries that are in view, in part or whole. */
export interface Visible {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/** Entries in view. */
export function visibleEntries(stage: Stage, view: View): Visible {
  const end = placeAt(stage, view, { x: stage.width, y: stage.height });
  const range = (from: number, to: number, size: number): [number, number] => [
    Math.max(0, Math.floor(from + 1e-6)),
    Math.min(size, Math.ceil(to - 1e-6)),
  ];
  return {
    rows: range(view.row, end.row, stage.rows),
    columns: range(view.column, end.column, stage.columns),
  };
}
