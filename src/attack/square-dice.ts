import { ATTACK_STREAMS, drawUniform } from './dice.ts';

/** Random numbers of one step of Square on one image, drawn one after the other. */
export interface SquareDice {
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

/** Makes the dice of a step; tests put logged numbers here. */
export type SquareDiceMaker = (place: SquarePlace) => SquareDice;

/** Numbers made at once. */
const BLOCK = 64;

/**
 * Dice that depend on the place alone. Unlike the reference, which draws one square for all images
 * of a batch, so that its verdict on an image depends on the others beside it.
 */
export function squareDice(place: SquarePlace): SquareDice {
  const stream = ATTACK_STREAMS.square;
  let drawn = drawUniform({ ...place, stream }, 8);
  let next = 0;
  const uniform = (): number => {
    // The first numbers stay what they are, however many are made.
    if (next === drawn.length) drawn = drawUniform({ ...place, stream }, drawn.length + BLOCK);
    return drawn[next++]!;
  };
  return {
    below: (high) => Math.floor((high * (uniform() + 1)) / 2),
    sign: () => (uniform() < 0 ? -1 : 1),
    flip: () => uniform() < 0,
  };
}
