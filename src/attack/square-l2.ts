import type { SquareDice } from './square-dice.ts';
import { clampToBox, type SquareBall, type SquareFrom, type SquareMoves } from './square-moves.ts';
import { l2Side } from './square-schedule.ts';
import { tile } from './square-tile.ts';

/** Of the reference: keeps a vector of zeros from being divided by its length. */
const LENGTH_GUARD = 1e-12;

/** A square of an image. */
interface Window {
  readonly top: number;
  readonly left: number;
  readonly side: number;
}

/** Tiles by side; there are few, and every proposal needs one. */
type Tiles = (side: number) => Float64Array;

function tileCache(): Tiles {
  const made = new Map<number, Float64Array>();
  return (side) => {
    const found = made.get(side) ?? tile(side);
    made.set(side, found);
    return found;
  };
}

/** Visits the pixels of a window within the image, row by row, with their place in the window. */
function eachPixel(
  { shape: [height, width] }: SquareBall,
  { top, left, side }: Window,
  visit: (pixel: number, row: number, column: number) => void,
): void {
  for (let row = 0; row < side && top + row < height; row++)
    for (let column = 0; column < side && left + column < width; column++)
      visit((top + row) * width + left + column, row, column);
}

/** A tile, turned or not, times a sign for each channel, added to a window of δ. */
function addTile(
  ball: SquareBall,
  window: Window,
  { values, delta, dice }: { values: Float64Array; delta: Float64Array; dice: SquareDice },
): void {
  const channels = ball.shape[2];
  const turned = dice.flip();
  const signs = Float64Array.from({ length: channels }, () => dice.sign());
  eachPixel(ball, window, (pixel, row, column) => {
    const value = values[turned ? column * window.side + row : row * window.side + column]!;
    for (let c = 0; c < channels; c++) delta[pixel * channels + c]! += value * signs[c]!;
  });
}

/** Σ v². A loop, as are all passes over an image here: each query takes three. */
function squareSum(values: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]! * values[at]!;
  return sum;
}

/** image − clean, in float32 as the reference's tensors hold it. */
function difference(image: Float32Array, clean: Float32Array): Float64Array {
  const delta = new Float64Array(image.length);
  for (let at = 0; at < delta.length; at++) delta[at] = Math.fround(image[at]! - clean[at]!);
  return delta;
}

/** The clean image plus δ, scaled to length ε, in the box. */
function withLength(clean: Float32Array, delta: Float64Array, eps: number): Float32Array {
  const scale = eps / (Math.sqrt(squareSum(delta)) + LENGTH_GUARD);
  const image = new Float32Array(clean.length);
  for (let at = 0; at < image.length; at++) image[at] = clampToBox(clean[at]! + scale * delta[at]!);
  return image;
}

/**
 * Tiles beside each other, a fifth of the height wide. The reference lays ⌊h / side⌋ × ⌊w / side⌋ of
 * them, from the same offset in both directions, cut at the edges; it draws for each.
 */
function start(
  ball: SquareBall,
  tiles: Tiles,
  { clean, dice }: { clean: Float32Array; dice: SquareDice },
): Float32Array {
  const [height, width] = ball.shape;
  // The reference cannot start on less than 5 rows.
  const side = Math.max(1, Math.floor(height / 5));
  const offset = Math.max(0, Math.floor((height - 5 * side) / 2));
  const delta = new Float64Array(clean.length);
  for (let row = 0; row < Math.floor(height / side); row++)
    for (let column = 0; column < Math.floor(width / side); column++) {
      const window = { top: offset + row * side, left: offset + column * side, side };
      addTile(ball, window, { values: tiles(side), delta, dice });
    }
  return withLength(clean, delta, ball.eps);
}

/** Σ δ² of each channel over pixels. */
function channelEnergies(
  channels: number,
  pixels: readonly number[],
  delta: Float64Array,
): Float64Array {
  const energies = new Float64Array(channels);
  for (const pixel of pixels)
    for (let c = 0; c < channels; c++) energies[c]! += delta[pixel * channels + c]! ** 2;
  return energies;
}

function pixelsOf(ball: SquareBall, window: Window): number[] {
  const pixels: number[] = [];
  eachPixel(ball, window, (pixel) => pixels.push(pixel));
  return pixels;
}

/** Pixels of both windows: those of the first, then those that only the second has. */
function pixelsOfBoth(ball: SquareBall, first: Window, second: Window): number[] {
  const pixels = pixelsOf(ball, first);
  eachPixel(ball, second, (pixel, row, column) => {
    const [down, across] = [second.top + row - first.top, second.left + column - first.left];
    const isShared = down >= 0 && down < first.side && across >= 0 && across < first.side;
    if (!isShared) pixels.push(pixel);
  });
  return pixels;
}

function drawWindow({ shape }: SquareBall, side: number, dice: SquareDice): Window {
  const top = dice.below(shape[0] - side);
  return { top, left: dice.below(shape[1] - side), side };
}

/**
 * New content of the receiving window: a tile plus the old content of length 1, in each channel as
 * long as both windows were, and the energy that the box took from δ.
 */
function received(
  ball: SquareBall,
  delta: Float64Array,
  { pixels, energies, fresh }: { pixels: number[]; energies: Float64Array; fresh: Float64Array },
): Float64Array {
  const [channels, spare] = [ball.shape[2], Math.max(ball.eps ** 2 - squareSum(delta), 0)];
  const old = channelEnergies(channels, pixels, delta);
  for (const pixel of pixels)
    for (let c = 0; c < channels; c++) {
      const at = pixel * channels + c;
      fresh[at]! += delta[at]! / (LENGTH_GUARD + Math.sqrt(old[c]!));
    }
  const lengths = channelEnergies(channels, pixels, fresh).map(Math.sqrt);
  return lengths.map((length, c) => {
    return Math.sqrt(spare / channels + energies[c]!) / (LENGTH_GUARD + length);
  });
}

function proposal(
  ball: SquareBall,
  tiles: Tiles,
  { clean, best, share, dice }: SquareFrom & { dice: SquareDice },
): Float32Array {
  const [height, width, channels] = ball.shape;
  const side = l2Side(share, [height, width]);
  const receiver = drawWindow(ball, side, dice);
  const giver = drawWindow(ball, side, dice);
  const delta = difference(best, clean);
  const [pixels, given] = [pixelsOf(ball, receiver), pixelsOf(ball, giver)];
  const energies = channelEnergies(channels, pixelsOfBoth(ball, receiver, giver), delta);
  const fresh = new Float64Array(clean.length);
  addTile(ball, receiver, { values: tiles(side), delta: fresh, dice });
  const factors = received(ball, delta, { pixels, energies, fresh });
  for (const pixel of given) delta.fill(0, pixel * channels, (pixel + 1) * channels);
  for (const pixel of pixels)
    for (let c = 0; c < channels; c++) {
      delta[pixel * channels + c] = fresh[pixel * channels + c]! * factors[c]!;
    }
  return withLength(clean, delta, ball.eps);
}

/**
 * Square for ℓ2: starts at tiles beside each other, then moves the energy of one window to another,
 * under a tile; δ always has length ε before the box cuts it.
 *
 * @see Andriushchenko et al. 2020, Algorithm 3.
 */
export function squareL2(ball: SquareBall): SquareMoves {
  const tiles = tileCache();
  return {
    start: (clean, dice) => start(ball, tiles, { clean, dice }),
    propose: (from, dice) => proposal(ball, tiles, { ...from, dice }),
  };
}
