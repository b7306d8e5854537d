import { describe, expect, it } from 'vitest';
import type { AttackTarget } from '../attack/target.ts';
import type { ImageSet } from '../data/dataset.ts';
import { philox } from '../math/random.ts';
import { robustAccuracy } from './robust-accuracy.ts';

const [SIDE, COUNT] = [3, 40];
const NUMBERS = SIDE * SIDE;

/** Logits (0, w·x + b): the worst image of a ball is known, its margin less ε‖w‖₁. */
const WEIGHTS = Float64Array.from({ length: NUMBERS }, (_, at) => (at % 2 === 0 ? 1 : -0.5));
const scoreOf = (x: ArrayLike<number>): number =>
  WEIGHTS.reduce((sum, w, at) => sum + w * x[at]!, -1);

const LINEAR: AttackTarget = {
  classes: 2,
  shape: [SIDE, SIDE, 1],
  logits: (images) => Promise.resolve(logitsOf(images)),
  pullback: (images, cotangent) => {
    const logits = logitsOf(images);
    const weights = cotangent(logits);
    const gradient = images.map(
      (_, at) => weights[2 * Math.floor(at / NUMBERS) + 1]! * WEIGHTS[at % NUMBERS]!,
    );
    return Promise.resolve({ logits, gradient });
  },
};

function logitsOf(images: Float32Array): Float32Array {
  return Float32Array.from({ length: (2 * images.length) / NUMBERS }, (_, at) => {
    const n = Math.floor(at / 2);
    return at % 2 === 0 ? 0 : scoreOf(images.subarray(n * NUMBERS, (n + 1) * NUMBERS));
  });
}

/** Pixels from 77 to 177 of 255: ε up to 0.3 meets no end of the box. */
function grey(): ImageSet {
  const images = Uint8Array.from({ length: COUNT * NUMBERS }, (_, at) => {
    return 77 + (philox([at, 0, 0, 0], [1, 1])[0] % 101);
  });
  const labels = Uint16Array.from({ length: COUNT }, (_, n) => {
    const x = images.subarray(n * NUMBERS, (n + 1) * NUMBERS);
    // Every fifth image has the wrong label.
    const right = scoreOf(Array.from(x, (byte) => byte / 255)) > 0;
    return (n % 5 === 0) !== right ? 1 : 0;
  });
  return {
    name: 'grey',
    height: SIDE,
    width: SIDE,
    channels: 1,
    classes: ['a', 'b'],
    images,
    labels,
  } as unknown as ImageSet;
}

describe('robust accuracy', () => {
  it.each([0.01, 0.05, 0.15])(
    'T37 is that of the worst images of a linear net, ε = %s',
    async (eps) => {
      const set = grey();
      const reach = eps * WEIGHTS.reduce((sum, w) => sum + Math.abs(w), 0);
      const expected = Array.from(set.labels).filter((label, n) => {
        const x = set.images.subarray(n * NUMBERS, (n + 1) * NUMBERS);
        const score = scoreOf(Array.from(x, (byte) => byte / 255));
        return (label === 1 ? score : -score) > reach;
      }).length;
      const attack = { every: 1, images: 200, norm: 'linf', eps, steps: 10, relativeStep: 0.25 };
      const work = robustAccuracy(LINEAR, set, { attack: attack as never, seed: 1 });
      for (;;) {
        const step = await work.next();
        if (step.done !== true) continue;
        expect(step.value).toEqual({ correct: expected, count: COUNT });
        break;
      }
      expect(expected).toBeLessThan(COUNT);
    },
  );
});
