import { DEFAULT_EXPERIMENT } from '../../model/train/experiment.ts';
import type { RunSummary } from '../../model/train/run.ts';

/** A run's summary with the fields that tests check. */
export function runSummary(id: string, fields: Partial<RunSummary> = {}): RunSummary {
  return {
    id,
    labels: { name: `run ${id}`, note: '', color: 0 },
    experiment: DEFAULT_EXPERIMENT,
    layers: [],
    parameters: 10,
    created: 1,
    changed: 1,
    step: 0,
    steps: 100,
    epoch: 0,
    end: null,
    last: null,
    norms: { l1: [], linf: [] },
    backend: 'wasm',
    ...fields,
  };
}

/** Bytes that depend on the seed and cannot be compressed, which browsers try. */
export function someBytes(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
