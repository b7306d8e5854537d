import type { CheckedGeometry } from './geometry.ts';
import type { ConvOperator, Kernel } from './operator.ts';

/**
 * Weights as unsigned integers whose order is "larger magnitude first, + before −": the float32 bits
 * of 2^−exponent · w without their sign, one place up, and a last bit that is 1 for +. Integers
 * compare alike on every machine, so a picture does not depend on who draws it. A structural zero
 * is 0; a weight that is zero is 1.
 */
export interface WeightKeys {
  /** OIHW, as the kernel. */
  readonly keys: Uint32Array;
  /** Power of two that the weights were divided by, which brings the largest into [1, 2). */
  readonly exponent: number;
  /** Largest magnitude of the float32 weights, in the kernel's own unit. */
  readonly largest: number;
  readonly pyramid: readonly KeyLevel[];
}

/** Maxima over blocks of channels: [⌈d_out / side⌉, ⌈d_in/groups / side⌉, k1·k2]. */
export interface KeyLevel {
  readonly side: number;
  readonly outputs: number;
  readonly inputs: number;
  readonly keys: Uint32Array;
}

const word = new Uint32Array(1);
const real = new Float32Array(word.buffer);

/** Key of a float32 number (already scaled). */
export function keyOf(value: number): number {
  real[0] = value;
  const bits = word[0]!;
  if (bits << 1 === 0) return 1;
  return ((bits << 1) | (bits >>> 31 === 0 ? 1 : 0)) >>> 0;
}

/** The float32 number of a key. */
export function valueOfKey(key: number): number {
  word[0] = key >>> 1;
  const size = real[0]!;
  return (key & 1) === 1 || key === 0 ? size : -size;
}

/** Largest |K| of a kernel, which is the end of every colour scale. */
export function largestMagnitude(kernel: Kernel): number {
  let largest = 0;
  for (let at = 0; at < kernel.length; at++) largest = Math.max(largest, Math.abs(kernel[at]!));
  return largest;
}

/** Blocks of 4 × 4 channels: each level has a sixteenth of the numbers of the one below. */
const FACTOR = 4;
/** Below this many channels on either side blocks save nothing. */
const LEAST_CHANNELS = 64;

function blocksOf(below: KeyLevel, taps: number): KeyLevel {
  const outputs = Math.ceil(below.outputs / FACTOR);
  const inputs = Math.ceil(below.inputs / FACTOR);
  const keys = new Uint32Array(outputs * inputs * taps);
  for (let i = 0; i < below.outputs; i++) {
    for (let j = 0; j < below.inputs; j++) {
      const from = (i * below.inputs + j) * taps;
      const into = (Math.floor(i / FACTOR) * inputs + Math.floor(j / FACTOR)) * taps;
      for (let tap = 0; tap < taps; tap++) {
        if (below.keys[from + tap]! > keys[into + tap]!) keys[into + tap] = below.keys[from + tap]!;
      }
    }
  }
  return { side: below.side * FACTOR, outputs, inputs, keys };
}

function pyramidOf(g: CheckedGeometry, keys: Uint32Array): KeyLevel[] {
  const taps = g.kernel[0] * g.kernel[1];
  const levels: KeyLevel[] = [{ side: 1, outputs: g.dOut, inputs: g.inPerGroup, keys }];
  for (;;) {
    const top = levels.at(-1)!;
    if (Math.min(top.outputs, top.inputs) < LEAST_CHANNELS) return levels;
    levels.push(blocksOf(top, taps));
  }
}

/**
 * Keys of all weights and their maxima over channel blocks. A float64 weight is rounded to float32
 * (relative 2⁻²⁴) after scaling, so neither overflows nor, within 2¹²⁶ of the largest, vanishes.
 */
export function weightKeys({ geometry, kernel }: ConvOperator): WeightKeys {
  const size = largestMagnitude(kernel);
  const exponent = size > 0 ? Math.floor(Math.log2(size)) : 0;
  const keys = new Uint32Array(kernel.length);
  // Two steps, because 2^−exponent alone can overflow.
  const [half, rest] = [
    2 ** -Math.trunc(exponent / 2),
    2 ** -(exponent - Math.trunc(exponent / 2)),
  ];
  for (let at = 0; at < kernel.length; at++) keys[at] = keyOf(kernel[at]! * half * rest);
  const scaled = Math.abs(valueOfKey(keyOf(size * half * rest)));
  const largest = scaled / half / rest;
  return { keys, exponent, largest, pyramid: pyramidOf(geometry, keys) };
}

/** Number of steps from zero to the largest magnitude on one arm of the colour scale. */
export const COLOR_LEVELS = 255;

/**
 * Least magnitude (key without its last bit) of colour levels 1 … {@link COLOR_LEVELS}. Level 1 is
 * everything above zero, so that no non-zero entry looks like a structural zero; level n ≥ 2 begins
 * at (n − 1)/255 of the largest.
 */
export function levelThresholds({ largest, exponent }: WeightKeys): Uint32Array {
  const top = largest * 2 ** -exponent;
  return Uint32Array.from({ length: COLOR_LEVELS }, (_, n) =>
    n === 0 ? 1 : Math.max(1, keyOf((top * n) / COLOR_LEVELS) >>> 1),
  );
}

/** Colour level of a key: the number of thresholds that its magnitude reaches. */
export function levelOfKey(key: number, thresholds: Uint32Array): number {
  const size = key >>> 1;
  word[0] = size;
  const numbers = real[0]!;
  word[0] = thresholds[COLOR_LEVELS - 1]!;
  // A guess by division, which may be one off, and then the thresholds' word.
  const guess = Math.floor((numbers / real[0]!) * (COLOR_LEVELS - 1)) + 1;
  let level = Math.min(COLOR_LEVELS, Math.max(0, guess || 0));
  while (level < COLOR_LEVELS && thresholds[level]! <= size) level++;
  while (level > 0 && thresholds[level - 1]! > size) level--;
  return level;
}
