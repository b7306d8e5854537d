import type { SquareRng } from './square-rng.ts';
import { clampToBox, type SquareBall, type SquareFrom, type SquareMoves } from './square-moves.ts';
import { l2Side } from './square-schedule.ts';
import {
  drawCorner,
  placeOf,
  tileCache,
  windowCache,
  type Corner,
  type Tiles,
  type Windows,
} from './square-windows.ts';

/** Of the reference: keeps a vector of zeros from being divided by its length. */
const LENGTH_GUARD = 1e-12;

/** A square of an image. */
interface Window {
  readonly top: number;
  readonly left: number;
  readonly side: number;
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
  { values, delta, rng }: { values: Float64Array; delta: Float64Array; rng: SquareRng },
): void {
  const channels = ball.shape[2];
  const turned = rng.flip();
  const signs = Float64Array.from({ length: channels }, () => rng.sign());
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
  { clean, rng }: { clean: Float32Array; rng: SquareRng },
): Float32Array {
  const [height, width] = ball.shape;
  // The reference cannot start on less than 5 rows.
  const side = Math.max(1, Math.floor(height / 5));
  const offset = Math.max(0, Math.floor((height - 5 * side) / 2));
  const delta = new Float64Array(clean.length);
  for (let row = 0; row < Math.floor(height / side); row++)
    for (let column = 0; column < Math.floor(width / side); column++) {
      const window = { top: offset + row * side, left: offset + column * side, side };
      addTile(ball, window, { values: tiles(side), delta, rng });
    }
  return withLength(clean, delta, ball.eps);
}

/** δ of the best image so far and its energy Σ δ²: they stay until another one is taken. */
interface Spent {
  readonly delta: Float64Array;
  readonly energy: number;
}

/** Data of an image, computed on first use. */
function spentCache(): (from: SquareFrom) => Spent {
  const known = new WeakMap<Float32Array, Spent>();
  return ({ best, clean }) => {
    const found = known.get(best);
    if (found !== undefined) return found;
    const delta = difference(best, clean);
    const made = { delta, energy: squareSum(delta) };
    known.set(best, made);
    return made;
  };
}

/** Adds Σ δ² of each channel over a window. */
function addEnergies(
  energies: Float64Array,
  delta: Float64Array,
  { offsets, place }: { offsets: Int32Array; place: number },
): void {
  const channels = energies.length;
  for (let k = 0; k < offsets.length; k++) {
    const value = delta[place + offsets[k]!]!;
    energies[k % channels]! += value * value;
  }
}

/** Adds Σ δ² of each channel over the pixels of the giver that the receiver has not. */
function addGiven(
  energies: Float64Array,
  delta: Float64Array,
  window: { ball: SquareBall; side: number; receiver: Corner; giver: Corner },
): void {
  const { ball, side, receiver, giver } = window;
  const [, width, channels] = ball.shape;
  for (let y = giver.top; y < giver.top + side; y++) {
    const isShared = y >= receiver.top && y < receiver.top + side;
    for (let x = giver.left; x < giver.left + side; x++) {
      if (isShared && x >= receiver.left && x < receiver.left + side) continue;
      for (let c = 0; c < channels; c++)
        energies[c]! += delta[(y * width + x) * channels + c]! ** 2;
    }
  }
}

/** A tile, turned or not, times a sign for each channel, plus the old content of length 1. */
function freshContent(
  { side, offsets, tile: values }: Windows,
  old: { delta: Float64Array; place: number; energies: Float64Array },
  rng: SquareRng,
): Float64Array {
  const channels = old.energies.length;
  const turned = rng.flip();
  const signs = old.energies.map(() => rng.sign());
  const lengths = old.energies.map((energy) => LENGTH_GUARD + Math.sqrt(energy));
  const fresh = new Float64Array(offsets.length);
  for (let pixel = 0, k = 0; pixel < side * side; pixel++) {
    const row = Math.floor(pixel / side);
    const value = values[turned ? (pixel - row * side) * side + row : pixel]!;
    for (let c = 0; c < channels; c++, k++)
      fresh[k] = value * signs[c]! + old.delta[old.place + offsets[k]!]! / lengths[c]!;
  }
  return fresh;
}

/** What brings the new content, in each channel, to the energy of both windows and its part of the spare. */
function factorsFor(fresh: Float64Array, energies: Float64Array, spare: number): Float64Array {
  const channels = energies.length;
  const sums = new Float64Array(channels);
  for (let k = 0; k < fresh.length; k++) sums[k % channels]! += fresh[k]! * fresh[k]!;
  return sums.map((sum, c) => {
    return Math.sqrt(spare / channels + energies[c]!) / (LENGTH_GUARD + Math.sqrt(sum));
  });
}

interface Proposer {
  readonly ball: SquareBall;
  readonly windows: (side: number) => Windows;
  readonly spent: (from: SquareFrom) => Spent;
}

/** Moves the energy of the giver, and what the box took from δ, to the receiver. */
function proposal(
  { ball, windows, spent }: Proposer,
  from: SquareFrom,
  rng: SquareRng,
): Float32Array {
  const [height, width, channels] = ball.shape;
  const side = l2Side(from.share, [height, width]);
  const receiver = drawCorner(ball, side, rng);
  const giver = drawCorner(ball, side, rng);
  const { delta, energy } = spent(from);
  const window = windows(side);
  const { offsets } = window;
  const place = placeOf(ball, receiver);
  const energies = new Float64Array(channels);
  addEnergies(energies, delta, { offsets, place });
  const fresh = freshContent(window, { delta, place, energies }, rng);
  addGiven(energies, delta, { ball, side, receiver, giver });
  const factors = factorsFor(fresh, energies, Math.max(ball.eps ** 2 - energy, 0));
  const next = delta.slice();
  const given = placeOf(ball, giver);
  for (let k = 0; k < offsets.length; k++) next[given + offsets[k]!] = 0;
  for (let k = 0; k < offsets.length; k++)
    next[place + offsets[k]!] = fresh[k]! * factors[k % channels]!;
  return withLength(from.clean, next, ball.eps);
}

/**
 * Square for ℓ2: starts at tiles beside each other, then moves the energy of one window to another,
 * under a tile; δ always has length ε before the box cuts it.
 *
 * @see Andriushchenko et al. 2020, Algorithm 3.
 */
export function squareL2(ball: SquareBall): SquareMoves {
  const tiles = tileCache();
  const proposer = { ball, windows: windowCache(ball, tiles), spent: spentCache() };
  return {
    start: (clean, rng) => start(ball, tiles, { clean, rng }),
    propose: (from, rng) => proposal(proposer, from, rng),
  };
}
