import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultAttack } from '../../model/attack/lists.ts';
import { DEFAULT_ATTACK_PLAN } from '../../model/attack/plan.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import { connect } from '../database.ts';
import { openEvaluationStore } from './evaluation-store.ts';
import { failPuts } from '../../kit/kept/store/testing/put-faults.fake.ts';

let count = 0;
const fresh = () => openEvaluationStore(connect(`evaluations ${++count}`));
const again = () => openEvaluationStore(connect(`evaluations ${count}`));

function record(id: string, change: Partial<EvaluationRecord> = {}): EvaluationRecord {
  return {
    id,
    subject: { kind: 'net', id: 'n', name: 'net', hash: 'h' },
    plan: DEFAULT_ATTACK_PLAN,
    data: 'd',
    created: count,
    changed: 1,
    backend: 'wasm',
    verdicts: [],
    tallies: [],
    seconds: 0,
    finished: false,
    trust: null,
    curve: null,
    classes: ['a', 'b'],
    ...change,
  };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('Y22 evaluations in the storage', () => {
  it('come back with their adversarial images, of some rows or of all', async () => {
    const store = await fresh();
    await store.create(record('a'));
    await store.create(record('b'));
    await store.save(record('a', { finished: true }), new Map([[3, Float32Array.of(1, 2)]]));
    await store.save(record('b'), new Map([[0, Float32Array.of(9)]]));
    await store.save(record('a', { finished: true }), new Map([[12, Float32Array.of(5)]]));
    const later = await again();
    expect(await later.get('a')).toEqual(record('a', { finished: true }));
    expect(await later.images('a')).toEqual(
      new Map([
        [3, Float32Array.of(1, 2)],
        [12, Float32Array.of(5)],
      ]),
    );
    expect(await later.images('a', [12, 4])).toEqual(new Map([[12, Float32Array.of(5)]]));
    expect((await later.list()).map((one) => one.record.id)).toEqual(['a', 'b']);
  });

  it('a save that fails changes nothing, and says that the storage is full', async () => {
    const store = await fresh();
    await store.create(record('a'));
    await store.save(record('a'), new Map([[0, Float32Array.of(1)]]));
    failPuts('evaluations', 1);
    const bad = store.save(record('a', { finished: true }), new Map([[1, Float32Array.of(2)]]));
    await expect(bad).rejects.toMatchObject({ code: 'storage-full' });
    vi.restoreAllMocks();
    expect((await store.get('a')).finished).toBe(false);
    expect((await store.images('a')).size).toBe(1);
  });

  it('are deleted with undo, and purged with their images alone', async () => {
    const store = await fresh();
    for (const id of ['a', 'b']) {
      await store.create(record(id));
      await store.save(record(id), new Map([[0, Float32Array.of(1)]]));
    }
    await store.setDeleted('a', true);
    await store.setDeleted('b', true);
    await store.setDeleted('b', false);
    await store.save(record('a', { seconds: 2 }));
    expect((await store.list()).map(({ deleted }) => deleted)).toEqual([true, false]);
    await store.purge(Date.now());
    expect((await store.list()).map((one) => one.record.id)).toEqual(['b']);
    expect((await store.images('a')).size).toBe(0);
    expect((await store.images('b')).size).toBe(1);
    await expect(store.get('a')).rejects.toThrow(/not in this browser's storage any more/);
  });

  it('Y28 are purged only when they were deleted long enough ago: another tab may still undo', async () => {
    const [here, there] = [await fresh(), await again()];
    const now = vi.spyOn(Date, 'now');
    for (const [id, at] of [
      ['early', 1000],
      ['late', 3000],
    ] as const) {
      await here.create(record(id));
      now.mockReturnValue(at);
      await here.setDeleted(id, true);
    }
    await there.purge(2999);
    expect((await there.list()).map((one) => one.record.id)).toEqual(['late']);
    await here.setDeleted('late', false);
    await there.purge(9000);
    expect(await here.list()).toMatchObject([{ record: { id: 'late' }, deleted: false }]);
  });

  it('are made once: an id that is taken is refused', async () => {
    const store = await fresh();
    await store.create(record('a', { seconds: 1 }));
    await expect(store.create(record('a'))).rejects.toThrow(/an evaluation a already/);
    expect((await store.get('a')).seconds).toBe(1);
  });
});

describe('Y23 changes of one evaluation', () => {
  const CURVE = { attack: defaultAttack('fgsm'), points: [{ eps: 0, standing: 1, of: 2 }] };

  it('beside an attack outlive its saves, and take nothing back', async () => {
    const store = await fresh();
    await store.create(record('a'));
    await store.save(record('a', { seconds: 1 }));
    const both = [
      store.change('a', (kept) => ({ ...kept, curve: CURVE })),
      store.save(record('a', { seconds: 2 }), new Map([[0, Float32Array.of(1)]])),
      store.change('a', (kept) => ({ ...kept, trust: [] })),
    ];
    await Promise.all(both);
    const last = await store.save(record('a', { seconds: 3, finished: true }));
    expect(last).toEqual(record('a', { seconds: 3, finished: true, curve: CURVE, trust: [] }));
    expect(await store.get('a')).toEqual(last);
    const changed = await store.change('a', (kept) => ({ ...kept, curve: null }));
    expect(changed).toMatchObject({ seconds: 3, finished: true, curve: null, trust: [] });
    expect((await store.images('a')).size).toBe(1);
  });
});

describe('Y24 an evaluation that is gone', () => {
  it('is not brought back by a tab that still computes it', async () => {
    const here = await fresh();
    const there = await again();
    await here.create(record('a'));
    await here.save(record('a'), new Map([[0, Float32Array.of(1)]]));
    await there.setDeleted('a', true);
    await there.purge(Date.now());
    const late = here.save(record('a', { seconds: 5 }), new Map([[1, Float32Array.of(2)]]));
    await expect(late).rejects.toThrow(/not in this browser's storage any more/);
    const change = here.change('a', (kept) => kept);
    await expect(change).rejects.toThrow(/not in this browser's storage any more/);
    await here.setDeleted('a', true);
    await expect(here.setDeleted('a', false)).rejects.toThrow(/not in this browser's storage/);
    expect(await there.list()).toEqual([]);
    expect((await there.images('a')).size).toBe(0);
  });
});
