import { clampToBox, type SquareBall, type SquareFrom, type SquareMoves } from './square-moves.ts';
import type { SquareRng } from './square-rng.ts';
import { linfSide } from './square-schedule.ts';

const { fround } = Math;

/** Vertical stripes: one sign for each channel and column. */
function stripes({ shape, eps }: SquareBall, clean: Float32Array, rng: SquareRng): Float32Array {
  const [, width, channels] = shape;
  const signs = new Float64Array(width * channels);
  for (let c = 0; c < channels; c++)
    for (let x = 0; x < width; x++) signs[x * channels + c] = rng.sign();
  // float32 ε added in float32, as the reference's tensors do: the ball's edges are rounded.
  const step = fround(eps);
  return clean.map((value, at) => clampToBox(fround(value + signs[at % signs.length]! * step)));
}

function proposal(
  { shape, eps }: SquareBall,
  { clean, best, share }: SquareFrom,
  rng: SquareRng,
): Float32Array {
  const [height, width, channels] = shape;
  const side = linfSide(share, [height, width]);
  const [top, left] = [rng.below(height - side), rng.below(width - side)];
  const radius = fround(eps);
  const out = best.slice();
  for (let c = 0; c < channels; c++) {
    const move = 2 * radius * rng.sign();
    for (let y = top; y < top + side; y++) {
      const end = (y * width + left + side) * channels;
      for (let at = (y * width + left) * channels + c; at < end; at += channels) {
        const moved = fround(best[at]! + move);
        const [least, most] = [fround(clean[at]! - radius), fround(clean[at]! + radius)];
        out[at] = clampToBox(moved < least ? least : moved > most ? most : moved);
      }
    }
  }
  return out;
}

/**
 * Square for ℓ∞: starts at vertical stripes, then moves a square by ±2ε, one sign for each channel,
 * clipped to the ball and the box: every pixel of it becomes x ± ε.
 *
 * @see Andriushchenko et al. 2020, Algorithm 2.
 */
export function squareLinf(ball: SquareBall): SquareMoves {
  return {
    start: (clean, rng) => stripes(ball, clean, rng),
    propose: (from, rng) => proposal(ball, from, rng),
  };
}
