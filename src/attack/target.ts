/**
 * Cotangents of the logits, [n, classes], row by row: of all images, or of a part that starts at
 * image `first` (default 0).
 */
export type Cotangent = (logits: Float32Array, first?: number) => Float32Array;

/**
 * A net as an attack sees it, in inference mode: plain arrays in and out, on any backend. Images
 * are float32 [n, H, W, C]; logits float32 [n, classes].
 */
export interface AttackTarget {
  readonly classes: number;
  /** [H, W, C] of one image. */
  readonly shape: readonly [number, number, number];
  /** Logits of n images: one forward pass. */
  readonly logits: (images: Float32Array) => Promise<Float32Array>;
  /**
   * Logits z, and the gradient by the images of Σ w·z for the cotangents w = cotangent(z), [n,
   * classes], taken as constants: the gradient of any loss L(z) whose ∂L/∂z is w. One forward and
   * one backward pass for each image.
   */
  readonly pullback: (
    images: Float32Array,
    cotangent: Cotangent,
  ) => Promise<{ readonly logits: Float32Array; readonly gradient: Float32Array }>;
}

/** Numbers of one image: H · W · C. */
export function imageNumbers({ shape: [height, width, channels] }: AttackTarget): number {
  return height * width * channels;
}

/**
 * Keys of an attack's random numbers: each image's own index in its set, so that draws do not
 * depend on the batch, the order, or a resume.
 */
export interface AttackSeed {
  /** A whole number from 0 to 2^53 − 1. */
  readonly seed: number;
  /** Place of each image of the batch in its set. */
  readonly indices: Uint32Array;
}
