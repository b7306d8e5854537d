import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { readWeights } from '../../files/read-weights.ts';
import { defaultAttack } from '../../model/attack/lists.ts';
import type { AttackPlan } from '../../model/attack/plan.ts';
import type { AttackEvent } from '../../model/attack/jobs.ts';
import { attacksDone } from '../../model/attack/evaluation.ts';
import { isRight, stands } from '../../model/attack/verdict.ts';
import { memory } from '../../tensor/engine.ts';
import { ATTACK_JOBS } from './jobs.ts';
import {
  failureOf,
  made,
  NET,
  newId,
  openNet,
  PLAN,
  run,
  valueOf,
} from '../testing/attack-harness.ts';

// Addresses that only the bundler knows; Node finds the package's own files.
vi.mock('../../tensor/wasm-binary.ts', () => ({ BUNDLED_WASM: undefined }));

beforeAll(async () => {
  await openNet('net', 1, [3, 32, 32]);
  await openNet('grey', 1, [1, 28, 28]);
});

describe('Y22 the jobs on evaluations', () => {
  it('make one, run it, and keep verdicts and images', async () => {
    const created = await made();
    expect(created).toMatchObject({ verdicts: [], finished: false, subject: NET });
    const events: AttackEvent[] = [];
    const before = memory().numTensors;
    const outcome = await run(ATTACK_JOBS.attack({ id: created.id }), (event) =>
      events.push(event),
    );
    if (!outcome.ok) throw new Error(outcome.failure.message);
    const record = outcome.value;
    expect(memory().numTensors).toBe(before);
    expect(record.finished).toBe(true);
    expect(record.verdicts.map(({ index }) => index)).toEqual(
      Array.from({ length: 60 }, (_, n) => 5 + n),
    );
    const fallen = record.verdicts.flatMap((one, row) =>
      isRight(one) && !stands(one) ? [row] : [],
    );
    expect(fallen.length).toBeGreaterThan(0);
    const rows = [0, fallen[0]!];
    const { clean, adversarial, shape } = await valueOf(
      ATTACK_JOBS['attack-images']({ id: created.id, rows }),
    );
    expect(shape).toEqual([32, 32, 3]);
    const size = 32 * 32 * 3;
    const moved = Array.from(adversarial.slice(size), (one, at) =>
      Math.abs(one - clean[size + at]!),
    );
    expect(Math.max(...moved)).toBeCloseTo(
      record.verdicts[fallen[0]!]!.brokenBy!.distances.linf,
      6,
    );
    expect(Math.max(...moved)).toBeLessThanOrEqual(0.2 + 1e-6);
  });

  it('stopped and resumed, ends with the same verdicts', async () => {
    const whole = await valueOf(ATTACK_JOBS.attack({ id: (await made()).id }));
    const { id } = await made();
    let looks = 0;
    const stopped = await run(ATTACK_JOBS.attack({ id }), undefined, () => ++looks > 3);
    expect(stopped.ok).toBe(false);
    const again = await valueOf(ATTACK_JOBS.attack({ id }));
    expect(again.verdicts).toEqual(whole.verdicts);
  });

  it('record the trajectory over a broken image, with the step that broke it', async () => {
    const record = await valueOf(ATTACK_JOBS.attack({ id: (await made()).id }));
    const row = record.verdicts.findIndex(({ brokenBy }) => brokenBy !== null);
    const { brokenBy } = record.verdicts[row]!;
    const path = await valueOf(ATTACK_JOBS['attack-trajectory']({ id: record.id, row, attack: 0 }));
    expect(path.steps.at(-1)).toMatchObject({ wrong: true, step: brokenBy!.step });
    expect(path.steps.at(-1)!.margin).toBe(brokenBy!.margin);
  });

  it('draw a curve that begins at the clean accuracy, and keep it', async () => {
    const record = await valueOf(ATTACK_JOBS.attack({ id: (await made()).id }));
    const attack = { ...defaultAttack('pgd'), steps: 3 };
    const job = ATTACK_JOBS['attack-curve']({ id: record.id, radii: [0, 0.1], attack });
    const { curve } = await valueOf(job);
    expect(curve!.points[0]!.standing).toBe(record.verdicts.filter(isRight).length);
    const kept = (await valueOf(ATTACK_JOBS.evaluations(null))).find(({ id }) => id === record.id);
    expect(kept!.curve).toEqual(curve);
    expect(kept!.verdicts).toEqual(record.verdicts);
  });

  it('make a trust card, with the other net’s images for the transfer, and keep it', async () => {
    const small: AttackPlan = { ...PLAN, images: { ...PLAN.images, count: 12 } };
    await openNet('other', 3, [3, 32, 32]);
    const subject = { kind: 'net', id: 'other' } as const;
    const input = { id: newId(), subject, plan: small };
    await valueOf(ATTACK_JOBS['evaluation-create'](input));
    await valueOf(ATTACK_JOBS.attack({ id: input.id }));
    const { id } = await valueOf(ATTACK_JOBS.attack({ id: (await made(small)).id }));
    const record = await valueOf(ATTACK_JOBS.trust({ id }));
    expect(record.trust!.length).toBeGreaterThanOrEqual(15);
    expect(record.trustAfter).toBe(attacksDone(record));
    const states = new Set(record.trust!.map(({ state }) => state));
    expect(states.has('pass')).toBe(true);
    const transfer = record.trust!.find((one) => one.id.includes('transfer'));
    expect(transfer!.sentence).not.toContain('There is no evaluation of another net');
    const kept = (await valueOf(ATTACK_JOBS.evaluations(null))).find((one) => one.id === id);
    expect(kept!.trust).toEqual(record.trust);
  });

  it('attack an image of a person’s own', async () => {
    const image = Float32Array.from({ length: 32 * 32 * 3 }, (_, at) => (at % 97) / 97);
    const plan = { ...PLAN, threat: { norm: 'linf', eps: 0.5 } as const };
    const input = { subject: NET, plan, image, label: null };
    const { verdict, adversarial, path, logits } = await valueOf(
      ATTACK_JOBS['attack-image'](input),
    );
    expect(logits).toHaveLength(10);
    expect(verdict.prediction).toBe(verdict.label);
    expect(verdict.brokenBy).not.toBeNull();
    expect(path!.points.slice(-image.length)).toEqual(adversarial);
    const wrong = { ...input, image: image.subarray(1) };
    expect((await failureOf(ATTACK_JOBS['attack-image'](wrong))).code).toBe('setting');
  });

  it('refuse what does not fit, beside the field', async () => {
    const create = (
      subject: { kind: 'net'; id: string },
      images: Partial<AttackPlan['images']>,
    ) => {
      const plan = { ...PLAN, images: { ...PLAN.images, ...images } };
      return failureOf(ATTACK_JOBS['evaluation-create']({ id: 'no', subject, plan }));
    };
    expect(await create({ kind: 'net', id: 'grey' }, {})).toEqual({
      code: 'setting',
      field: 'images.source',
      message:
        'the net takes images of 28×28 with 1 channel, these have 32×32 with 3 channels; take ' +
        'those that it was trained on.',
    });
    expect((await create({ kind: 'net', id: 'gone' }, {})).message).toMatch(/open the file again/);
    expect((await create(NET, { source: 'mnist' })).message).toMatch(/not in the storage/);
  });

  it('refuse to resume with another net under the same name', async () => {
    const { id } = await made();
    await openNet('net', 2, [3, 32, 32]);
    expect((await failureOf(ATTACK_JOBS.attack({ id }))).message).toMatch(
      /changed since this evaluation was begun/,
    );
    await openNet('net', 1, [3, 32, 32]);
    expect((await valueOf(ATTACK_JOBS.attack({ id }))).finished).toBe(true);
  });

  it('give the images as numpy reads them', async () => {
    const { id } = await made();
    await valueOf(ATTACK_JOBS.attack({ id }));
    const { npz } = await valueOf(ATTACK_JOBS['evaluation-files']({ id }));
    const { tensors } = await readWeights([
      { name: 'e.npz', bytes: new Uint8Array(await npz.arrayBuffer()) },
    ]);
    expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
      ['clean', [60, 32, 32, 3]],
      ['adversarial', [60, 32, 32, 3]],
    ]);
  });
});
