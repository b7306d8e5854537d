import 'fake-indexeddb/auto';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultAttack } from '../spec/attack-lists.ts';
import { stubLocks } from '../storage/testing/locks.oracle.ts';
import { ATTACK_JOBS } from './attack-jobs.ts';
import { failureOf, made, openNet, PLAN, run, valueOf } from './testing/attack-scene.oracle.ts';

// Addresses that only the bundler knows; Node finds the package's own files.
vi.mock('../tensor/wasm-files.ts', () => ({ BUNDLED_WASM_FILES: null }));

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
  const { openNet: open } = await import('./testing/attack-scene.oracle.ts');
  await open('net', 1, [3, 32, 32]);
  return (await import('./attack-jobs.ts')).ATTACK_JOBS;
}

describe('Y29 an evaluation and several tabs', () => {
  it('is worked on by one, several jobs of which share it, and deleted by no other meanwhile', async () => {
    stubLocks();
    const { id } = await made(FEW);
    const tab = await anotherTab();
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
      expect(await failureOf(job as typeof attack)).toEqual({
        code: 'storage',
        message:
          'The evaluation “small-cnn, PGD, ℓ∞, ε = 0.2” is under way in another tab: its attack, its ' +
          'curve or its checks. Stop it there (or close that tab), then try again.',
      });
    expect((await valueOf(tab['attack-pictures']({ id, rows: [0] }))).shape).toEqual([32, 32, 3]);
    await attack.return(undefined as never);
    expect(await valueOf(tab.attack({ id }))).toMatchObject({ finished: true });
  });

  it('that was deleted is not gone on with until it is brought back', async () => {
    stubLocks();
    const { id } = await made(FEW);
    const tab = await anotherTab();
    await valueOf(tab['evaluation-delete']({ id, deleted: true }));
    const { message } = await failureOf(ATTACK_JOBS.attack({ id }));
    expect(message).toMatch(/“small-cnn, PGD.*” was deleted in another tab. Bring it back there/);
    await valueOf(tab['evaluation-delete']({ id, deleted: false }));
    expect((await run(ATTACK_JOBS.attack({ id }))).ok).toBe(true);
  });

  it('that is gone is deleted without a word', async () => {
    stubLocks();
    expect(await valueOf(ATTACK_JOBS['evaluation-delete']({ id: 'no', deleted: true }))).toBeNull();
  });
});
