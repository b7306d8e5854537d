import { beforeAll, describe, expect, it } from 'vitest';
import { netTarget } from '../attack/net-target.ts';
import { project, stepped } from '../attack/threat-model.ts';
import type { AttackTarget } from '../attack/target.ts';
import { fillUniform } from '../math/random.ts';
import { defaultAdversarial } from '../model/train/experiment.ts';
import { startBackend } from '../tensor/backends.ts';
import { dispose, memory } from '../tensor/engine.ts';
import { inferenceParams } from './batch-gradients.ts';
import { innerAttack, klGradient, type InnerBatch, type InnerSettings } from './inner-attack.ts';
import {
  BN_NET,
  bnFile,
  bnLogits,
  bnWeights,
  differences,
  meanCrossEntropy,
  meanKl,
  PIXELS,
} from './testing/bn-net.ts';
import { trainedNet } from './trained-net.ts';

const LABELS = Int32Array.of(0, 1, 2, 3);
const BATCH: InnerBatch = {
  images: fillUniform({ seed: 5, stream: 1 }, new Float32Array(LABELS.length * PIXELS)),
  labels: LABELS,
  indices: Uint32Array.of(4, 0, 9, 77),
  seed: 11,
  epoch: 2,
};

function settings(kind: InnerSettings['kind'], change: Partial<InnerSettings> = {}): InnerSettings {
  return { ...defaultAdversarial(kind), ...change };
}

async function attacked(
  target: AttackTarget,
  how: InnerSettings,
  batch: InnerBatch = BATCH,
): Promise<Float32Array> {
  const work = innerAttack(target, how, batch);
  for (;;) {
    const step = await work.next();
    if (step.done === true) return step.value;
  }
}

/** Attacks the net with BatchNorm on the backend in use; leaves no tensors. */
async function onNet(how: InnerSettings, batch: InnerBatch = BATCH): Promise<Float32Array> {
  const before = memory().numTensors;
  const params = inferenceParams(trainedNet(BN_NET, bnFile(bnWeights(3))));
  const mode = how.batchNorm === 'eval' ? 'inference' : 'train';
  const points = await attacked(netTarget(BN_NET, params, mode), how, batch);
  dispose(Object.values(params));
  expect(memory().numTensors).toBe(before);
  return points;
}

/** A net that is never asked for anything useful: its slope is what the test says. */
function fakeTarget(slope: (at: number) => number, seen: Float32Array[] = []): AttackTarget {
  return {
    classes: 4,
    shape: [4, 4, 1],
    logits: (images) => Promise.resolve(new Float32Array((4 * images.length) / PIXELS)),
    pullback: (images, cotangent) => {
      seen.push(images.slice());
      const logits = new Float32Array((4 * images.length) / PIXELS);
      cotangent(logits);
      return Promise.resolve({ logits, gradient: images.map((_, at) => slope(at)) });
    },
  };
}

const BALL = { eps: 0.1, stepSize: 0.04, steps: 4 } as const;

/** The attack once more, in float64 and by differences, from the same start. */
function replayed(how: InnerSettings, start: Float32Array): Float64Array {
  const weights = bnWeights(3);
  const mode = how.batchNorm;
  const clean = Float64Array.from(BATCH.images);
  const x = Float64Array.from(start);
  const cleanLogits = bnLogits(weights, clean, mode);
  const objective = (): number => {
    const logits = bnLogits(weights, x, mode);
    return how.kind === 'trades' ? meanKl(cleanLogits, logits) : meanCrossEntropy(logits, LABELS);
  };
  for (let step = 0; step < how.steps; step++) {
    const slope = differences(x, objective);
    for (let at = 0; at < x.length; at++) {
      const next = x[at]! + how.stepSize * Math.sign(slope[at]!);
      const inBall = Math.min(Math.max(next, clean[at]! - how.eps), clean[at]! + how.eps);
      x[at] = Math.min(Math.max(inBall, 0), 1);
    }
  }
  return x;
}

describe('the attack on a batch', () => {
  beforeAll(() => startBackend('wasm'));

  it.each([
    ['pgd-at', 'eval'],
    ['alp', 'eval'],
    ['trades', 'eval'],
    ['pgd-at', 'train'],
    ['trades', 'train'],
  ] as const)(
    'T34 takes the steps of plain loops in float64: %s, BatchNorm in %s mode',
    async (kind, batchNorm) => {
      const how = settings(kind, { ...BALL, batchNorm, noise: 0.05 });
      const seen: Float32Array[] = [];
      await attacked(
        fakeTarget(() => 0, seen),
        { ...how, steps: 1 },
      );
      const found = await onNet(how);
      // A point is a clean pixel and whole steps: float32 rounding, or a wrong sign and 0.04 off.
      replayed(how, seen[0]!).forEach((value, at) => expect(found[at]).toBeCloseTo(value, 6));
      expect(
        Math.max(...found.map((one, at) => Math.abs(one - BATCH.images[at]!))),
      ).toBeGreaterThan(0.09);
    },
  );

  it('T34 steps in ℓ2 along the unit gradient, within ball and box', async () => {
    const how = settings('pgd-at', { ...BALL, norm: 'l2', start: 'clean', steps: 1 });
    const found = await attacked(
      fakeTarget((at) => (at % PIXELS) - 3),
      how,
    );
    for (let n = 0; n < LABELS.length; n++) {
      const clean = BATCH.images.subarray(n * PIXELS, (n + 1) * PIXELS);
      const gradient = Float32Array.from({ length: PIXELS }, (_, at) => at - 3);
      const next = stepped('l2', { from: clean, gradient, size: how.stepSize });
      project(how, next, clean);
      expect([...found.subarray(n * PIXELS, (n + 1) * PIXELS)]).toEqual([...next.map(Math.fround)]);
    }
  });

  it('T35 starts near each image, unclamped, by (seed, image, epoch) alone', async () => {
    const dark: InnerBatch = { ...BATCH, images: new Float32Array(BATCH.images.length) };
    const startOf = async (batch: InnerBatch, change: Partial<InnerSettings> = {}) => {
      const seen: Float32Array[] = [];
      await attacked(
        fakeTarget(() => 0, seen),
        settings('pgd-at', { steps: 1, ...change }),
        batch,
      );
      return seen[0]!;
    };
    const start = await startOf(dark);
    const squares = start.reduce((sum, one) => sum + one ** 2, 0) / start.length;
    // 64 normal numbers of standard deviation 0.001: their mean square is within 60 %.
    expect(squares / 1e-6).toBeGreaterThan(0.4);
    expect(squares / 1e-6).toBeLessThan(1.6);
    expect(Math.min(...start)).toBeLessThan(0);
    const reversed = { ...dark, indices: dark.indices.toReversed() };
    const back = await startOf(reversed);
    const row = (of: Float32Array, n: number): number[] => [
      ...of.subarray(n * PIXELS, (n + 1) * PIXELS),
    ];
    for (let n = 0; n < 4; n++) expect(row(back, n)).toEqual(row(start, 3 - n));
    expect([...(await startOf({ ...dark, epoch: 3 }))]).not.toEqual([...start]);
    expect([...(await startOf({ ...dark, seed: 12 }))]).not.toEqual([...start]);
    expect([...(await startOf(BATCH, { start: 'clean' }))]).toEqual([...BATCH.images]);
    const uniform = await startOf(BATCH, { start: 'uniform', eps: 0.2 });
    expect(Math.max(...uniform.map((one, at) => Math.abs(one - BATCH.images[at]!)))).toBeLessThan(
      0.2 + 1e-6,
    );
    expect(uniform.every((one) => one >= 0 && one <= 1)).toBe(true);
  });

  it('T35 moves each image as it would in any other batch, bit by bit', async () => {
    const how = settings('trades', BALL);
    const whole = await onNet(how);
    const images = BATCH.images.slice(2 * PIXELS, 3 * PIXELS);
    const alone = { ...BATCH, images, labels: LABELS.slice(2, 3), indices: Uint32Array.of(9) };
    expect([...(await onNet(how, alone))]).toEqual([...whole.subarray(2 * PIXELS, 3 * PIXELS)]);
  });

  it('T36 stands still where a slope is 0 or no number, and moves where it is small', async () => {
    const gradients = [0, NaN, 1e-30, -1e-30, -0];
    const how = settings('pgd-at', { ...BALL, start: 'clean', steps: 1 });
    const grey = { ...BATCH, images: new Float32Array(BATCH.images.length).fill(0.5) };
    const found = await attacked(
      fakeTarget((at) => gradients[at % 5]!),
      how,
      grey,
    );
    const moves = [...found.subarray(0, 5)].map((one) => Math.round(1e4 * (one - 0.5)));
    expect(moves).toEqual([0, 0, 400, -400, 0]);
  });

  it('T36 TRADES has no slope at the clean image: the noise is what moves it', async () => {
    const { direction, scale } = klGradient([3, -1, 0.5, 2], [3, -1, 0.5, 2]);
    expect([...direction, scale]).toEqual([0, 0, 0, 0, 0]);
    const still = await onNet(settings('trades', { ...BALL, start: 'clean' }));
    expect([...still]).toEqual([...BATCH.images]);
    const moved = await onNet(settings('trades', BALL));
    expect(Math.max(...moved.map((one, at) => Math.abs(one - BATCH.images[at]!)))).toBeGreaterThan(
      0.05,
    );
  });

  it('T36 keeps the slope of KL where the net is sure', () => {
    // p = q but for 1e-30: 1 − p has no digit of it.
    const clean = [100, 100 + Math.log(1e-30), 0, 0];
    const { direction, scale } = klGradient(clean, [100, 100 + Math.log(3e-30), 0, 0]);
    expect(scale).toBeCloseTo(2e-30, 35);
    expect(scale / 2e-30).toBeCloseTo(1, 6);
    expect(direction[1]).toBeCloseTo(1, 6);
    expect(direction[0]).toBeCloseTo(-1, 6);
  });
});
