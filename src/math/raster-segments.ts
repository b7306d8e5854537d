import type { Pair } from './geometry.ts';

/** One side of a picture of M: which entries lie under which pixel. */
export interface Span {
  /** Entry (a float, may be negative) at the outer edge of the first pixel. */
  readonly start: number;
  /** Pixels per entry: below 1 a pixel covers several entries, above 1 an entry several pixels. */
  readonly scale: number;
  readonly pixels: number;
  /** Number of entries on this side of M. */
  readonly size: number;
}

/** Runs of entries that pixels show: pixel p shows entries from[q] … to[q] − 1, q = ofPixel[p]. */
export interface Segments {
  readonly count: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Segment of each pixel, −1 outside M. */
  readonly ofPixel: Int32Array;
}

/** Fit in view means scale = pixels/size, whose last edge is size only up to rounding (2³¹ · 2⁻⁵²). */
const ROUNDING = 1e-6;

/** First entry at or behind the outer edge of pixel p: ⌊start + p/scale⌋, forgiving rounding. */
function entryAtEdge({ start, scale }: Pick<Span, 'start' | 'scale'>, p: number): number {
  return Math.floor(start + p / scale + ROUNDING);
}

/**
 * Cuts the visible entries into segments. Pixel p covers entries ⌊start + p/scale⌋ up to, without,
 * ⌊start + (p + 1)/scale⌋, and at least one: zoomed out every entry belongs to exactly one pixel,
 * zoomed in a pixel shows the entry at its outer edge.
 */
export function segmentsOf(span: Span): Segments {
  const { pixels, size } = span;
  const from = new Int32Array(pixels);
  const to = new Int32Array(pixels);
  const ofPixel = new Int32Array(pixels).fill(-1);
  let count = 0;
  for (let p = 0; p < pixels; p++) {
    const first = entryAtEdge(span, p);
    const end = Math.max(first + 1, entryAtEdge(span, p + 1));
    if (end <= 0 || first >= size) continue;
    const [low, high] = [Math.max(0, first), Math.min(size, end)];
    if (count === 0 || from[count - 1] !== low || to[count - 1] !== high) {
      from[count] = low;
      to[count] = high;
      count++;
    }
    ofPixel[p] = count - 1;
  }
  return { count, from: from.subarray(0, count), to: to.subarray(0, count), ofPixel };
}

/** Intervals [from, to) of one axis that occur in a frame, each with a small number as its name. */
export interface Ranges {
  readonly from: number[];
  readonly to: number[];
}

/** Numbers of a piece: channels [0, 1), lines [2, 3), pixels in a line [4, 5), range ids 6 and 7. */
export const PIECE = 8;

/** Segments cut into boxes: channel range × line range × range within the lines. */
export interface Pieces {
  readonly segments: Segments;
  /** Pieces of segment q: start[q] … start[q + 1] − 1. */
  readonly start: Int32Array;
  /** {@link PIECE} numbers a piece. */
  readonly data: Int32Array;
  readonly lines: Ranges;
  readonly across: Ranges;
}

/** At most so many boxes make up a run: end of a line, lines, channels, lines, begin of a line. */
const MAX_PIECES = 5;

class Naming {
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly #known = new Map<number, number>();
  constructor(readonly size: number) {}
  of(from: number, to: number): number {
    const key = from * (this.size + 1) + to;
    let name = this.#known.get(key);
    if (name === undefined) {
      name = this.from.push(from) - 1;
      this.to.push(to);
      this.#known.set(key, name);
    }
    return name;
  }
}

/** Cuts segments of flat indices (channel·h + y)·w + x into boxes. */
export function piecesOf(segments: Segments, [h, w]: Pair): Pieces {
  const lines = new Naming(h);
  const across = new Naming(w);
  const start = new Int32Array(segments.count + 1);
  const data = new Int32Array(segments.count * MAX_PIECES * PIECE);
  let at = 0;
  for (let q = 0; q < segments.count; q++) {
    let index = segments.from[q]!;
    const end = segments.to[q]!;
    while (index < end) {
      const taken = takeBox(data, at, { index, left: end - index, h, w });
      data[at + 6] = lines.of(data[at + 2]!, data[at + 3]!);
      data[at + 7] = across.of(data[at + 4]!, data[at + 5]!);
      at += PIECE;
      index += taken;
    }
    start[q + 1] = at / PIECE;
  }
  return { segments, start, data: data.subarray(0, at), lines, across };
}

interface Run {
  readonly index: number;
  readonly left: number;
  readonly h: number;
  readonly w: number;
}

/** Writes the largest box that starts at the index and fits; returns how many entries it holds. */
function takeBox(data: Int32Array, at: number, { index, left, h, w }: Run): number {
  const x = index % w;
  const line = Math.floor(index / w);
  const y = line % h;
  const channel = Math.floor(line / h);
  if (x === 0 && y === 0 && left >= h * w) {
    const channels = Math.floor(left / (h * w));
    data.set([channel, channel + channels, 0, h, 0, w], at);
    return channels * h * w;
  }
  if (x === 0 && left >= w) {
    const lines = Math.min(h - y, Math.floor(left / w));
    data.set([channel, channel + 1, y, y + lines, 0, w], at);
    return lines * w;
  }
  const pixels = Math.min(w - x, left);
  data.set([channel, channel + 1, y, y + 1, x, x + pixels], at);
  return pixels;
}
