/**
 * Counter-based random numbers: the value at (seed, stream, counter) does not depend on what was
 * drawn before, in which order, or in which batch.
 *
 * @see Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3" (Philox 4x32-10).
 */

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High 32 bits of the product of two unsigned 32-bit integers. */
function highProduct(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle1 = aHigh * bLow + ((aLow * bLow) >>> 16);
  const middle2 = aLow * bHigh + (middle1 % 0x10000);
  return aHigh * bHigh + Math.floor(middle1 / 0x10000) + Math.floor(middle2 / 0x10000);
}

export type Words = readonly [number, number, number, number];

/** Philox 4x32-10: four random 32-bit words from a 128-bit counter and a 64-bit key. */
export function philox(counter: Words, key: readonly [number, number]): Words {
  // Plain variables: tuples in this loop would cost twenty times its arithmetic.
  let c0 = counter[0];
  let c1 = counter[1];
  let c2 = counter[2];
  let c3 = counter[3];
  let k0 = key[0];
  let k1 = key[1];
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(M0, c0);
    const high1 = highProduct(M1, c2);
    const low0 = Math.imul(M0, c0);
    const low1 = Math.imul(M1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** Names a sequence of random numbers: a seed (0 … 2⁵³−1) and a stream (a small whole number). */
export interface RandomStream {
  readonly seed: number;
  readonly stream: number;
}

/** The four words of block `index` of a stream. */
function block({ seed, stream }: RandomStream, index: number): Words {
  const counter: Words = [index >>> 0, Math.floor(index / 2 ** 32) >>> 0, stream >>> 0, 0];
  return philox(counter, [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0]);
}

/** Number `index` of a stream, uniform in (0, 1), 32 random bits. */
export function uniformAt(stream: RandomStream, index: number): number {
  return (block(stream, Math.floor(index / 4))[index % 4]! + 0.5) / 2 ** 32;
}

/** Fills an array with independent numbers uniform in (0, 1), from the stream's start. */
export function fillUniform<T extends Float32Array | Float64Array>(
  stream: RandomStream,
  out: T,
): T {
  for (let at = 0; at < out.length; at += 4) {
    const words = block(stream, at / 4);
    const count = Math.min(4, out.length - at);
    for (let k = 0; k < count; k++) out[at + k] = (words[k]! + 0.5) / 2 ** 32;
  }
  return out;
}

/** Fills an array with independent standard normal numbers (Box–Muller), from the stream's start. */
export function fillNormal<T extends Float32Array | Float64Array>(stream: RandomStream, out: T): T {
  for (let at = 0; at < out.length; at += 4) {
    const words = block(stream, at / 4);
    for (let pair = 0; pair < 4 && at + pair < out.length; pair += 2) {
      const radius = Math.sqrt(-2 * Math.log((words[pair]! + 0.5) / 2 ** 32));
      const angle = (2 * Math.PI * words[pair + 1]!) / 2 ** 32;
      out[at + pair] = radius * Math.cos(angle);
      if (at + pair + 1 < out.length) out[at + pair + 1] = radius * Math.sin(angle);
    }
  }
  return out;
}
