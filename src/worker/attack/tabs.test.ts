import 'fake-indexeddb/auto';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultAttack } from '../../model/attack/lists.ts';
import { stubLocks } from '../../kit/kept/store/testing/locks.fake.ts';
import { ATTACK_JOBS } from './jobs.ts';
import { failureOf, made, openNet, PLAN, run, valueOf } from '../testing/attack-harness.ts';

// Addresses that only the bundler knows; Node finds the package's own files.
vi.mock('../../tensor/wasm-binary.ts', () => ({ BUNDLED_WASM: undefined }));

beforeAll(() => openNet('net', 1, [3, 32, 32]));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const FEW = { ...PLAN, images: { ...PLAN.images, count: 2 } };
const FGSM = defaultAttack('fgsm');

/** The jobs of another tab: the storage is the same, nothing is open but the same net. */
async function anotherTab() {
  vi.resetModules();
  const harness = await import('../testing/attack-harness.ts');
  await harness.openNet('net', 1, [3, 32, 32]);
  const { ATTACK_JOBS: jobs } = await import('./jobs.ts');
  return { jobs, failureThere: harness.failureOf };
}

describe('Y29 an evaluation and several tabs', () => {
  it('is worked on by one, several jobs of which share it, and deleted by no other meanwhile', async () => {
    stubLocks();
    const { id } = await made(FEW);
    const { jobs: tab, failureThere } = await anotherTab();
    const attack = ATTACK_JOBS.attack({ id });
    await attack.next();
    // The first job to end does not give it free: the attack still holds it.
    await valueOf(ATTACK_JOBS['attack-curve']({ id, radii: [0], attack: FGSM }));
    const jobs = [
      tab.attack({ id }),
      tab['attack-curve']({ id, radii: [0], attack: FGSM }),
      tab.trust({ id }),
      tab['evaluation-delete']({ id, deleted: true }),
    ];
    for (const job of jobs)
      expect(await failureThere(job as typeof attack)).toEqual({
        code: 'storage',
        message:
          'The evaluation “Small CNN, width 0.25, PGD (Steps 4), ℓ∞, ε = 0.2” is running in another tab (its ' +
          'attack, curve or checks). Stop it there (or close that tab), then try again.',
      });
    expect((await valueOf(tab['attack-images']({ id, rows: [0] }))).shape).toEqual([32, 32, 3]);
    await attack.return(undefined as never);
    expect(await valueOf(tab.attack({ id }))).toMatchObject({ finished: true });
  });

  it('that was deleted is not resumed until it is restored', async () => {
    stubLocks();
    const { id } = await made(FEW);
    const { jobs: tab } = await anotherTab();
    await valueOf(tab['evaluation-delete']({ id, deleted: true }));
    const { message } = await failureOf(ATTACK_JOBS.attack({ id }));
    expect(message).toMatch(
      /“Small CNN, width 0.25, PGD.*” was deleted in another tab. Restore it there/,
    );
    await valueOf(tab['evaluation-delete']({ id, deleted: false }));
    expect((await run(ATTACK_JOBS.attack({ id }))).ok).toBe(true);
  });

  it('that is gone is deleted without a word', async () => {
    stubLocks();
    expect(await valueOf(ATTACK_JOBS['evaluation-delete']({ id: 'no', deleted: true }))).toBeNull();
  });
});
