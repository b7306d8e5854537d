import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultAttack } from '../spec/attack-lists.ts';
import { ATTACK_JOBS } from './attack-jobs.ts';
import { resultOf } from './run-job.ts';
import { made, openNet, valueOf } from './testing/attack-scene.oracle.ts';

// Addresses that only the bundler knows; Node finds the package's own files.
vi.mock('../tensor/wasm-files.ts', () => ({ BUNDLED_WASM_FILES: null }));

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
