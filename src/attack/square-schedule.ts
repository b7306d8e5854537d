/** When and how far Square's share p of changed pixels falls. */
export interface SquareSchedule {
  /** Share of pixels at the start; 0.8 in the reference. */
  readonly share: number;
  readonly queries: number;
  /** Whether the schedule, made for 10,000 queries, is scaled to the queries; not in AutoAttack. */
  readonly rescale: boolean;
}

/** Last query (counted from 0) of each halving of the share. */
const LAST_QUERIES = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000, 10_000] as const;

/**
 * Share of the pixels that query `at` (from 0) changes: halved after 10, 50, 200, 500, 1000, 2000,
 * 4000, 6000 and 8000. Beyond 10,000 the reference starts again with the whole share; kept.
 */
export function shareAt({ share, queries, rescale }: SquareSchedule, at: number): number {
  const query = rescale ? Math.trunc((at / queries) * 10_000) : at;
  const halvings = LAST_QUERIES.findIndex((last) => query <= last);
  return share / 2 ** Math.max(0, halvings);
}

/** Rounds as Python does: halves to the even neighbour. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Side in pixels of ℓ∞'s square with a share of an image's pixels. */
export function linfSide(share: number, [height, width]: readonly [number, number]): number {
  const side = Math.max(roundHalfEven(Math.sqrt(share * height * width)), 1);
  return Math.min(side, height, width);
}

/** Side in pixels of ℓ2's windows: odd and at least 3, as far as the image has room. */
export function l2Side(share: number, [height, width]: readonly [number, number]): number {
  const side = Math.max(roundHalfEven(Math.sqrt(share * height * width)), 3);
  return Math.min(side + ((side + 1) % 2), height, width);
}
