import { describe, expect, it } from 'vitest';
import type { NetSummary } from '../../model/net/net.ts';
import { createCompareStore } from './store.ts';
import type { startJob } from '../worker-client.ts';

const SUMMARY: NetSummary = {
  id: 'x',
  name: 'x',
  files: [],
  described: true,
  notes: [],
  layers: [
    {
      index: 0,
      name: 'bn',
      kind: 'batchnorm2d',
      weightShape: [4],
      shape: null,
      eps: 1e-5,
      guessed: [],
    },
  ],
};
const NORMS = { l1: 1, linf: 1, l2: null, assumption: null, formulas: null, output: null };

function fake(refuse = false): { start: typeof startJob; asked: [string, unknown][] } {
  const asked: [string, unknown][] = [];
  const results: Record<string, unknown> = {
    'run-open': SUMMARY,
    'net-norms': { rows: [{ index: 0, norms: NORMS }] },
    'close-net': null,
    'attack-subject': { shape: [1, 1, 1], classes: 2, hash: 'h10', formerHashes: ['old'] },
  };
  const start = ((kind: string, input: unknown) => {
    asked.push([kind, input]);
    const failure = { code: 'bug', message: 'no' };
    const outcome = refuse ? { ok: false, failure } : { ok: true, value: results[kind] };
    return { outcome: Promise.resolve(outcome) };
  }) as unknown as typeof startJob;
  return { start, asked };
}

describe('the Compare store', () => {
  it('computes a run’s norms once for each step, without ℓ2, and closes the net again', async () => {
    const { start, asked } = fake();
    const store = createCompareStore(start);
    await store.getState().openRun('r', 10);
    await store.getState().openRun('r', 10);
    expect(asked.map(([kind]) => kind)).toEqual(['run-open', 'net-norms', 'close-net']);
    expect(asked[1]![1]).toMatchObject({ layers: [0], effort: 'none' });
    expect(store.getState().opened.get('r')?.net?.rows.get(0)).toEqual({ index: 0, norms: NORMS });
    await store.getState().openRun('r', 11);
    expect(asked).toHaveLength(6);
  });

  it('records why a run’s norms could not be computed', async () => {
    const store = createCompareStore(fake(true).start);
    await store.getState().openRun('r', 10);
    expect(store.getState().opened.get('r')).toMatchObject({
      net: null,
      failure: { message: 'no' },
    });
  });

  it('treats norms of a run that continued meanwhile as outdated', async () => {
    const store = createCompareStore(fake().start);
    const first = store.getState().openRun('r', 10);
    const second = store.getState().openRun('r', 20);
    await Promise.all([first, second]);
    expect(store.getState().opened.get('r')?.step).toBe(20);
  });

  it('F7 requests the hash of a net’s weights once for each step, and keeps the latest', async () => {
    const { start, asked } = fake();
    const store = createCompareStore(start);
    const subject = { kind: 'run', id: 'r' } as const;
    await Promise.all([
      store.getState().identify(subject, 10),
      store.getState().identify(subject, 10),
    ]);
    expect(asked).toEqual([['attack-subject', subject]]);
    expect(store.getState().hashes.get('r')).toEqual({ step: 10, hashes: ['h10', 'old'] });
    const old = store.getState().identify(subject, 11);
    const next = store.getState().identify(subject, 12);
    await Promise.all([old, next]);
    expect(store.getState().hashes.get('r')?.step).toBe(12);
    const refused = createCompareStore(fake(true).start);
    await refused.getState().identify(subject, 1);
    expect(refused.getState().hashes.get('r')).toEqual({ step: 1, hashes: null });
  });

  it('hides and shows entries by id', () => {
    const store = createCompareStore(fake().start);
    store.getState().show('a', false);
    expect([...store.getState().hidden]).toEqual(['a']);
    store.getState().show('a', true);
    expect(store.getState().hidden.size).toBe(0);
  });
});
