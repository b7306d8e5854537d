import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixtureJson } from '../math/testing/fixtures.ts';
import { startBackend } from '../tensor/backends.ts';
import { memory } from '../tensor/engine.ts';
import type { AttackEntry, AttackNorm } from '../model/attack/kinds.ts';
import { autoAttack, isComplete } from '../model/attack/lists.ts';
import { stands, type Verdict } from '../model/attack/verdict.ts';
import { evaluate, type EvaluationEvent, type EvaluationSettings } from './evaluate.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import { fixedBatches, splitBatches } from './fixed-batches.ts';
import { netTarget } from './net-target.ts';
import type { AttackTarget } from './target.ts';
import { isAllowed, project } from './threat-model.ts';
import { admit, judged, roundedTo8Bits } from './verdict.ts';
import { plainTarget, QUADRATIC } from './testing/plain-target.oracle.ts';
import { resultOf } from '../kit/steps/steps.ts';
import { mnistTest, openReferenceNet, type ReferenceNet } from '../nn/testing/reference-nets.ts';

const PIXELS = 28 * 28;
const LINF = { norm: 'linf', eps: 0.1 } as const;

function withSteps(entries: readonly AttackEntry[], iterations: number): AttackEntry[] {
  return entries.map((entry) =>
    entry.kind === 'square' ? { ...entry, queries: iterations } : { ...entry, iterations },
  );
}

async function open(name: ReferenceNet): Promise<AttackTarget> {
  const { net, params } = await openReferenceNet(name);
  return netTarget(net, params);
}

function setOf(places: readonly number[]): EvaluationSet {
  const { images, labels } = mnistTest(0, 500);
  return {
    images: Float32Array.from(
      places.flatMap((at) => Array.from(images.subarray(at * PIXELS, (at + 1) * PIXELS))),
    ),
    labels: places.map((at) => labels[at]!),
    indices: Uint32Array.from(places),
  };
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

function byIndex(verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.toSorted((a, b) => a.index - b.index);
}

describe('an evaluation of a reference net', () => {
  beforeAll(async () => {
    await startBackend('wasm');
  });

  it('ends where the reference does, image by image, and leaves memory as it was', async () => {
    const golden = fixtureJson('aa/mnist-plain_Linf_eps0.1_seed0.json') as {
      standard: { cumulative: Record<string, { bitmap: string }> };
    };
    const target = await open('mnist-plain');
    const attacks = autoAttack('repo', 'linf');
    const before = { ...memory() };
    const count = 40;
    const settings = { threat: LINF, attacks, seed: 0 };
    const { verdicts } = await resultOf(evaluate(target, setOf(upTo(count)), settings));
    expect(memory().numTensors).toBe(before.numTensors);
    expect(memory().numBytes).toBe(before.numBytes);
    const bits = verdicts.map((one) => (stands(one) ? '1' : '0'));
    const differing = bits.filter(
      (one, n) => one !== golden.standard.cumulative['apgd-t']!.bitmap[n],
    );
    // The reference itself differs in 2 of 500 images between seeds after APGD-CE.
    expect(differing.length).toBeLessThanOrEqual(1);
  });

  it('breaks by APGD-T what the reference leaves to it with each of its seeds', async () => {
    const target = await open('mnist-plain');
    // After APGD-CE these stand in both seeds of the reference, after APGD-T in none.
    const places = [165, 407];
    const settings = { threat: LINF, attacks: autoAttack('repo', 'linf'), seed: 0 };
    const { verdicts } = await resultOf(evaluate(target, setOf(places), settings));
    expect(verdicts.map(({ brokenBy }) => brokenBy?.attack)).toEqual([1, 1]);
  });

  it('has the same verdicts for every batch size and order', async () => {
    const target = await open('mnist-plain');
    const attacks = withSteps(autoAttack('standard', 'linf'), 4);
    const settings: EvaluationSettings = { threat: { ...LINF, eps: 0.06 }, attacks, seed: 5 };
    const whole = await resultOf(evaluate(target, setOf(upTo(10)), settings));
    expect(new Set(whole.verdicts.map(stands)).size).toBe(2);
    const ways = [
      { set: setOf(upTo(10).toReversed()), batchSizes: [256] },
      { set: setOf(upTo(10)), batchSizes: [1], together: 7 },
      { set: setOf(upTo(10)), batchSizes: [3, 37], together: 1 },
    ];
    for (const { set, ...sizes } of ways) {
      const { verdicts } = await resultOf(evaluate(target, set, { ...settings, ...sizes }));
      expect(byIndex(verdicts)).toEqual(whole.verdicts);
    }
  });

  it('taken up again after any event ends with the same verdicts', async () => {
    const target = await open('mnist-plain');
    const attacks = withSteps(autoAttack('repo', 'l2'), 4);
    const settings = { threat: { norm: 'l2', eps: 1 } as const, attacks, seed: 5, together: 4 };
    const set = setOf(upTo(8));
    const whole = await resultOf(evaluate(target, set, settings));
    const events: EvaluationEvent[] = [];
    for await (const event of evaluate(target, set, settings)) events.push(event);
    const stops = events.flatMap(({ type }, at) => (type === 'verdicts' ? [at, at - 1] : []));
    for (const stop of stops) {
      const known = new Map<number, Verdict>();
      for (const event of events.slice(0, stop + 1)) {
        if (event.type === 'clean' || event.type === 'verdicts')
          event.verdicts.forEach((one) => known.set(one.index, one));
      }
      const again = await resultOf(
        evaluate(target, set, settings, { verdicts: [...known.values()] }),
      );
      expect(again.verdicts).toEqual(whole.verdicts);
      expect(again.robustAccuracy).toBe(whole.robustAccuracy);
    }
  });

  it('of radius 0 gives the clean accuracy, of radius 1 none', async () => {
    const target = await open('mnist-plain');
    const attacks = withSteps(autoAttack('repo', 'linf'), 10);
    const robust = async (eps: number): Promise<number> => {
      const settings = { threat: { norm: 'linf', eps } as const, attacks, seed: 0 };
      return (await resultOf(evaluate(target, setOf(upTo(12)), settings))).robustAccuracy;
    };
    const clean = (
      await resultOf(evaluate(target, setOf(upTo(12)), { threat: LINF, attacks: [], seed: 0 }))
    ).robustAccuracy;
    expect(await robust(0)).toBe(clean);
    expect(await robust(1)).toBe(0);
  });
});

const CLEAN = Float32Array.from({ length: 6 }, (_, i) => 0.5 + 0.3 * Math.sin(i));
const ONE: EvaluationSet = { images: CLEAN, labels: [1], indices: Uint32Array.of(0) };

describe('an evaluation', () => {
  it('ends within one step when it is left', async () => {
    let passes = 0;
    const net = plainTarget(QUADRATIC);
    const counted: AttackTarget = {
      ...net,
      pullback: (images, cotangent) => {
        passes += 1;
        return net.pullback(images, cotangent);
      },
    };
    const attacks = autoAttack('standard', 'linf');
    const settings = { threat: { norm: 'linf', eps: 0.001 } as const, attacks, seed: 0 };
    let steps = 0;
    for await (const { type } of evaluate(counted, ONE, settings)) {
      steps += type === 'progress' ? 1 : 0;
      if (steps === 4) break;
    }
    // The first step is the clean image, without a gradient.
    expect(passes).toBe(3);
  });

  it('takes every attack of every list, and 2 classes too', async () => {
    const two = plainTarget({
      ...QUADRATIC,
      classes: 2,
      at: (x) => {
        const { logits, jacobian } = QUADRATIC.at(x);
        return { logits: logits.slice(0, 2), jacobian: jacobian.slice(0, 2) };
      },
    });
    for (const version of ['standard', 'plus', 'rand', 'repo'] as const) {
      for (const norm of ['linf', 'l2', 'l1'] as const) {
        // Too small a radius to break anything, so that every attack runs.
        const threat = { norm, eps: 1e-4 };
        const attacks = withSteps(autoAttack(version, norm), 2);
        const { verdicts, tallies } = await resultOf(
          evaluate(two, ONE, { threat, attacks, seed: 0 }),
        );
        expect(verdicts[0]!.attacks).toBe(attacks.length);
        expect(tallies.map(({ attacked }) => attacked)).toEqual(attacks.map(() => 1));
      }
    }
  });

  it.each([
    [{ ...ONE, images: CLEAN.map((one) => 255 * one) }, /outside \[0, 1\]; divide bytes by 255/],
    [{ ...ONE, labels: [5] }, /label 5, but the net has the classes 0 to 4/],
    [{ ...ONE, labels: [-1] }, /label -1/],
    [{ ...ONE, labels: [] }, /labels: 0 for 1 images/],
    [{ ...ONE, images: CLEAN.subarray(1) }, /5 numbers are not those of 1 images/],
    [{ images: new Float32Array(0), labels: [], indices: new Uint32Array(0) }, /at least one/],
  ])('refuses a set that cannot be, in a sentence (%#)', async (set, sentence) => {
    const settings = { threat: LINF, attacks: autoAttack('repo', 'linf'), seed: 0 };
    const steps = evaluate(plainTarget(QUADRATIC), set, settings);
    await expect(resultOf(steps)).rejects.toThrow(sentence);
  });

  it('refuses a net whose answers are not numbers, and radii that are none', async () => {
    const broken = plainTarget({
      ...QUADRATIC,
      at: () => ({ logits: new Array<number>(5).fill(NaN), jacobian: [] }),
    });
    const settings = { threat: LINF, attacks: [], seed: 0 };
    await expect(resultOf(evaluate(broken, ONE, settings))).rejects.toThrow(
      /weights may be broken/,
    );
    const negative = { ...settings, threat: { norm: 'l2', eps: -1 } as const };
    const steps = evaluate(plainTarget(QUADRATIC), ONE, negative);
    await expect(resultOf(steps)).rejects.toThrow(/eps: -1/);
  });
});

describe('A8 an image that an attack returns', () => {
  const clean = Float32Array.of(0.5, 0.5, 0.05);
  const verdict: Verdict = {
    index: 0,
    label: 1,
    prediction: 1,
    margin: 2,
    attacks: 0,
    brokenBy: null,
  };
  const by = { attack: 0, kind: 'pgd', restart: 0, step: 3 } as const;

  it('is put back into the ball and the box, or is none', () => {
    expect(admit(LINF, clean.slice(), clean)).toBeNull();
    expect(admit(LINF, Float32Array.of(NaN, 0.5, 0), clean)).toBeNull();
    const honest = Float32Array.of(0.55, 0.4, 0);
    expect(admit(LINF, honest, clean)).toEqual({ image: honest, projected: false });
    const liar = admit(LINF, Float32Array.of(0.9, 0.1, -1), clean);
    expect(liar).toEqual({ image: Float32Array.of(0.6, 0.4, 0), projected: true });
  });

  it('counts only where the net takes it for another class', () => {
    const image = Float32Array.of(0.6, 0.4, 0.05);
    const found = { by, image, clean, rounded: Float32Array.of(3, 1) };
    expect(stands(judged(verdict, { ...found, logits: Float32Array.of(0, 1) }))).toBe(true);
    const fallen = judged(verdict, { ...found, logits: Float32Array.of(3, 1) });
    expect(stands(fallen)).toBe(false);
    expect(fallen.brokenBy).toMatchObject({ kind: 'pgd', step: 3, prediction: 0, margin: -2 });
    expect(fallen.brokenBy!.survivesRounding).toBe(true);
    expect(fallen.brokenBy!.distances.linf).toBeCloseTo(0.1, 6);
    expect(fallen.brokenBy!.distances.l1).toBeCloseTo(0.2, 6);
  });
});

describe('A11 an image rounded to 8 bits', () => {
  const bytes = (image: Float32Array): number[] => Array.from(image, (one) => one * 255);

  it('is the nearest one where that lies within ε', () => {
    const clean = Float32Array.of(100 / 255, 7 / 255);
    const image = Float32Array.of(102.6 / 255, 6.4 / 255);
    const [a, b] = bytes(roundedTo8Bits({ norm: 'linf', eps: 3 / 255 }, image, clean));
    expect(a).toBeCloseTo(103, 4);
    expect(b).toBeCloseTo(6, 4);
  });

  it('never leaves the ball around a clean image of 8 bits, whatever the norm and ε', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const pixel = fc.tuple(byte, fc.double({ min: -1, max: 1, noNaN: true }));
    const norms = fc.constantFrom<AttackNorm>('linf', 'l2', 'l1');
    const radius = fc.double({ min: 1e-3, max: 0.5, noNaN: true });
    const property = fc.property(
      fc.array(pixel, { minLength: 1, maxLength: 12 }),
      norms,
      radius,
      (pixels, norm, eps) => {
        const clean = Float32Array.from(pixels, ([one]) => one / 255);
        const moved = Float64Array.from(pixels, ([one, by]) => one / 255 + by * eps);
        project({ norm, eps }, moved, clean);
        const image = roundedTo8Bits({ norm, eps }, new Float32Array(moved), clean);
        expect(isAllowed({ norm, eps }, image, clean)).toBe(true);
        // float32 keeps a multiple of 1/255 to 2^-25, so 255 times it to 8e-6.
        for (const one of bytes(image)) expect(Math.abs(one - Math.round(one))).toBeLessThan(1e-5);
      },
    );
    fc.assert(property, { numRuns: 500, seed: 1 });
  });
});

describe('batches of fixed sizes', () => {
  it('hold all images, and few zeros', () => {
    const sizes = [1, 4, 16];
    expect(splitBatches(0, sizes)).toEqual([]);
    for (let n = 1; n < 100; n++) {
      const parts = splitBatches(n, sizes);
      expect(parts.reduce((sum, { images }) => sum + images, 0)).toBe(n);
      for (const { images, size } of parts) {
        expect(sizes).toContain(size);
        expect(images).toBeLessThanOrEqual(size);
        expect(images).toBeGreaterThanOrEqual(0.75 * size);
      }
    }
    expect(splitBatches(5, [8, 64])).toEqual([{ images: 5, size: 8 }]);
  });

  it('answer as the net itself does', async () => {
    const net = plainTarget(QUADRATIC);
    const images = Float32Array.from({ length: 7 * 6 }, (_, i) => Math.abs(Math.sin(i)));
    const cotangent = (logits: Float32Array): Float32Array => logits.map((one) => one ** 2);
    const sizes: number[] = [];
    const seen: AttackTarget = {
      ...net,
      pullback: (part, one) => {
        sizes.push(part.length / 6);
        return net.pullback(part, one);
      },
    };
    const fixed = fixedBatches(seen, [2, 4]);
    expect(await fixed.pullback(images, cotangent)).toEqual(await net.pullback(images, cotangent));
    expect(await fixed.logits(images)).toEqual(await net.logits(images));
    expect(sizes).toEqual([4, 4]);
    expect(() => fixedBatches(net, [4, 2])).toThrow(/batchSizes/);
  });
});

describe('A10 the lists of AutoAttack', () => {
  it('are the reference’s, and say where they are not', () => {
    const kinds = autoAttack('standard', 'linf').map(({ kind }) => kind);
    expect(kinds).toEqual(['apgd-ce', 'apgd-t', 'fab-t', 'square']);
    expect(autoAttack('repo', 'l2').map(({ kind }) => kind)).toEqual(['apgd-ce', 'apgd-t']);
    expect(autoAttack('rand', 'linf').map((entry) => 'eot' in entry && entry.eot)).toEqual([
      20, 20,
    ]);
    expect(isComplete('standard', 'linf')).toBe(true);
    expect(isComplete('standard', 'l1')).toBe(false);
    expect(isComplete('plus', 'linf')).toBe(false);
    expect(isComplete('rand', 'l2')).toBe(true);
    expect(isComplete('rand', 'l1')).toBe(false);
    const restarts = autoAttack('standard', 'l1').map((one) => 'restarts' in one && one.restarts);
    expect(restarts).toEqual([5, 1]);
    expect(autoAttack('repo', 'l1')).toEqual(autoAttack('standard', 'l1'));
  });
});
