import { attackStream, drawUniform, type Draw } from './rng.ts';

/** Random numbers of one step of Square on one image, drawn one after the other. */
export interface SquareRng {
  /** Uniform among 0, 1, …, high − 1; 0 for a high of 0. */
  readonly below: (high: number) => number;
  /** −1 or 1. */
  readonly sign: () => number;
  /** True half of the time. */
  readonly flip: () => boolean;
}

/** Which step of which image. */
export interface SquarePlace {
  readonly seed: number;
  /** The image's place in its set. */
  readonly image: number;
  readonly restart: number;
  /** 0 is the start, 1 the first proposal. */
  readonly step: number;
}

/** Creates the generator of a step; tests pass logged numbers. */
export type SquareRngFactory = (place: SquarePlace) => SquareRng;

/** Numbers made at a time: steps need 3 to 10. */
const BLOCK = 4;

/**
 * A generator that depends on the key alone. The reference draws one square for all images of a
 * batch, so that its verdict on an image depends on the rest of the batch.
 */
export function squareRng(place: SquarePlace): SquareRng {
  return new PlacedRng({ ...place, stream: attackStream('square') });
}

/**
 * A class, since one is created for every query: three closures each would cost as much as the
 * step.
 */
class PlacedRng implements SquareRng {
  #drawn: Float64Array;
  /** Numbers drawn before these. */
  #before = 0;
  #next = 0;

  constructor(private readonly draw: Draw) {
    this.#drawn = drawUniform(draw, BLOCK);
  }

  #uniform(): number {
    if (this.#next === BLOCK) {
      this.#before += BLOCK;
      this.#drawn = drawUniform(this.draw, BLOCK, this.#before);
      this.#next = 0;
    }
    return this.#drawn[this.#next++]!;
  }

  below(high: number): number {
    return Math.floor((high * (this.#uniform() + 1)) / 2);
  }

  sign(): number {
    return this.#uniform() < 0 ? -1 : 1;
  }

  flip(): boolean {
    return this.#uniform() < 0;
  }
}
