import { beforeAll, describe, expect, it } from 'vitest';
import type { ForwardOptions } from '../../nn/forward.ts';
import type { AttackNorm } from '../../model/attack/kinds.ts';
import { defaultAttack } from '../../model/attack/lists.ts';
import { DEFAULT_ATTACK_PLAN, type AttackPlan } from '../../model/attack/plan.ts';
import type { EvaluationRecord, TrustCheck } from '../../model/attack/evaluation.ts';
import { startBackend } from '../../tensor/backends.ts';
import { memory } from '../../tensor/engine.ts';
import { runEvaluation } from '../evaluation-run.ts';
import type { EvaluationSet } from '../evaluation-set.ts';
import { firstLargest } from '../losses.ts';
import { netTarget } from '../net-target.ts';
import type { AttackTarget } from '../target.ts';
import { crowded, loud, noisy, probabilities, quantised } from '../testing/masked-targets.fake.ts';
import { plainTarget, QUADRATIC } from '../testing/plain-target.oracle.ts';
import { resultOf } from '../../kit/steps/steps.ts';
import { mnistTest, openReferenceNet, type ReferenceNet } from '../../nn/testing/reference-nets.ts';
import type { TrustInput, TrustSettings } from './card.ts';
import { netFacts } from './net-facts.ts';
import { TRUST_CHECKS, trustCard } from './trust-card.ts';

const APGD = { ...defaultAttack('apgd-ce'), iterations: 10 };

/** Less work than for a real card. */
const SMALL: Partial<TrustSettings> = {
  steps: 5,
  secondSteps: 10,
  queries: 20,
  tries: 3,
  forwards: 3,
  directions: 1,
  alone: 8,
};

function recordOf(set: EvaluationSet, plan: Partial<AttackPlan>): EvaluationRecord {
  const images = { ...DEFAULT_ATTACK_PLAN.images, count: set.indices.length };
  return {
    id: 'one',
    subject: { kind: 'net', id: 'net', name: 'net', hash: '' },
    plan: { ...DEFAULT_ATTACK_PLAN, attack: APGD, images, ...plan },
    data: 'made',
    created: 0,
    changed: 0,
    backend: 'plain',
    verdicts: [],
    tallies: [],
    seconds: 0,
    finished: false,
    trust: null,
    curve: null,
    classes: [],
  };
}

/** Evaluates a net, and gives what a card of it needs. */
async function evaluated(
  target: AttackTarget,
  set: EvaluationSet,
  plan: Partial<AttackPlan>,
): Promise<TrustInput> {
  const hooks = { now: () => 0, date: () => 0, save: () => Promise.resolve() };
  const start = { target, set, record: recordOf(set, plan) };
  const { record, adversarial } = await resultOf(runEvaluation(start, hooks));
  return { target, set, record, adversarial, facts: { batchNorm: 'none' } };
}

function linf(eps: number): Partial<AttackPlan> {
  return { threat: { norm: 'linf', eps } };
}

async function card(input: TrustInput, settings = SMALL): Promise<readonly TrustCheck[]> {
  return resultOf(trustCard(input, settings));
}

/** Ids of the checks that failed. */
function failed(checks: readonly TrustCheck[]): string[] {
  return checks.filter(({ state }) => state === 'fail').map(({ id }) => id);
}

function one(checks: readonly TrustCheck[], id: string): TrustCheck {
  return checks.find((check) => check.id === id)!;
}

const MADE = plainTarget(QUADRATIC);
const COUNT = 40;

/** Images that a made net is right about. */
async function madeSet(count = COUNT): Promise<EvaluationSet> {
  const images = Float32Array.from(
    { length: 6 * count },
    (_, at) => 0.5 + 0.45 * Math.sin(1.7 * at + 0.01 * at * at),
  );
  const logits = await MADE.logits(images);
  return {
    images,
    labels: Array.from({ length: count }, (_, n) => firstLargest(logits.slice(5 * n, 5 * n + 5))),
    indices: Uint32Array.from({ length: count }, (_, n) => 7 + n),
  };
}

/** Nets that only seem robust, made of another one, and the check that must see each. */
const MASKS: readonly (readonly [string, (net: AttackTarget) => AttackTarget, string])[] = [
  ['logits times 1000', (net) => loud(net, 1000), 'saturated'],
  ['inputs quantised, gradients 0', (net) => quantised(net, 4, 'zero'), 'gradients-zero'],
  [
    'inputs quantised, gradients passed on',
    (net) => quantised(net, 4, 'straight'),
    'gradients-true',
  ],
  ['noise in the forward pass', (net) => noisy(net, 0.2), 'deterministic'],
  ['softmax behind the net', probabilities, 'logits'],
];

/** The masks that the lab must see on trained nets; BatchNorm's has a test of its own. */
const BAR = ['saturated', 'gradients-zero', 'deterministic'];

describe('Y6 the trust card of a made net', () => {
  it('says of an honest net nothing against it, in at least 15 checks with a sentence each', async () => {
    const checks = await card(await evaluated(MADE, await madeSet(), linf(0.3)));
    expect(failed(checks)).toEqual([]);
    expect(checks.filter(({ state }) => state === 'pass').length).toBeGreaterThanOrEqual(15);
    expect(new Set(checks.map(({ id }) => id)).size).toBe(TRUST_CHECKS.length);
    for (const { sentence } of checks) expect(sentence).toMatch(/^[^.]+(\.\d[^.]*)*\.$/);
  });

  it.each([
    ...MASKS,
    ['answers that depend on the batch', (net: AttackTarget) => crowded(net, 0.3), 'batch'],
  ] as const)('flags %s', async (_, mask, id) => {
    const checks = await card(await evaluated(mask(MADE), await madeSet(), linf(0.05)));
    expect(failed(checks)).toContain(id);
  });

  it('does not take BatchNorm’s mode on trust', async () => {
    const input = await evaluated(crowded(MADE, 0.3), await madeSet(), linf(0.05));
    for (const batchNorm of ['inference', 'training'] as const) {
      const checks = await card({ ...input, facts: { batchNorm } });
      expect(failed(checks)).toContain('batch-norm');
    }
    const honest = await evaluated(MADE, await madeSet(), linf(0.05));
    const checks = await card({ ...honest, facts: { batchNorm: 'inference' } });
    expect(one(checks, 'batch-norm').state).toBe('pass');
  });

  it('flags an attack too weak for what it claims, by a second one', async () => {
    const plan = { ...linf(0.1), attack: { kind: 'noise', tries: 1 } } as const;
    const checks = await card(await evaluated(MADE, await madeSet(), plan));
    expect(failed(checks)).toContain('second');
    expect(one(checks, 'restarts').state).toBe('not-run');
    expect(one(checks, 'more-steps').sentence).toContain('add APGD or PGD');
  });

  it('reads Square’s share from an evaluation that ran it behind gradients', async () => {
    const input = await evaluated(MADE, await madeSet(10), {
      ...linf(0.1),
      attack: { kind: 'standard' },
    });
    const { record } = input;
    expect(one(await card(input), 'square').sentence).toMatch(
      /^In the evaluation, Square breaks 0/,
    );
    const verdicts = record.verdicts.map((verdict, row) =>
      row < 3 && verdict.brokenBy
        ? { ...verdict, brokenBy: { ...verdict.brokenBy, kind: 'square', attack: 3 } as const }
        : verdict,
    );
    const checks = await card({ ...input, record: { ...record, verdicts } });
    expect(failed(checks)).toContain('square');
  });

  it('looks whether the images of another evaluation break what stands', async () => {
    const input = await evaluated(MADE, await madeSet(), linf(0.1));
    const weak = await evaluated(MADE, input.set, {
      ...linf(0.1),
      attack: { kind: 'noise', tries: 1 },
    });
    const others = [{ name: 'twin', adversarial: input.adversarial! }];
    const checks = await card({ ...weak, others });
    expect(failed(checks)).toContain('transfer');
    expect(one(checks, 'transfer').sentence).toContain('made against twin');
    expect(one(await card({ ...input, others }), 'transfer').state).toBe('pass');
    const far = [{ name: 'far', adversarial: input.set.images.map((x) => 1 - x) }];
    expect(one(await card({ ...input, others: far }), 'transfer').state).toBe('not-run');
  });

  it('says whose images are no longer stored, and leaves them out', async () => {
    const input = await evaluated(MADE, await madeSet(10), linf(0.1));
    const gone = { name: 'gone', adversarial: null };
    const transferOf = async (others: TrustInput['others']): Promise<TrustCheck> =>
      one(await card({ ...input, others: others! }), 'transfer');
    expect(await transferOf([gone])).toMatchObject({
      state: 'not-run',
      sentence:
        'There are no adversarial images of another net; those made against gone are no longer ' +
        'stored: start such an evaluation again to compare.',
    });
    const twin = { name: 'twin', adversarial: input.adversarial! };
    const some = await transferOf([gone, twin]);
    expect(some.state).toBe('pass');
    expect(some.sentence).toMatch(/against twin.*; those made against gone are no longer stored/);
    const far = { name: 'far', adversarial: input.set.images.map((x) => 1 - x) };
    expect((await transferOf([far, gone])).sentence).toMatch(
      /^No adversarial image of far lies within ε; those made against gone/,
    );
  });

  it('takes the images of other evaluations one at a time', async () => {
    const input = await evaluated(MADE, await madeSet(), linf(0.1));
    const events: string[] = [];
    const logits: AttackTarget['logits'] = (images) => {
      events.push('asked');
      return input.target.logits(images);
    };
    async function* others() {
      for (const name of ['first', 'second']) {
        events.push(name);
        yield await Promise.resolve({ name, adversarial: input.adversarial! });
      }
    }
    const target = { ...input.target, logits };
    const checks = await card({ ...input, target, others: others() });
    const [first, second] = [events.indexOf('first'), events.indexOf('second')];
    expect(first).toBeGreaterThan(0);
    expect(events.slice(first + 1, second)).toContain('asked');
    expect(one(checks, 'transfer').state).toBe('pass');
  });

  it('tells of an evaluation that ended early, and of one not begun', async () => {
    const set = await madeSet();
    const { record } = await evaluated(MADE, set, linf(0.1));
    const facts = { batchNorm: 'none' } as const;
    const open = record.verdicts.map((verdict) => ({ ...verdict, attacks: 0, brokenBy: null }));
    const early = { ...record, verdicts: open, tallies: [], finished: false };
    const checks = await card({ target: MADE, set, facts, record: early });
    expect(one(checks, 'finished')).toMatchObject({ state: 'fail' });
    expect(one(checks, 'valid').state).toBe('not-run');
    const none = await card({ target: MADE, set, facts, record: { ...early, verdicts: [] } });
    expect(one(none, 'more-steps')).toMatchObject({ state: 'not-run' });
    expect(one(none, 'monotone').state).toBe('pass');
  });

  it('says of a net with broken weights that its answers are no numbers', async () => {
    const set = await madeSet();
    const input = await evaluated(MADE, set, linf(0.1));
    const broken = { ...MADE, logits: async (x: Float32Array) => (await MADE.logits(x)).fill(NaN) };
    const checks = await card({ ...input, target: broken });
    expect(failed(checks)).toEqual(['finite']);
    expect(one(checks, 'monotone').sentence).toBe(
      'The net answers with NaN where numbers are needed.',
    );
  });

  it.each([
    ['linf', 0],
    ['linf', 1],
    ['l2', 0.5],
    ['l1', 0.5],
  ] as const)('runs for %s with ε = %d, and for one image', async (norm: AttackNorm, eps) => {
    for (const count of [COUNT, 1]) {
      const input = await evaluated(MADE, await madeSet(count), { threat: { norm, eps } });
      const found = failed(await card(input)).filter((id) => id !== 'enough-images');
      expect(found).toEqual([]);
    }
  });

  it('looks at the first images only when told so, and refuses those of another evaluation', async () => {
    const input = await evaluated(MADE, await madeSet(), linf(0.1));
    const checks = await card(input, { ...SMALL, images: 10 });
    expect(one(checks, 'finite').sentence).toBe(
      'Of 10 images, 0 have logits that are not numbers.',
    );
    const other = { ...input.set, indices: input.set.indices.map((index) => index + 1) };
    await expect(card({ ...input, set: other })).rejects.toThrow('has no image 8');
  });

  it('stops within one step wherever it is left', async () => {
    let [asked, total, most, last] = [0, 0, 0, 0];
    const counting: AttackTarget = {
      ...MADE,
      logits: (x) => ((asked += x.length / 6), MADE.logits(x)),
      pullback: (x, cotangent) => ((asked += x.length / 6), MADE.pullback(x, cotangent)),
    };
    const input = { ...(await evaluated(MADE, await madeSet(), linf(0.05))), target: counting };
    const settings = { ...SMALL, together: 16 };
    for await (const { done, of } of trustCard(input, settings)) {
      [most, last, total] = [Math.max(most, asked - last), asked, total + 1];
      expect(done).toBeLessThanOrEqual(of);
    }
    // A round of an attack, and what it returned classified twice; or one batch of another size.
    expect(most).toBeLessThanOrEqual(3 * 16);
    for (let end = 1; end < total; end += Math.ceil(total / 8)) {
      let steps = 0;
      const walk = trustCard(input, settings);
      while (steps++ < end) await walk.next();
      await walk.return([]);
      const then = asked;
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(asked).toBe(then);
    }
  });
});

describe('Y6 the trust card of a net that PyTorch trained', () => {
  beforeAll(async () => {
    await startBackend('wasm');
  });

  function mnistSet(count: number): EvaluationSet {
    const { images, labels } = mnistTest(0, count);
    return { images, labels, indices: Uint32Array.from(labels, (_, n) => n) };
  }

  async function open(
    name: ReferenceNet,
    mode: ForwardOptions['mode'] = 'inference',
  ): Promise<Pick<TrustInput, 'target' | 'facts'>> {
    const { net, params } = await openReferenceNet(name);
    return { target: netTarget(net, params, mode), facts: netFacts(net, mode) };
  }

  // Radii at which 40 images give an interval of less than 10 points: all stand, or none does.
  it.each([
    ['mnist-plain', 0.2],
    ['mnist-bn', 0.15],
    ['mnist-at', 0.1],
  ] as const)('%s has no check against it', async (name, eps) => {
    const { target, facts } = await open(name);
    const before = memory().numTensors;
    const input = await evaluated(target, mnistSet(40), linf(eps));
    expect(failed(await card({ ...input, facts }))).toEqual([]);
    expect(memory().numTensors).toBe(before);
  });

  it.each(MASKS.filter(([, , id]) => BAR.includes(id)))(
    'mnist-plain with %s is flagged',
    async (_, mask, id) => {
      const { target, facts } = await open('mnist-plain');
      const input = await evaluated(mask(target), mnistSet(12), linf(0.1));
      expect(failed(await card({ ...input, facts }))).toContain(id);
    },
  );

  it('mnist-bn with BatchNorm left in training mode is flagged, by fact and by what it does', async () => {
    const { target, facts } = await open('mnist-bn', 'train');
    expect(facts).toEqual({ batchNorm: 'training' });
    const input = await evaluated(target, mnistSet(12), linf(0.1));
    const checks = failed(await card({ ...input, facts }));
    expect(checks).toContain('batch');
    expect(checks).toContain('batch-norm');
  });
});
