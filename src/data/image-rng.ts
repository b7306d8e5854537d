import { philox } from '../math/random.ts';
import type { RandomStream } from '../math/random.ts';

/**
 * The random numbers of one image: four Philox words of (seed, stream, index) start a small
 * generator, since thousands of noise values an image would cost more as Philox blocks than the
 * image itself. So image `index` depends on nothing but (seed, stream, index).
 *
 * @see Doty-Humphrey, PractRand, generator sfc32
 */
export class ImageRng {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;

  /** Starts again for another image, so that one object serves a whole set. */
  start({ seed, stream }: RandomStream, index: number): void {
    const key = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0] as const;
    const words = philox([index >>> 0, Math.floor(index / 2 ** 32) >>> 0, stream >>> 0, 0], key);
    [this.#a, this.#b, this.#c] = [words[0] | 0, words[1] | 0, words[2] | 0];
    this.#counter = words[3] | 0;
    for (let round = 0; round < 12; round++) this.bits();
  }

  /** 32 random bits, as a signed whole number. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * ((this.bits() >>> 0) / 2 ** 32);
  }

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.between(0, count));
  }
}
