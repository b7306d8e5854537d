import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultAttack } from '../../model/attack/lists.ts';
import { connect } from '../database.ts';
import { EvaluationStore } from './evaluation-store.ts';
import { evaluationRecord as record } from '../testing/evaluation-record.ts';
import { failPuts } from '../../kit/kept/store/testing/put-faults.fake.ts';

let count = 0;
const fresh = () => new EvaluationStore(connect(`evaluations ${++count}`));
const again = () => new EvaluationStore(connect(`evaluations ${count}`));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('Y22 evaluations in the storage', () => {
  it('are read back with their adversarial images, of some rows or of all', async () => {
    const store = fresh();
    await store.add(record('a'));
    await store.add(record('b'));
    await store.save(record('a', { finished: true }), new Map([[3, Float32Array.of(1, 2)]]));
    await store.save(record('b'), new Map([[0, Float32Array.of(9)]]));
    await store.save(record('a', { finished: true }), new Map([[12, Float32Array.of(5)]]));
    const later = again();
    expect((await later.get('a')).record).toEqual(record('a', { finished: true }));
    expect(await later.images('a')).toEqual(
      new Map([
        [3, Float32Array.of(1, 2)],
        [12, Float32Array.of(5)],
      ]),
    );
    expect(await later.images('a', [12, 4])).toEqual(new Map([[12, Float32Array.of(5)]]));
    expect((await later.list()).map((one) => one.record.id)).toEqual(['a', 'b']);
  });

  it('a failed save changes nothing and reports that the storage is full', async () => {
    const store = fresh();
    await store.add(record('a'));
    await store.save(record('a'), new Map([[0, Float32Array.of(1)]]));
    failPuts('evaluations', 1);
    const bad = store.save(record('a', { finished: true }), new Map([[1, Float32Array.of(2)]]));
    await expect(bad).rejects.toMatchObject({ code: 'storage-full' });
    vi.restoreAllMocks();
    expect((await store.get('a')).record.finished).toBe(false);
    expect((await store.images('a')).size).toBe(1);
  });
});

describe('Y23 changes of one evaluation', () => {
  const CURVE = { attack: defaultAttack('fgsm'), points: [{ eps: 0, standing: 1, of: 2 }] };

  it('during an attack survive its saves, and revert nothing', async () => {
    const store = fresh();
    await store.add(record('a'));
    await store.save(record('a', { seconds: 1 }));
    const both = [
      store.setRecord('a', (kept) => ({ ...kept, curve: CURVE })),
      store.save(record('a', { seconds: 2 }), new Map([[0, Float32Array.of(1)]])),
      store.setRecord('a', (kept) => ({ ...kept, trust: [] })),
    ];
    await Promise.all(both);
    const last = await store.save(record('a', { seconds: 3, finished: true }));
    expect(last).toEqual(record('a', { seconds: 3, finished: true, curve: CURVE, trust: [] }));
    expect((await store.get('a')).record).toEqual(last);
    const changed = await store.setRecord('a', (kept) => ({ ...kept, curve: null }));
    expect(changed).toMatchObject({ seconds: 3, finished: true, curve: null, trust: [] });
    expect((await store.images('a')).size).toBe(1);
  });
});
