import { beforeAll, describe, expect, it } from 'vitest';
import { fixtureJson } from '../math/testing/fixtures.ts';
import { startBackend } from '../tensor/backends.ts';
import { apgd, apgdDefaults } from './apgd.ts';
import { l1Stages, largestEntries } from './apgd-l1.ts';
import { measure, type Measured } from './apgd-run.ts';
import { rowOf, type AttackBatch } from './batch.ts';
import type { LaneOutcome } from './lane-attack.ts';
import type { Answer } from './lanes.ts';
import { netTarget } from './net-target.ts';
import { noise } from './noise.ts';
import { fgsmDefaults, pgd, pgdDefaults } from './pgd.ts';
import type { AttackTarget } from './target.ts';
import { isAllowed } from './threat-model.ts';
import { plainTarget, QUADRATIC } from './testing/plain-target.oracle.ts';
import { resultOf } from '../kit/steps/steps.ts';
import { mnistTest, openReferenceNet, type ReferenceNet } from '../nn/testing/reference-nets.ts';

const PIXELS = 28 * 28;

interface Start {
  readonly step: number;
  readonly point: Float32Array;
}

const LINF = { norm: 'linf', eps: 0.1 } as const;

async function open(name: ReferenceNet): Promise<AttackTarget> {
  const { net, params } = await openReferenceNet(name);
  return netTarget(net, params);
}

/** MNIST's test images at the given places. */
function batchOf(places: readonly number[], seed = 0): AttackBatch {
  const { images, labels } = mnistTest(0, 500);
  const joined = new Float32Array(places.length * PIXELS);
  places.forEach((at, n) => joined.set(rowOf(images, at, PIXELS), n * PIXELS));
  return {
    images: joined,
    labels: places.map((at) => labels[at]!),
    seed: { seed, indices: Uint32Array.from(places) },
  };
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

/** What stays the same whatever the batch: by place in the set. */
function byPlace({ seed }: AttackBatch, { images, by }: LaneOutcome): Map<number, unknown> {
  return new Map(
    Array.from(seed.indices, (place, n) => [place, { by: by[n], image: rowOf(images, n, PIXELS) }]),
  );
}

describe('attacks on reference nets', () => {
  beforeAll(async () => {
    await startBackend('wasm');
  });

  it("FGSM and PGD from the clean image break the reference's images, no other", async () => {
    const golden = fixtureJson('aa/mnist-plain_Linf_eps0.1_seed0.json') as {
      clean_bitmap: string;
      pgd: Record<string, { bitmap_any: string; bitmap_last: string }>;
    };
    const target = await open('mnist-plain');
    const batch = batchOf(upTo(50));
    const bits = ({ broken }: LaneOutcome): string =>
      broken.map((one, n) => (one || golden.clean_bitmap[n] === '0' ? '0' : '1')).join('');
    const start = 'clean';
    const fgsm = await resultOf(pgd(target, batch, fgsmDefaults(LINF)));
    expect(bits(fgsm)).toBe(golden.pgd['fgsm']!.bitmap_any.slice(0, 50));
    const any = await resultOf(pgd(target, batch, { ...pgdDefaults(LINF), start }));
    expect(bits(any)).toBe(golden.pgd['pgd40_zero_eps10']!.bitmap_any.slice(0, 50));
    const last = { ...pgdDefaults(LINF), start, counts: 'last' } as const;
    const ended = await resultOf(pgd(target, batchOf(upTo(40)), last));
    expect(bits(ended)).toBe(golden.pgd['pgd40_zero_eps10']!.bitmap_last.slice(0, 40));
  });

  it('A6 APGD, PGD and noise give the same bits in any batch and order', async () => {
    const target = await open('mnist-plain');
    const threat = { norm: 'l2', eps: 1 } as const;
    const ce = { ...apgdDefaults('apgd-ce', threat), iterations: 10, restarts: 2 };
    const towards = { ...apgdDefaults('apgd-t', LINF), iterations: 5, targets: 2 };
    const walk = { ...pgdDefaults({ ...LINF, eps: 0.06 }), steps: 5 };
    const attacks = [
      (batch: AttackBatch) => apgd(target, batch, ce),
      (batch: AttackBatch) => apgd(target, batch, towards),
      (batch: AttackBatch) => pgd(target, batch, walk),
      (batch: AttackBatch) => noise(target, batch, { norm: 'linf', eps: 0.3, tries: 5 }),
    ];
    const places = upTo(8);
    for (const attack of attacks) {
      const whole = batchOf(places, 9);
      const expected = byPlace(whole, await resultOf(attack(whole)));
      for (const split of [places.toReversed(), [3, 6, 5], [7]]) {
        const part = batchOf(split, 9);
        for (const [place, one] of byPlace(part, await resultOf(attack(part)))) {
          expect(one).toEqual(expected.get(place));
        }
      }
    }
  });

  it('targets are the classes after the first, by falling clean logit', async () => {
    const target = await open('mnist-plain');
    const batch = batchOf(upTo(12));
    const logits = await target.logits(batch.images);
    const towards = { loss: 'ce-targeted', targets: 9, start: 'clean' } as const;
    for (const attack of [
      apgd(target, batch, apgdDefaults('apgd-t', LINF)),
      pgd(target, batch, { ...pgdDefaults(LINF), ...towards }),
    ]) {
      const { by } = await resultOf(attack);
      const broken = by.flatMap((one, n) => (one === null ? [] : [{ ...one, n }]));
      expect(broken.length).toBeGreaterThan(5);
      for (const { n, restart, target: to } of broken) {
        const z = Array.from(rowOf(logits, n, 10));
        const ranked = Array.from(z.keys()).toSorted((a, b) => z[b]! - z[a]!);
        expect(to).toBe(ranked[1 + restart]);
      }
    }
  });

  it('every restart, and every target, has a start of its own', async () => {
    const target = await open('mnist-at');
    const batch = batchOf([0]);
    const starts = async (
      attack: (
        watch: (image: number, state: Start) => void,
      ) => AsyncGenerator<unknown, unknown, undefined>,
    ): Promise<Set<string>> => {
      const found = new Set<string>();
      await resultOf(
        attack((_, { step, point }) => step === 0 && found.add(point.slice(0, 99).join())),
      );
      return found;
    };
    const few = { iterations: 1, restarts: 3, targets: 2 };
    const radius = { ...LINF, eps: 0.01 };
    const towards = { ...apgdDefaults('apgd-t', radius), ...few };
    expect(await starts((watch) => apgd(target, batch, { ...towards, watch }))).toHaveProperty(
      'size',
      6,
    );
    const climb = { ...apgdDefaults('apgd-ce', radius), ...few };
    expect(await starts((watch) => apgd(target, batch, { ...climb, watch }))).toHaveProperty(
      'size',
      3,
    );
    const walk = { ...pgdDefaults(radius), steps: 1, restarts: 3 };
    expect(await starts((watch) => pgd(target, batch, { ...walk, watch }))).toHaveProperty(
      'size',
      3,
    );
  });

  it('what an attack returns is allowed, and broken only where the net says so', async () => {
    const target = await open('mnist-bn');
    const batch = batchOf(upTo(24));
    for (const threat of [LINF, { norm: 'l2', eps: 1.5 }, { norm: 'l1', eps: 12 }] as const) {
      const settings = { ...apgdDefaults('apgd-ce', threat), iterations: 15 };
      const { images, broken, by } = await resultOf(apgd(target, batch, settings));
      expect(broken.filter(Boolean).length).toBeGreaterThan(0);
      const logits = await target.logits(images);
      broken.forEach((one, n) => {
        const image = rowOf(images, n, PIXELS);
        const row = Array.from(rowOf(logits, n, 10));
        const clean = rowOf(batch.images, n, PIXELS);
        expect(isAllowed(threat, image, clean)).toBe(true);
        expect(by[n] !== null).toBe(one);
        if (one) expect(row.indexOf(Math.max(...row))).not.toBe(batch.labels[n]);
        else expect(image).toEqual(clean);
      });
    }
  });

  it('noise loses to PGD, PGD to APGD, and a larger radius breaks more', async () => {
    const target = await open('mnist-plain');
    const batch = batchOf(upTo(16));
    const count = async (steps: AsyncGenerator<unknown, LaneOutcome, undefined>) =>
      (await resultOf(steps)).broken.filter(Boolean).length;
    const one = { ...LINF, eps: 0.06 };
    const [byNoise, byPgd, byApgd] = [
      await count(noise(target, batch, { ...one, tries: 10 })),
      await count(pgd(target, batch, pgdDefaults(one))),
      await count(apgd(target, batch, apgdDefaults('apgd-ce', one))),
    ];
    expect(byNoise).toBeLessThan(byPgd);
    expect(byPgd).toBeLessThanOrEqual(byApgd);
    const at = (eps: number) =>
      count(apgd(target, batch, apgdDefaults('apgd-ce', { ...one, eps })));
    expect(await at(0.03)).toBeLessThan(byApgd);
    expect(byApgd).toBeLessThan(16);
    expect(await at(0.2)).toBe(16);
  });

  it('epsilon 0 breaks nothing', async () => {
    const target = await open('mnist-plain');
    for (const norm of ['linf', 'l2', 'l1'] as const) {
      const settings = { ...apgdDefaults('apgd-ce', { norm, eps: 0 }), iterations: 3 };
      const { broken } = await resultOf(apgd(target, batchOf(upTo(10)), settings));
      expect(broken).not.toContain(true);
    }
  });
});

/** Two or three classes: the first ones of the analytic model. */
function fewer(classes: number): AttackTarget {
  return plainTarget({
    ...QUADRATIC,
    classes,
    at: (x) => {
      const { logits, jacobian } = QUADRATIC.at(x);
      return { logits: logits.slice(0, classes), jacobian: jacobian.slice(0, classes) };
    },
  });
}

describe('attacks on small nets', () => {
  const clean = Float32Array.from({ length: 6 }, (_, i) => 0.5 + 0.3 * Math.sin(i));
  const batch = { images: clean, labels: [1], seed: { seed: 1, indices: Uint32Array.of(0) } };

  it.each([2, 3, 5])('take %i classes with every loss', async (classes) => {
    for (const kind of ['apgd-ce', 'apgd-dlr', 'apgd-t'] as const) {
      const { broken } = await resultOf(
        apgd(fewer(classes), batch, apgdDefaults(kind, { norm: 'linf', eps: 0.5 })),
      );
      expect(broken).toEqual([true]);
    }
  });

  it('count gradients of zeros, and stand still on them', async () => {
    const flat = plainTarget({
      classes: 2,
      shape: [1, 6, 1],
      at: () => ({ logits: [0, 1], jacobian: [0, 1].map(() => new Array<number>(6).fill(0)) }),
    });
    const settings = { ...apgdDefaults('apgd-ce', LINF), iterations: 4 };
    const { broken, gradients } = await resultOf(apgd(flat, batch, settings));
    expect(broken).toEqual([false]);
    expect(gradients).toEqual([{ all: 5, zero: 5, subnormal: 0, notFinite: 0 }]);
  });

  it('break a net whose logits are a thousand times too large, and tell its tiny gradients', async () => {
    const loud = (factor: number): AttackTarget =>
      plainTarget({
        ...QUADRATIC,
        at: (x) => {
          const { logits, jacobian } = QUADRATIC.at(x);
          const scaled = jacobian.map((row) => row.map((one) => factor * one));
          return { logits: logits.map((one) => factor * one), jacobian: scaled };
        },
      });
    const settings = apgdDefaults('apgd-ce', { norm: 'linf', eps: 0.1 });
    for (const [factor, eot] of [
      [1, 1],
      [1000, 1],
      [1000, 20],
    ] as const) {
      const { broken } = await resultOf(apgd(loud(factor), batch, { ...settings, eot }));
      expect(broken).toEqual([true]);
    }
    const small = { ...settings, eps: 0.001, iterations: 4 };
    const { gradients } = await resultOf(apgd(loud(1000), batch, small));
    expect(gradients[0]).toMatchObject({ zero: 0, subnormal: 5 });
  });

  it('average the gradients of nets that draw random numbers', async () => {
    let calls = 0;
    const counted: AttackTarget = {
      ...fewer(5),
      pullback: (images, cotangent) => {
        calls += 1;
        return fewer(5).pullback(images, cotangent);
      },
    };
    const settings = { ...apgdDefaults('apgd-ce', { norm: 'l2', eps: 0.01 }), iterations: 3 };
    const once = await resultOf(apgd(counted, batch, settings));
    expect(calls).toBe(4);
    const often = await resultOf(apgd(counted, batch, { ...settings, eot: 20 }));
    expect(calls).toBe(4 + 80);
    expect(often.broken).toEqual(once.broken);
  });

  it('A2 weigh each drawn gradient by its loss’s scale, which float32 need not hold', () => {
    const asking = measure({ loss: 'ce', classes: { label: 0 }, eot: 3 }, clean);
    const answer = (gradient: number[], scale: number): Answer => ({
      logits: Float32Array.of(0, 1),
      lossGradient: {
        loss: { rank: 0, direction: Float64Array.of(), scale },
        gradient: Float32Array.from(gradient),
      },
    });
    asking.next();
    asking.next(answer([1, 0], 2e-60));
    asking.next(answer([0, 1], 1e-60));
    const { value } = asking.next(answer([1, 1], 4e-60));
    const { gradient } = value as Measured;
    // 2·(1, 0) + 1·(0, 1) + 4·(1, 1)
    expect(gradient[0]! / gradient[1]!).toBeCloseTo(6 / 5, 6);
  });

  it('end within one step when they are left', async () => {
    let passes = 0;
    const counted: AttackTarget = {
      ...fewer(5),
      pullback: (images, cotangent) => {
        passes += 1;
        return fewer(5).pullback(images, cotangent);
      },
    };
    const settings = apgdDefaults('apgd-ce', { norm: 'l2', eps: 0.01 });
    let rounds = 0;
    for await (const progress of apgd(counted, batch, settings)) {
      rounds += 1;
      expect(progress.running).toBe(1);
      if (rounds === 3) break;
    }
    // One round for the clean image.
    expect(passes).toBe(2);
  });
});

describe('l1 APGD', () => {
  it('takes three stages, and steps along the largest entries', () => {
    expect(l1Stages(12, 100)).toEqual([
      { eps: 36, iterations: 30 },
      { eps: 24, iterations: 30 },
      { eps: 12, iterations: 40 },
    ]);
    const g = Float32Array.of(0.1, -4, 2, 0, -2);
    // Entry trunc(0.6 · 5) = 3 of 0, 0.1, 2, 2, 4 is 2: equal ones come along.
    expect(Array.from(largestEntries(g, 0.4))).toEqual([0, -4, 2, 0, -2]);
    expect(Array.from(largestEntries(g, 0.2))).toEqual([0, -4, 0, 0, 0]);
    expect(Array.from(largestEntries(g, 1))).toEqual(Array.from(g));
  });
});
