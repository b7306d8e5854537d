import { describe, expect, it } from 'vitest';
import type { HistoryPart } from '../../model/train/run.ts';
import { RunLive } from './live.ts';

const LAYERS = 2;

/** History of steps `from + 1 … to`, norms after every step; the loss of step n is 1 / n. */
function part(from: number, to: number): HistoryPart {
  const steps = Array.from({ length: to - from }, (_, k) => from + k + 1);
  const floats = (value: (step: number) => number): Float64Array => Float64Array.from(steps, value);
  const norms = steps.flatMap((step) => [step, 10 * step]);
  return {
    steps: {
      from,
      loss: floats((step) => 1 / step),
      correct: floats(() => 8),
      count: floats(() => 32),
      learningRate: floats(() => 0.1),
      milliseconds: floats(() => 20),
    },
    norms: {
      from,
      step: floats((step) => step),
      l1: Float64Array.from(norms),
      linf: Float64Array.from(norms),
    },
    epochs: { from: 0, rows: [] },
  };
}

describe('the history of a run on the page', () => {
  it('grows part by part, far beyond its initial capacity', () => {
    const live = new RunLive(LAYERS);
    for (let from = 0; from < 5000; from += 100) {
      expect(live.take({ history: part(from, from + 100) })).toBe(true);
    }
    expect(live.place()).toEqual({ steps: 5000, norms: 5000, epochs: 0 });
    expect(live.steps.loss.at(4999)).toBe(1 / 5000);
    expect(live.norms.linf.at(2 * 4999 + 1)).toBe(50_000);
    expect(live.version).toBe(50);
    expect(live.generation).toBe(0);
  });

  it('replaces entries that it already has', () => {
    const live = new RunLive(LAYERS);
    live.take({ history: part(0, 10) });
    expect(live.take({ history: part(6, 12) })).toBe(true);
    expect(live.steps.loss.view()).toEqual(
      Float64Array.from({ length: 12 }, (_, k) => 1 / (k + 1)),
    );
    expect(live.generation).toBe(1);
  });

  it('reports a gap before a part', () => {
    const live = new RunLive(LAYERS);
    live.take({ history: part(0, 10) });
    expect(live.take({ history: part(11, 12) })).toBe(false);
    expect(live.place().steps).toBe(10);
  });

  it('removes the entries after a step, but not the record of that step', () => {
    const live = new RunLive(LAYERS);
    live.take({ history: part(0, 10) });
    live.cutTo(4);
    expect(live.place()).toEqual({ steps: 4, norms: 4, epochs: 0 });
    expect(live.norms.l1.length).toBe(8);
  });

  it('notifies listeners of every change until they unsubscribe', () => {
    const live = new RunLive(LAYERS);
    let calls = 0;
    const off = live.subscribe(() => calls++);
    live.take({ history: part(0, 1) });
    off();
    live.take({ history: part(1, 2) });
    expect(calls).toBe(1);
  });
});
