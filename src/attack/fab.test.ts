import { beforeAll, describe, expect, it } from 'vitest';
import { fixtureJson } from '../math/testing/fixtures.ts';
import { startBackend } from '../tensor/backends.ts';
import { distanceOf, rowOf, type AttackBatch } from './batch.ts';
import { randomStart } from './fab-start.ts';
import { fabT } from './fab.ts';
import { fabDefaults, type FabSettings, type FabState } from './fab-types.ts';
import { firstLargest } from './losses.ts';
import { netTarget } from './net-target.ts';
import type { AttackTarget } from './target.ts';
import { plainTarget, QUADRATIC } from './testing/plain-target.oracle.ts';
import { resultOf } from '../kit/steps/steps.ts';
import { mnistTest, openReferenceNet, type ReferenceNet } from '../nn/testing/reference-nets.ts';

/** FAB-T on a batch to its end; also each image's smallest distance, and its states. */
async function attack(target: AttackTarget, batch: AttackBatch, settings: FabSettings) {
  const states = Array.from(batch.labels, (): FabState[] => []);
  const watch = (image: number, state: FabState): void => void states[image]!.push(state);
  const outcome = await resultOf(fabT(target, batch, { ...settings, watch }));
  const distances = states.map((seen) => Math.min(...seen.map(({ distance }) => distance)));
  return { ...outcome, distances, states };
}

/** A batch whose images stand in their set where they stand here. */
function batchOf(images: Float32Array, labels: ArrayLike<number>, seed = 0): AttackBatch {
  return { images, labels, seed: { seed, indices: Uint32Array.from(labels, (_, n) => n) } };
}

interface FabRun {
  norm: 'Linf' | 'L2';
  target_class_rank: number;
  f64: { dist: number[] };
  f32: { dist: number[] };
}

/** Largest relative difference of two lists. */
function apart(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value / b[i]! - 1)));
}

async function referenceTarget(name: ReferenceNet): Promise<AttackTarget> {
  const { net, params } = await openReferenceNet(name);
  return netTarget(net, params);
}

/** A run of the fixtures on its first images, and the distances that PyTorch found. */
async function replay(name: ReferenceNet, { at, count }: { at: number; count: number }) {
  const target = await referenceTarget(name);
  const file = fixtureJson(`fab_square/fab_${name}.json`) as { runs: FabRun[] };
  const run = file.runs[at]!;
  const { images, labels } = mnistTest(0, count);
  const norm = run.norm === 'L2' ? ('l2' as const) : ('linf' as const);
  const defaults = fabDefaults({ norm, eps: Infinity });
  const settings = { ...defaults, ranks: [run.target_class_rank], untilBroken: false };
  const outcome = await attack(target, batchOf(images, labels), settings);
  return { outcome, run, images, labels, target, norm: settings.norm };
}

describe('A21 fabT against the reference', () => {
  beforeAll(async () => {
    await startBackend('wasm');
  });

  it.each([0, 1, 3, 5])(
    'mnist-plain: run %d ends at the distances of float64 and float32 within 1e-5',
    async (at) => {
      // The reference itself differs by up to 5.8e-6 between float32 and float64.
      const { outcome, run } = await replay('mnist-plain', { at, count: 2 });
      expect(apart(outcome.distances, run.f64.dist.slice(0, 2))).toBeLessThan(1e-5);
      expect(apart(outcome.distances, run.f32.dist.slice(0, 2))).toBeLessThan(1e-5);
    },
  );

  it.each([0, 3])(
    'mnist-at: run %d ends within 5 % of the distances, and what it returns is misclassified there',
    async (at) => {
      // Float32 makes the reference's own distances differ by up to 10 % on this net.
      const { outcome, target, images, run, labels, norm } = await replay('mnist-at', {
        at,
        count: 4,
      });
      expect(apart(outcome.distances, run.f64.dist.slice(0, 4))).toBeLessThan(0.05);
      const logits = await target.logits(outcome.images);
      labels.forEach((label, n) => {
        expect(firstLargest(rowOf(logits, n, 10))).not.toBe(label);
        const pair = [rowOf(outcome.images, n, 784), rowOf(images, n, 784)] as const;
        expect(distanceOf(norm, ...pair)).toBe(outcome.distances[n]);
      });
    },
  );
});

/** Two pixels a, b, and logits z = (0, va + wb). */
function lineTarget(v: number, w: number): AttackTarget {
  return plainTarget({
    classes: 2,
    shape: [1, 2, 1],
    at: ([a = 0, b = 0]) => ({
      logits: [0, v * a + w * b],
      jacobian: [
        [0, 0],
        [v, w],
      ],
    }),
  });
}

/** Class 0 below the line b = 2a. */
const LINE = lineTarget(4, -2);
/** Class 0 by 1.2, by 0.2, and wrong already. */
const DOTS = Float32Array.of(0.1, 0.8, 0.3, 0.7, 0.9, 0.1);
const DOT_LABELS = [0, 0, 0];

describe('fabT on two pixels and a line', () => {
  it.each([
    // |f| / ‖w‖₁ = 1.2 / 6 and 0.2 / 6.
    ['linf', [0.2, 0.2 / 6]],
    // |f| / ‖w‖₂ = 1.2 / √20 and 0.2 / √20.
    ['l2', [1.2 / Math.sqrt(20), 0.2 / Math.sqrt(20)]],
  ] as const)('ends just over the line, at its distance: %s', async (norm, distances) => {
    const settings = { ...fabDefaults({ norm, eps: Infinity }), untilBroken: false };
    const outcome = await attack(LINE, batchOf(DOTS, DOT_LABELS), settings);
    expect(outcome.broken).toEqual([true, true, false]);
    distances.forEach((distance, n) => {
      expect(outcome.distances[n]).toBeGreaterThanOrEqual(distance - 1e-7);
      expect(outcome.distances[n]).toBeLessThan(distance * 1.06);
    });
    expect([...rowOf(outcome.images, 2, 2)]).toEqual([...rowOf(DOTS, 2, 2)]);
  });

  it('returns the clean image where the line is beyond ε, and reports the distance', async () => {
    const settings = fabDefaults({ norm: 'linf', eps: 0.1 });
    const outcome = await attack(LINE, batchOf(DOTS, DOT_LABELS), settings);
    expect(outcome.broken).toEqual([false, true, false]);
    expect([...rowOf(outcome.images, 0, 2)]).toEqual([...rowOf(DOTS, 0, 2)]);
    expect(outcome.distances[0]).toBeGreaterThan(0.199);
    expect(outcome.by[1]).toEqual({ target: 1, restart: 0, step: 1 });
    // 3 clean images; two passes forward in 1 iteration of one image, and 100 of another.
    expect(outcome.passes).toEqual({ forward: 3 + 2 * 101, backward: 101 });
  });

  it('stopping at the first success breaks the images that the whole run breaks', async () => {
    for (const eps of [0.02, 0.034, 0.05, 0.19, 0.21]) {
      const flags = await Promise.all(
        [true, false].map(async (untilBroken) => {
          const settings = { ...fabDefaults({ norm: 'linf', eps }), untilBroken };
          const outcome = await attack(LINE, batchOf(DOTS, DOT_LABELS), settings);
          return outcome.broken;
        }),
      );
      expect(flags[0]).toEqual(flags[1]);
    }
  });

  it('counts the restarts towards all classes, so that each step has a place of its own', async () => {
    const SIX = Float32Array.from({ length: 6 }, (_, i) => 0.5 + 0.3 * Math.sin(i));
    const settings = { ...fabDefaults({ norm: 'linf', eps: 1e-4 }), restarts: 2, iterations: 3 };
    const { states } = await attack(plainTarget(QUADRATIC), batchOf(SIX, [1]), settings);
    const places = states[0]!.map(({ restart, step }) => `${restart}.${step}`);
    const starts = new Map(states[0]!.map(({ rank, restart }) => [restart, rank]));
    expect(new Set(places).size).toBe(places.length);
    expect([...starts]).toEqual([...starts.keys()].map((restart) => [restart, 2 + (restart >> 1)]));
    expect(starts.size).toBeGreaterThan(2);
  });

  it('starts further restarts at random, by the place in the set and not in the batch', async () => {
    const settings = { ...fabDefaults({ norm: 'l2', eps: 0.25 }), restarts: 3, iterations: 2 };
    const all = await attack(LINE, batchOf(DOTS, DOT_LABELS, 7), settings);
    const alone: AttackBatch = {
      images: DOTS.slice(0, 2),
      labels: [0],
      seed: { seed: 7, indices: Uint32Array.of(0) },
    };
    const one = await attack(LINE, alone, settings);
    expect(one.states[0]).toEqual(all.states[0]);
    // 1 clean pass; 3 restarts of 2 iterations.
    expect(one.passes).toEqual({ forward: 1 + 3 * 2 * 2, backward: 3 * 2 });
    const other = await attack(LINE, { ...alone, seed: { ...alone.seed, seed: 8 } }, settings);
    const points = (run: typeof one) => run.states[0]!.map(({ point }) => [...point]);
    expect(points(other).slice(0, 2)).toEqual(points(one).slice(0, 2));
    expect(points(other)[2]).not.toEqual(points(one)[2]);
    expect(points(one)[4]).not.toEqual(points(one)[2]);
  });

  it('does nothing with radius 0, no image, or a net that answers NaN, and does not crash', async () => {
    const zero = fabDefaults({ norm: 'linf', eps: 0 });
    const outcome = await attack(LINE, batchOf(DOTS, DOT_LABELS), zero);
    expect(outcome.broken).toEqual([false, false, false]);
    const none = await attack(LINE, batchOf(new Float32Array(), []), zero);
    expect(none.broken).toEqual([]);
    const sick = lineTarget(NaN, 1);
    const nan = await attack(sick, batchOf(DOTS, DOT_LABELS), zero);
    expect(nan.images).toEqual(DOTS);
  });

  it('refuses a rank below 2 and a radius that is none, and leaves ranks beyond the classes out', async () => {
    const settings = fabDefaults({ norm: 'linf', eps: 0.1 });
    const start = (change: Partial<FabSettings>) =>
      attack(LINE, batchOf(DOTS, DOT_LABELS), { ...settings, ...change });
    await expect(start({ ranks: [1] })).rejects.toThrow(
      'ranks: 1 names no target class; rank 2 is the class next to the largest.',
    );
    await expect(start({ eps: NaN })).rejects.toThrow('eps: NaN is not a radius');
    expect((await start({ ranks: [3, 4] })).passes).toEqual({ forward: 3, backward: 0 });
  });
});

describe("FAB's random start", () => {
  it.each(['linf', 'l2'] as const)('lies half a radius from the clean image in %s', (norm) => {
    const clean = new Float32Array(30).fill(0.5);
    const place = { seed: 1, image: 2, rank: 3, restart: 1 };
    const start = randomStart(clean, { norm, eps: 0.2 }, place);
    // Float32 images: 1e-6.
    expect(distanceOf(norm, start, clean)).toBeCloseTo(0.1, 6);
    const other = randomStart(clean, { norm, eps: 0.2 }, { ...place, restart: 2 });
    expect(other).not.toEqual(start);
  });
});
