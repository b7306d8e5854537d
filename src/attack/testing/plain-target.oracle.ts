import type { AttackTarget } from '../target.ts';

/** Logits of one image and their Jacobian [classes][numbers], in float64. */
export interface PlainNet {
  readonly classes: number;
  readonly shape: readonly [number, number, number];
  readonly at: (x: Float32Array) => { logits: number[]; jacobian: number[][] };
}

/** A net written out in float64, as an attack sees it. */
export function plainTarget({ classes, shape, at }: PlainNet): AttackTarget {
  const size = shape[0] * shape[1] * shape[2];
  const each = (images: Float32Array) =>
    Array.from({ length: images.length / size }, (_, n) =>
      at(images.slice(n * size, (n + 1) * size)),
    );
  return {
    classes,
    shape,
    logits: (images) =>
      Promise.resolve(Float32Array.from(each(images).flatMap(({ logits }) => logits))),
    pullback: (images, cotangent) => {
      const found = each(images);
      const logits = Float32Array.from(found.flatMap((one) => one.logits));
      const weights = cotangent(logits);
      const gradient = found.flatMap(({ jacobian }, n) =>
        Array.from({ length: size }, (_, i) =>
          jacobian.reduce((sum, row, c) => sum + weights[n * classes + c]! * row[i]!, 0),
        ),
      );
      return Promise.resolve({ logits, gradient: Float32Array.from(gradient) });
    },
  };
}

/** The analytic model of the published APGD trajectories: 5 classes, 6 numbers. */
export const QUADRATIC: PlainNet = {
  classes: 5,
  shape: [1, 6, 1],
  at: (x) => {
    const rows = Array.from({ length: 5 }, (_, o) =>
      Array.from(x, (one, i) => {
        const [a, b] = [4 * Math.sin(1 + 3 * o + 5 * i), 3 * Math.cos(2 + 2 * o + 7 * i)];
        return { value: a * one + b * one * one, derivative: a + 2 * b * one };
      }),
    );
    return {
      logits: rows.map((row) => row.reduce((sum, { value }) => sum + value, 0)),
      jacobian: rows.map((row) => row.map(({ derivative }) => derivative)),
    };
  },
};
