import { beforeAll, describe, expect, it } from 'vitest';
import { fixtureJson } from '../math/testing/fixtures.ts';
import { startBackend } from '../tensor/backends.ts';
import { distanceOf, rowOf } from './batch.ts';
import { netTarget } from './net-target.ts';
import { square, squareDefaults, type SquareState } from './square.ts';
import { resultOf } from '../kit/steps/steps.ts';
import { mnistTest, openReferenceNet, type ReferenceNet } from '../nn/testing/reference-nets.ts';
import { loggedRng, stepsOf, type SquareRun } from './testing/square-log.ts';

/** Replays a run, and says how far it is from the reference. */
async function replay(name: ReferenceNet, at: number) {
  const file = fixtureJson(`fab_square/square_${name}.json`) as { runs: SquareRun[] };
  const run = file.runs[at]!;
  const steps = stepsOf(run);
  const { net, params } = await openReferenceNet(name);
  const { images, labels } = mnistTest(0, 8);
  const states = Array.from(labels, (): SquareState[] => []);
  const norm = run.norm === 'L2' ? 'l2' : 'linf';
  const outcome = await resultOf(
    square(
      netTarget(net, params),
      { images, labels, seed: { seed: 0, indices: Uint32Array.from(labels.keys()) } },
      {
        ...squareDefaults({ norm, eps: run.eps }),
        queries: run.n_queries,
        rng: loggedRng(steps),
        watch: (image, state) => void states[image]!.push(state),
      },
    ),
  );
  return { run, steps, outcome, states, images, norm } as const;
}

describe("A22 square with the reference's random numbers", () => {
  beforeAll(async () => {
    await startBackend('wasm');
  });

  it.each([
    ['mnist-plain', 0],
    ['mnist-at', 1],
  ] as const)('%s, run %d: every query has the margin that is logged', async (name, at) => {
    const { run, steps, outcome, states, images, norm } = await replay(name, at);
    let worst = 0;
    steps.forEach(({ margins, active }, step) => {
      active.forEach((image, place) => {
        const { tried } = states[image]![step]!;
        worst = Math.max(worst, Math.abs(tried - margins[place]!));
      });
    });
    // Float32 logits of two programs, up to 20 in size; 1.1e-5 was seen.
    expect(worst).toBeLessThan(3e-5);
    expect(states.map((seen) => seen.length)).toEqual(run.queries_used);
    expect(outcome.broken).toEqual(run.final_margin.map((margin) => margin <= 0));
    states.forEach((seen, image) => {
      const { best, point } = seen.at(-1)!;
      expect(Math.abs(best - run.final_margin[image]!)).toBeLessThan(3e-5);
      const distance = distanceOf(norm, point, rowOf(images, image, 784));
      expect(Math.abs(distance - run.pert[image]!)).toBeLessThan(2e-6);
      const sum = point.reduce((total, value) => total + value, 0);
      expect(Math.abs(sum - run.x_best_sum[image]!)).toBeLessThan(1e-3);
    });
  });
});
