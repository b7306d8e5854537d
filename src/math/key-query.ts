import type { KeyLevel, WeightKeys } from './weight-keys.ts';

/**
 * The weights among which the largest is sought, and the answer. One object is used again and again:
 * a picture asks some hundred thousand times.
 */
export interface KeyQuery {
  /** Output channels [i0, i1) and input channels of the kernel [j0, j1). */
  i0: number;
  i1: number;
  j0: number;
  j1: number;
  /** Vertical taps, each times k2, and horizontal taps. */
  vertical: Int32Array;
  horizontal: Int32Array;
  /** Answer: the largest key, and the first tap that has it. */
  key: number;
  tap: number;
}

/** A query without weights. */
export function newQuery(): KeyQuery {
  const none = new Int32Array(0);
  return { i0: 0, i1: 0, j0: 0, j1: 0, vertical: none, horizontal: none, key: 0, tap: -1 };
}

/** Takes all taps of one pair of channel blocks into account. */
function meetBlock(keys: Uint32Array, base: number, query: KeyQuery): void {
  const { vertical, horizontal } = query;
  let best = query.key;
  let tap = query.tap;
  for (let a = 0; a < vertical.length; a++) {
    const line = vertical[a]!;
    for (let b = 0; b < horizontal.length; b++) {
      const at = line + horizontal[b]!;
      const key = keys[base + at]!;
      if (key > best || (key === best && at < tap)) {
        best = key;
        tap = at;
      }
    }
  }
  query.key = best;
  query.tap = tap;
}

/** Answers for single pairs of channels and the first tap lists, kept from frame to frame. */
export interface KeyMemo {
  readonly keys: Uint32Array;
  readonly taps: Int32Array;
}

/** Tap lists of each axis whose answers are kept. */
export const MEMO_LISTS = 32;
/** Most answers that are kept (16 MiB). */
const MAX_MEMO = 2 ** 21;

/** Room for answers; null when the pairs of channels are too many (their maps are then small, as a rule). */
export function newMemo(pairs: number): KeyMemo | null {
  const size = pairs * MEMO_LISTS ** 2;
  if (size > MAX_MEMO) return null;
  return { keys: new Uint32Array(size), taps: new Int32Array(size) };
}

/** As {@link largestKey} for a single pair of channels, whose answer (at `slot`) is computed once. */
export function rememberedKey(
  keys: WeightKeys,
  memo: KeyMemo,
  slot: number,
  query: KeyQuery,
): void {
  let key = memo.keys[slot]!;
  if (key === 0) {
    const asked = { ...query, key: 0, tap: -1 };
    largestKey(keys, asked);
    key = asked.key;
    memo.keys[slot] = key;
    memo.taps[slot] = asked.tap;
  }
  const tap = memo.taps[slot]!;
  if (key < query.key || (key === query.key && tap >= query.tap)) return;
  query.key = key;
  query.tap = tap;
}

interface Channels {
  readonly i0: number;
  readonly i1: number;
  readonly j0: number;
  readonly j1: number;
}

function scan(level: KeyLevel, taps: number, area: Channels, query: KeyQuery): void {
  for (let i = area.i0; i < area.i1; i++) {
    for (let j = area.j0; j < area.j1; j++) {
      meetBlock(level.keys, (i * level.inputs + j) * taps, query);
    }
  }
}

/** Ratio of two neighbouring levels; an area pays a step up when it holds two blocks each way. */
const RATIO = 4;

function climb(keys: WeightKeys, at: number, area: Channels, query: KeyQuery): void {
  const level = keys.pyramid[at]!;
  const taps = level.keys.length / (level.outputs * level.inputs);
  const above = keys.pyramid[at + 1];
  const large = Math.min(area.i1 - area.i0, area.j1 - area.j0) >= 2 * RATIO;
  if (above === undefined || !large) {
    scan(level, taps, area, query);
    return;
  }
  const { i0, i1, j0, j1 } = area;
  const inner = {
    i0: Math.ceil(i0 / RATIO),
    // A block that the border of M cuts holds nothing but what the area holds, if the area ends there.
    i1: i1 === level.outputs ? above.outputs : Math.floor(i1 / RATIO),
    j0: Math.ceil(j0 / RATIO),
    j1: j1 === level.inputs ? above.inputs : Math.floor(j1 / RATIO),
  };
  const [left, right] = [inner.j0 * RATIO, Math.min(j1, inner.j1 * RATIO)];
  const [top, bottom] = [inner.i0 * RATIO, Math.min(i1, inner.i1 * RATIO)];
  scan(level, taps, { i0, i1: top, j0, j1 }, query);
  scan(level, taps, { i0: bottom, i1, j0, j1 }, query);
  scan(level, taps, { i0: top, i1: bottom, j0, j1: left }, query);
  scan(level, taps, { i0: top, i1: bottom, j0: right, j1 }, query);
  climb(keys, at + 1, inner, query);
}

/**
 * Raises `query.key` to the largest key among the query's weights. `query.key` and `query.tap` are not
 * reset: several queries make one pixel. O(taps) for one pair of channels; over channel ranges
 * O(taps · perimeter) instead of O(taps · area).
 */
export function largestKey(keys: WeightKeys, query: KeyQuery): void {
  const bottom = keys.pyramid[0]!;
  if (query.i1 - query.i0 === 1 && query.j1 - query.j0 === 1) {
    const taps = bottom.keys.length / (bottom.outputs * bottom.inputs);
    meetBlock(bottom.keys, (query.i0 * bottom.inputs + query.j0) * taps, query);
    return;
  }
  climb(keys, 0, query, query);
}
