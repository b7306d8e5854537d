import type { SquareRng } from './square-rng.ts';
import type { SquareBall } from './square-moves.ts';
import { tile } from './square-tile.ts';

/** Tiles by side; there are few, and every proposal needs one. */
export type Tiles = (side: number) => Float64Array;

export function tileCache(): Tiles {
  const made = new Map<number, Float64Array>();
  return (side) => {
    const found = made.get(side) ?? tile(side);
    made.set(side, found);
    return found;
  };
}

/** Places of a window's numbers, less that of its corner: pixel by pixel, channel by channel. */
function offsetsOf({ shape: [, width, channels] }: SquareBall, side: number): Int32Array {
  const row = side * channels;
  return Int32Array.from({ length: side * row }, (_, at) => {
    return Math.floor(at / row) * width * channels + (at % row);
  });
}

/** What windows of one side share. */
export interface Windows {
  readonly side: number;
  readonly offsets: Int32Array;
  readonly tile: Float64Array;
}

export function windowCache(ball: SquareBall, tiles: Tiles): (side: number) => Windows {
  const made = new Map<number, Windows>();
  return (side) => {
    const found = made.get(side) ?? { side, offsets: offsetsOf(ball, side), tile: tiles(side) };
    made.set(side, found);
    return found;
  };
}

/** Where a window is, its top left corner; it lies within the image. */
export interface Corner {
  readonly top: number;
  readonly left: number;
}

export function drawCorner({ shape }: SquareBall, side: number, rng: SquareRng): Corner {
  const top = rng.below(shape[0] - side);
  return { top, left: rng.below(shape[1] - side) };
}

export const placeOf = (
  { shape: [, width, channels] }: SquareBall,
  { top, left }: Corner,
): number => (top * width + left) * channels;
