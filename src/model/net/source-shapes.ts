/** What a net is fed with, and how many numbers it has to give. */
export interface ImageShape {
  /** [channels, height, width] */
  readonly input: readonly [number, number, number];
  readonly classes: number;
}

/** Images of the sets whose sizes are known before they are read. */
export const SOURCE_SHAPES = {
  shapes: { input: [3, 32, 32], classes: 10 },
  mnist: { input: [1, 28, 28], classes: 10 },
  'fashion-mnist': { input: [1, 28, 28], classes: 10 },
  'cifar-10': { input: [3, 32, 32], classes: 10 },
} as const satisfies Readonly<Record<string, ImageShape>>;
