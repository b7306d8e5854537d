import { attackStream, drawNormal, drawUniform } from './rng.ts';
import type { PlaneNorm } from './fab-projection.ts';
import { lengthOf } from './threat-model.ts';

/** Which start of which image. */
export interface StartPlace {
  readonly seed: number;
  /** The image's place in its set. */
  readonly image: number;
  /** Rank of the target class. */
  readonly rank: number;
  /** Below 256; further ones would meet the numbers of the next rank. */
  readonly restart: number;
}

/**
 * FAB's random start: a random direction (uniform for ℓ∞, normal for ℓ2) of length ε/2 from the
 * clean image, clamped to [0, 1].
 */
export function randomStart(
  clean: Float32Array,
  { norm, eps }: { readonly norm: PlaneNorm; readonly eps: number },
  { seed, image, rank, restart }: StartPlace,
): Float32Array {
  const place = {
    seed,
    image,
    stream: attackStream('fab-t'),
    restart: 256 * rank + restart,
    step: 0,
  };
  const direction = (norm === 'l2' ? drawNormal : drawUniform)(place, clean.length);
  const scale = (0.5 * eps) / lengthOf(norm, direction);
  return clean.map((x, i) => Math.min(1, Math.max(0, x + scale * direction[i]!)));
}
