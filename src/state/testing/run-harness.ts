import type { JobOutcome } from '../../model/jobs.ts';
import type {
  HistoryPart,
  RunEnd,
  RunJobs,
  RunPhase,
  RunSummary,
  TrainEvent,
  TrainResult,
} from '../../model/train/run.ts';
import { createRunStore, type RunStore } from '../train/store.ts';
import { fakeWorker, type Started } from './worker.fake.ts';

type Kind = keyof RunJobs;

export const done = (value: unknown): JobOutcome<unknown> => ({ ok: true, value });
export const failed = (
  message: string,
  code: 'file' | 'aborted' = 'file',
): JobOutcome<unknown> => ({
  ok: false,
  failure: { code, message },
});

export function history(from: number, to: number): HistoryPart {
  const steps = Array.from({ length: to - from }, (_, k) => from + k + 1);
  const floats = Float64Array.from(steps);
  return {
    steps: {
      from,
      loss: floats,
      correct: floats,
      count: floats,
      learningRate: floats,
      milliseconds: floats,
    },
    norms: { from, step: floats, l1: floats, linf: floats.map((value) => 2 * value) },
    epochs: { from: 0, rows: [] },
  };
}

export function event(from: number, to: number, phase: RunPhase = 'training'): TrainEvent {
  const progress = { phase, step: to, steps: 100, epoch: 1, epochs: 2 };
  const memory = { savedStep: null, tensors: 10, bytes: 1000 };
  return { progress: { ...progress, ...memory }, history: history(from, to) };
}

export const result = (to: number, end: RunEnd): TrainResult => ({ ...event(to, to), end });

export function summary(input: unknown): RunSummary {
  const { id, labels, experiment } = input as RunJobs['run-create']['input'];
  return {
    id,
    labels,
    experiment,
    layers: [{ name: 'conv1', kind: 'conv', weightShape: [1] }],
    parameters: 7,
    created: 0,
    changed: 0,
    step: 0,
    steps: 100,
    epoch: 0,
    end: null,
    last: null,
    norms: { l1: [], linf: [] },
    backend: 'wasm',
  };
}

export interface Harness {
  readonly store: RunStore;
  readonly jobs: Started[];
  readonly last: (kind: Kind) => Started;
  readonly count: (kind: Kind) => number;
}

export function harness(): Harness {
  const { start, jobs } = fakeWorker();
  let n = 0;
  return {
    store: createRunStore({ start, newId: () => `r${++n}` }),
    jobs,
    last: (kind) => jobs.findLast((job) => job.kind === kind)!,
    count: (kind) => jobs.filter((job) => job.kind === kind).length,
  };
}

/** A scene with one run that trains. */
export async function playing(steps: number | null = null): Promise<Harness> {
  const it = harness();
  void it.store.getState().play(steps);
  const made = it.last('run-create');
  await made.end(done(summary(made.input)));
  await it.last('run-history').end(done(history(0, 0)));
  return it;
}

export const first = ({ store }: Harness) => store.getState().runs[0]!;
