import { describe, expect, it } from 'vitest';
import { distanceOf, rowOf, type AttackBatch } from './batch.ts';
import { square, squareDefaults, type SquareSettings, type SquareState } from './square.ts';
import { squareRng } from './square-rng.ts';
import { squareL2 } from './square-l2.ts';
import { squareLinf } from './square-linf.ts';
import type { AttackTarget } from './target.ts';
import { plainTarget } from './testing/plain-target.oracle.ts';
import { resultOf } from '../kit/steps/steps.ts';

const SHAPE = [7, 9, 3] as const;
const SIZE = 7 * 9 * 3;

/** Images whose numbers lie evenly in [0, 1]. */
function imagesOf(count: number): Float32Array {
  return Float32Array.from({ length: count * SIZE }, (_, at) => ((at * 37) % 101) / 100);
}

/** A linear net of three classes; its middle class looks for a pattern. */
const NET = plainTarget({
  classes: 3,
  shape: SHAPE,
  at: (x) => {
    const pattern = Array.from(x, (_, i) => Math.sin(1 + i));
    const seen = pattern.reduce((sum, w, i) => sum + w * (x[i]! - 0.5), 0);
    const zero = pattern.map(() => 0);
    return { logits: [1, seen, -1], jacobian: [zero, pattern, zero] };
  },
});

function batchOf(indices: readonly number[], label = 0): AttackBatch {
  const all = imagesOf(8);
  const images = Float32Array.from(indices.flatMap((at) => [...rowOf(all, at, SIZE)]));
  return {
    images,
    labels: indices.map(() => label),
    seed: { seed: 3, indices: Uint32Array.from(indices) },
  };
}

async function attack(target: AttackTarget, batch: AttackBatch, settings: SquareSettings) {
  const states = new Map<number, SquareState[]>();
  const watch = (image: number, state: SquareState): void => {
    states.set(image, [...(states.get(image) ?? []), state]);
  };
  return { ...(await resultOf(square(target, batch, { ...settings, watch }))), states };
}

const SETTINGS = {
  linf: { ...squareDefaults({ norm: 'linf', eps: 0.03 }), queries: 60 },
  l2: { ...squareDefaults({ norm: 'l2', eps: 0.3 }), queries: 60 },
} as const;

describe.each(['linf', 'l2'] as const)('square, %s', (norm) => {
  const settings = SETTINGS[norm];

  it('takes only what lowers the margin, stays in the ball and the box, ends when it wins', async () => {
    const batch = batchOf([0, 1, 2, 3, 4, 5, 6, 7]);
    const { states, broken, by, images } = await attack(NET, batch, settings);
    expect(states.size).toBeGreaterThan(1);
    for (const [image, seen] of states) {
      const clean = rowOf(batch.images, image, SIZE);
      seen.forEach(({ best, tried, point }, step) => {
        const before = seen[step - 1]?.best ?? Infinity;
        expect(best).toBe(tried < before || tried <= 0 ? tried : before);
        // ε in float32, and one rounding of x ± ε.
        expect(distanceOf(norm, point, clean)).toBeLessThan(settings.eps + 2e-7);
        expect(point.every((value) => value >= 0 && value <= 1)).toBe(true);
      });
      const last = seen.at(-1)!;
      expect(broken[image]).toBe(last.best < 0);
      expect(by[image]).toEqual(last.best < 0 ? { restart: 0, step: seen.length - 1 } : null);
      expect(seen.length).toBe(last.best <= 0 ? seen.length : 61);
      const returned = rowOf(images, image, SIZE);
      expect([...returned]).toEqual([...(broken[image] === true ? last.point : clean)]);
    }
  });

  it('does to an image what it does to it alone, in any order', async () => {
    const all = await attack(NET, batchOf([0, 1, 2, 3, 4, 5, 6, 7]), settings);
    const some = await attack(NET, batchOf([5, 2]), settings);
    expect(some.states.get(5)).toEqual(all.states.get(5));
    expect(some.states.get(2)).toEqual(all.states.get(2));
    expect([...rowOf(some.images, 0, SIZE)]).toEqual([...rowOf(all.images, 5, SIZE)]);
  });

  it('tries other images for another seed and in another restart', async () => {
    const hard = { ...settings, eps: settings.eps / 100, queries: 3, restarts: 2 };
    const easy = batchOf([2]);
    const one = await attack(NET, easy, hard);
    const other = await attack(NET, { ...easy, seed: { ...easy.seed, seed: 4 } }, hard);
    const [first, second] = [one.states.get(2)!, other.states.get(2)!];
    expect(first.map(({ restart, step }) => [restart, step])).toEqual(
      [0, 1].flatMap((restart) => [0, 1, 2, 3].map((step) => [restart, step])),
    );
    expect(second[0]!.point).not.toEqual(first[0]!.point);
    expect(first[4]!.point).not.toEqual(first[0]!.point);
  });

  it('A7 leaves images that are wrong from the start alone', async () => {
    const batch = batchOf([0, 1], 2);
    const { images, broken, states, passes } = await attack(NET, batch, settings);
    expect([images, broken, states.size]).toEqual([batch.images, [false, false], 0]);
    expect(passes).toEqual({ forward: 2, backward: 0 });
  });

  it('A23 ends at a tie without a success, where the first of equal classes is the label', async () => {
    const flat = { ...NET, logits: tieAfter(NET, 1) };
    const { broken, states } = await attack(flat, batchOf([0]), settings);
    expect([broken, states.get(0)!.length]).toEqual([[false], 1]);
  });

  it('does not crash on no image, radius 0, 1, or a net of NaN', async () => {
    expect((await attack(NET, batchOf([]), settings)).broken).toEqual([]);
    for (const eps of [0, 1]) {
      const { images } = await attack(NET, batchOf([1]), { ...settings, eps, queries: 5 });
      expect(images.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
    const sick = { ...NET, logits: () => Promise.resolve(new Float32Array(3).fill(NaN)) };
    expect((await attack(sick, batchOf([1]), settings)).broken).toEqual([false]);
    await expect(attack(NET, batchOf([1]), { ...settings, eps: -1 })).rejects.toThrow('eps: -1');
  });

  it('can be stopped after any query', async () => {
    const job = square(NET, batchOf([0, 1, 2]), settings);
    const first = await job.next();
    expect(first.done).toBe(false);
    expect((await job.return(undefined as never)).done).toBe(true);
    expect((await job.next()).done).toBe(true);
  });
});

/** Logits of the net for the first calls, and then a tie of all classes. */
function tieAfter(net: AttackTarget, calls: number): AttackTarget['logits'] {
  let done = 0;
  return (images) =>
    done++ < calls ? net.logits(images) : Promise.resolve(new Float32Array(net.classes));
}

describe("Square's proposals", () => {
  const clean = Float32Array.from({ length: SIZE }, (_, at) => 0.4 + (at % 7) / 50);
  const place = { seed: 1, image: 2, restart: 0, step: 5 };

  it('ℓ∞: a square becomes x ± ε, one sign for each channel; the rest stays', () => {
    const { start, propose } = squareLinf({ shape: SHAPE, eps: 0.1 });
    const best = start(clean, squareRng({ ...place, step: 0 }));
    // Stripes: the same along the height.
    best.forEach((value, at) => {
      expect(value - clean[at]!).toBeCloseTo(best[at % 27]! - clean[at % 27]!, 6);
    });
    const next = propose({ clean, best, share: 0.2 }, squareRng(place));
    const inside = Array.from(next.keys()).filter((at) => next[at] !== best[at]);
    expect(inside.length).toBeGreaterThan(0);
    // √(0.2 · 63) = 3.5: 4 of 7 rows and of 9 columns.
    expect(inside.length).toBeLessThanOrEqual(4 * 4 * 3);
    for (const at of inside) expect(Math.abs(next[at]! - clean[at]!)).toBeCloseTo(0.1, 6);
  });

  it('ℓ∞: rows and columns are drawn each below its own end, and each channel has its sign', () => {
    const { propose } = squareLinf({ shape: SHAPE, eps: 0.1 });
    const ends: number[] = [];
    const signs = [1, -1, 1] as const;
    let sign = 0;
    const rng = {
      below: (end: number) => ends.push(end),
      flip: () => false,
      sign: () => signs[sign++]!,
    };
    const next = propose({ clean, best: clean, share: 0.2 }, rng);
    // Side 4 of 7 rows and 9 columns: offsets 0 to 2 and 0 to 4, the last of 3 and 5 never drawn.
    expect(ends).toEqual([3, 5]);
    // The pushes above gave the offsets 1 and 2.
    const expected = clean.map((value, at) => {
      const [y, x] = [Math.floor(at / 27), Math.floor(at / 3) % 9];
      const inside = y >= 1 && y < 5 && x >= 2 && x < 6;
      return inside ? value + 0.1 * signs[at % 3]! : value;
    });
    next.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 6));
  });

  it('ℓ2: δ has length ε where the box does not cut it, and only the windows change shape', () => {
    const { start, propose } = squareL2({ shape: SHAPE, eps: 0.5 });
    const best = start(clean, squareRng({ ...place, step: 0 }));
    expect(distanceOf('l2', best, clean)).toBeCloseTo(0.5, 6);
    const next = propose({ clean, best, share: 0.1 }, squareRng(place));
    expect(distanceOf('l2', next, clean)).toBeCloseTo(0.5, 6);
    // Outside both windows δ is only scaled, by the same factor everywhere.
    const ratios = Array.from(next, (value, at) => (value - clean[at]!) / (best[at]! - clean[at]!));
    const counts = new Map<number, number>();
    for (const ratio of ratios) {
      const rounded = Math.round(ratio * 1000);
      counts.set(rounded, (counts.get(rounded) ?? 0) + 1);
    }
    // Two windows of 3x3 pixels at most; entries of 0 in δ have no ratio.
    expect(Math.max(...counts.values())).toBeGreaterThan(SIZE / 3);
  });

  it('start and go on for images of any shape, of a single pixel too', () => {
    for (const shape of [
      [1, 1, 1],
      [2, 3, 1],
      [1, 9, 2],
      [19, 6, 3],
      [14, 14, 1],
    ] as const) {
      const image = new Float32Array(shape[0] * shape[1] * shape[2]).fill(0.5);
      for (const moves of [squareLinf({ shape, eps: 0.1 }), squareL2({ shape, eps: 0.1 })]) {
        let best = moves.start(image, squareRng(place));
        for (let step = 1; step < 5; step++) {
          best = moves.propose({ clean: image, best, share: 0.3 }, squareRng({ ...place, step }));
        }
        expect(best.every((value) => value >= 0 && value <= 1)).toBe(true);
      }
    }
  });
});

describe('squareDice', () => {
  it('is fair: places from 0 to high − 1, signs and flips each half of the time', () => {
    const counts = [0, 0, 0, 0];
    let [plus, turned] = [0, 0];
    for (let image = 0; image < 500; image++) {
      const rng = squareRng({ seed: 5, image, restart: 0, step: image % 7 });
      for (let draw = 0; draw < 4; draw++) {
        counts[rng.below(4)]! += 1;
        if (rng.sign() > 0) plus += 1;
        if (rng.flip()) turned += 1;
      }
      expect(rng.below(0)).toBe(0);
    }
    // 2000 draws: 5 standard deviations are 97 of 500 and 112 of 1000.
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(97);
    expect(Math.abs(plus - 1000)).toBeLessThan(112);
    expect(Math.abs(turned - 1000)).toBeLessThan(112);
  });

  it('draws the same numbers however many are drawn', () => {
    const draw = (count: number): number[] => {
      const rng = squareRng({ seed: 5, image: 1, restart: 0, step: 1 });
      return Array.from({ length: count }, () => rng.below(1_000_000));
    };
    expect(draw(200).slice(0, 12)).toEqual(draw(12));
    expect(new Set(draw(200)).size).toBeGreaterThan(195);
  });
});
