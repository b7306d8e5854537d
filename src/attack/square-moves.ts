import type { SquareRng } from './square-rng.ts';

/** The moves of Square in one norm; pure functions. */
export interface SquareMoves {
  /** The image that the search starts from. */
  readonly start: (clean: Float32Array, rng: SquareRng) => Float32Array;
  /** The next image to try, from the best so far. */
  readonly propose: (from: SquareFrom, rng: SquareRng) => Float32Array;
}

/** Where a proposal starts. */
export interface SquareFrom {
  readonly clean: Float32Array;
  readonly best: Float32Array;
  /** Share of the image's pixels to change. */
  readonly share: number;
}

/** Shape of an image, [H, W, C], and the radius. */
export interface SquareBall {
  readonly shape: readonly [number, number, number];
  readonly eps: number;
}

export function clampToBox(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
