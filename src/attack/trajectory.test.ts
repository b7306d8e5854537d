import { describe, expect, it } from 'vitest';
import { ATTACK_KINDS, type AttackEntry, type AttackKind } from '../model/attack/kinds.ts';
import { defaultAttack } from '../model/attack/lists.ts';
import { radiusCurve, stoppedCurve } from './curve.ts';
import { evaluate } from './evaluate.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import { firstLargest, margin } from './losses.ts';
import { attackPath } from './trajectory.ts';
import { plainTarget, QUADRATIC } from './testing/plain-target.oracle.ts';
import { resultOf } from '../kit/steps/steps.ts';

const CLEAN = Float32Array.from({ length: 6 }, (_, i) => 0.5 + 0.3 * Math.sin(i));
const TARGET = plainTarget(QUADRATIC);
const LINF = (eps: number) => ({ norm: 'linf', eps }) as const;

function short(kind: AttackKind): AttackEntry {
  const entry = defaultAttack(kind);
  if ('iterations' in entry) return { ...entry, iterations: 20 };
  if (entry.kind === 'square') return { ...entry, queries: 30 };
  return entry.kind === 'noise' ? { ...entry, tries: 30 } : entry;
}

const KINDS = Object.keys(ATTACK_KINDS) as AttackKind[];

function jobOf(kind: AttackKind, eps: number) {
  const place = { clean: CLEAN, label: 1, index: 4, seed: 9 };
  return { target: TARGET, threat: LINF(eps), entry: short(kind), ...place };
}

describe('Y20 the trajectory of an attack on an image', () => {
  it.each(KINDS)('%s: ends with the image that an evaluation finds, at its step', async (kind) => {
    const job = jobOf(kind, 0.1);
    const set: EvaluationSet = { images: CLEAN, labels: [1], indices: Uint32Array.of(4) };
    const settings = { threat: job.threat, attacks: [job.entry], seed: 9 };
    const { verdicts, adversarial } = await resultOf(evaluate(TARGET, set, settings));
    const path = await resultOf(attackPath(job));
    const { brokenBy } = verdicts[0]!;
    expect(path.steps.some(({ wrong }) => wrong)).toBe(brokenBy !== null);
    expect(brokenBy !== null).toBe(kind !== 'noise');
    if (brokenBy === null) return;
    const { restart, step, margin } = brokenBy;
    // APGD continues after it has found an image, and keeps the last one.
    const last = path.steps.findLast(({ wrong }) => wrong)!;
    expect(last).toMatchObject({ restart, step, margin });
    if (last !== path.steps.at(-1)) return;
    expect(path.points.slice(-6)).toEqual(adversarial);
  });

  it.each(KINDS)('%s: says of each point what the net says', async (kind) => {
    const { steps, kept, points } = await resultOf(attackPath(jobOf(kind, 0.001)));
    expect(steps.length).toBeGreaterThan(0);
    expect(kept.map((_, at) => at)).toEqual(kept);
    for (const at of kept) {
      const logits = await TARGET.logits(points.slice(6 * at, 6 * at + 6));
      expect(steps[at]!.prediction).toBe(firstLargest(logits));
      // A point after a halving is reported where it was reached, so its logits are its own.
      expect(steps[at]!.margin).toBe(margin(logits, 1));
    }
  });

  it('tells APGD’s losses, and its step sizes as they are halved', async () => {
    const entry = { ...defaultAttack('apgd-ce'), iterations: 20 };
    const { steps } = await resultOf(attackPath({ ...jobOf('apgd-ce', 1e-3), entry }));
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 21 }, (_, at) => at));
    expect(steps[0]!.size).toBe(2e-3);
    steps.forEach(({ size, halved }, at) => {
      const before = steps[at - 1]?.size ?? 2e-3;
      expect(size).toBe(halved ? before / 2 : before);
    });
    expect(steps.some(({ halved }) => halved)).toBe(true);
    const best = steps.reduce((most, { loss }) => Math.max(most, loss!), -Infinity);
    expect(steps.at(-1)!.best).toBe(best);
  });

  it('keeps a long way’s first and last points, and at most 300 or so between', async () => {
    const entry = { ...defaultAttack('noise'), tries: 1500 };
    const { steps, kept, points } = await resultOf(attackPath({ ...jobOf('noise', 1e-4), entry }));
    expect(steps.length).toBe(1500);
    expect(kept[0]).toBe(0);
    expect(kept.at(-1)).toBe(1499);
    expect(kept.length).toBeLessThanOrEqual(301);
    expect(points.length).toBe(6 * kept.length);
  });
});

describe('Y21 robust accuracy against the radius', () => {
  const count = 30;
  const set: EvaluationSet = {
    images: Float32Array.from({ length: 6 * count }, (_, at) => 0.5 + 0.45 * Math.sin(1.7 * at)),
    labels: Array.from({ length: count }, (_, n) => n % 5),
    indices: Uint32Array.from({ length: count }, (_, n) => n),
  };
  const job = {
    target: TARGET,
    set,
    norm: 'linf' as const,
    seed: 1,
    attack: { ...defaultAttack('pgd'), steps: 10 },
  };

  it('at radius 0 is the clean accuracy, never rises, and comes in order of the radii', async () => {
    const points = await resultOf(radiusCurve({ ...job, radii: [0.2, 0, 0.05, 1, 0.01] }));
    expect(points.map(({ eps }) => eps)).toEqual([0, 0.01, 0.05, 0.2, 1]);
    const logits = await TARGET.logits(set.images);
    const right = set.indices.filter(
      (n) => firstLargest(logits.slice(5 * n, 5 * n + 5)) === set.labels[n],
    );
    expect(points[0]).toEqual({ eps: 0, standing: right.length, of: count });
    points.slice(1).forEach(({ standing }, at) => {
      expect(standing).toBeLessThanOrEqual(points[at]!.standing);
    });
    expect(points.at(-1)!.standing).toBe(0);
    expect(points[2]!.standing).toBeGreaterThan(0);
  });

  it('that is stopped keeps its points, unless the curve before has all of them', () => {
    const [zero, small] = [0, 0.01].map((eps) => ({ eps, standing: 3, of: count }));
    const asked = { attack: job.attack, radii: [0.2, 0, 0.01] };
    const stopped = { attack: job.attack, points: [zero!], left: [0.01, 0.2] };
    expect(stoppedCurve(asked, [zero!], null)).toEqual(stopped);
    expect(stoppedCurve(asked, [], stopped)).toBe(stopped);
    expect(stoppedCurve(asked, [zero!, small!], stopped)).toMatchObject({ left: [0.2] });
    const whole = { attack: job.attack, points: [zero!, small!] };
    expect(stoppedCurve(asked, [zero!], whole)).toBe(whole);
    const other = { ...whole, attack: defaultAttack('fgsm') };
    expect(stoppedCurve(asked, [zero!], other)).toEqual(stopped);
  });
});
