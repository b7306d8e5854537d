/** Input shape of a net, and its required number of outputs. */
export interface ImageShape {
  /** [channels, height, width] */
  readonly input: readonly [number, number, number];
  readonly classes: number;
}

/** Shapes of the sets known before reading them. */
export const SOURCE_SHAPES = {
  shapes: { input: [3, 32, 32], classes: 10 },
  mnist: { input: [1, 28, 28], classes: 10 },
  'fashion-mnist': { input: [1, 28, 28], classes: 10 },
  'cifar-10': { input: [3, 32, 32], classes: 10 },
} as const satisfies Readonly<Record<string, ImageShape>>;
