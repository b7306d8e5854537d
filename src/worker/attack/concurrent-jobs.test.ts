import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultAttack } from '../../model/attack/lists.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import { ATTACK_JOBS } from './jobs.ts';
import { choose } from '../backend.ts';
import { resultOf } from '../../kit/steps/steps.ts';
import { failureOf, made, openNet, PLAN, run, valueOf } from '../testing/attack-harness.ts';

// Addresses that only the bundler knows; Node finds the package's own files.
vi.mock('../../tensor/wasm-binary.ts', () => ({ BUNDLED_WASM: undefined }));

beforeAll(() => openNet('net', 1, [3, 32, 32]));

const kept = async (wanted: string) =>
  (await valueOf(ATTACK_JOBS.evaluations(null))).find(({ id }) => id === wanted);

describe('Y23 what is made while an attack runs', () => {
  it('a curve outlives the attack, and takes none of its verdicts back', async () => {
    const { id } = await made();
    const attack = ATTACK_JOBS.attack({ id });
    await attack.next();
    const job = ATTACK_JOBS['attack-curve']({ id, radii: [0], attack: defaultAttack('fgsm') });
    const { curve } = await valueOf(job);
    const ended = await resultOf(attack as AsyncGenerator<unknown, { curve: unknown }>);
    expect(curve!.points).toHaveLength(1);
    expect(ended).toMatchObject({ finished: true, curve });
    expect(await kept(id)).toEqual(ended);
  });
});

describe('Y21 a curve that is stopped', () => {
  it('keeps the points that are done, and says which radii are left', async () => {
    const { id } = await made({ ...PLAN, images: { ...PLAN.images, count: 4 } });
    const attack = defaultAttack('fgsm');
    const job = ATTACK_JOBS['attack-curve']({ id, radii: [0.1, 0, 0.2], attack });
    let looks = 0;
    const early = await run(
      ATTACK_JOBS['attack-curve']({ id, radii: [0, 0.1], attack }),
      undefined,
      () => ++looks > 0,
    );
    // Before the first point there is nothing to keep.
    expect(early).toMatchObject({ ok: false, failure: { code: 'aborted' } });
    expect((await kept(id))!.curve).toBeNull();
    let done = 0;
    while (done < 2) ({ done } = (await job.next()).value as { readonly done: number });
    const value = (await job.return(undefined as never)).value as EvaluationRecord;
    expect(value.curve).toMatchObject({ attack, points: [{ eps: 0 }, { eps: 0.1 }], left: [0.2] });
    expect(await kept(id)).toEqual(value);
  });
});

describe('Y26 an evaluation is computed by one backend', () => {
  const few = { ...PLAN, images: { ...PLAN.images, count: 4 } };

  it('and not resumed by another; one not begun takes the one that computes it', async () => {
    await choose('wasm');
    const { id } = await made(few);
    const fresh = await made(few);
    let looks = 0;
    await run(ATTACK_JOBS.attack({ id }), undefined, () => ++looks > 1);
    expect(await kept(id)).toMatchObject({ backend: 'wasm', finished: false });
    await choose('cpu');
    const told = {
      code: 'setting',
      field: '',
      message:
        'this evaluation was computed by wasm, and the lab computes by cpu now: two backends may ' +
        'differ in single images, so they are not mixed. Choose wasm as the backend in the Train ' +
        'panel, or begin a new evaluation.',
    };
    const before = await kept(id);
    expect(await failureOf(ATTACK_JOBS.attack({ id }))).toEqual(told);
    expect(await failureOf(ATTACK_JOBS.trust({ id }))).toEqual(told);
    const radii = { id, radii: [0], attack: defaultAttack('fgsm') };
    expect(await failureOf(ATTACK_JOBS['attack-curve'](radii))).toEqual(told);
    expect(await kept(id)).toEqual(before);
    const ended = await valueOf(ATTACK_JOBS.attack({ id: fresh.id }));
    expect(ended).toMatchObject({ backend: 'cpu', finished: true });
    await choose('wasm');
    expect(await valueOf(ATTACK_JOBS.attack({ id }))).toMatchObject({ finished: true });
  });

  it('although another one is chosen while it runs; the same one chosen again changes nothing', async () => {
    await choose('wasm');
    const { id } = await made(few);
    const attack = ATTACK_JOBS.attack({ id });
    await attack.next();
    await choose('wasm');
    await attack.next();
    await choose('cpu');
    expect(await failureOf(attack)).toMatchObject({
      code: 'setting',
      message: expect.stringContaining(
        'changed from wasm to cpu while this was computed',
      ) as unknown,
    });
    expect(await kept(id)).toMatchObject({ backend: 'wasm', finished: false });
    await choose('wasm');
    const ended = await valueOf(ATTACK_JOBS.attack({ id }));
    expect(ended).toMatchObject({ backend: 'wasm', finished: true });
    const { id: other } = await made(few);
    const { verdicts } = await valueOf(ATTACK_JOBS.attack({ id: other }));
    expect(ended.verdicts).toEqual(verdicts);
  });
});
