import type { JobOutcome } from '../../spec/jobs.ts';
import type {
  HistoryPart,
  RunEnd,
  RunJobs,
  RunPhase,
  RunSummary,
  TrainEvent,
  TrainResult,
} from '../../spec/run.ts';
import { createRunStore, type RunStore } from '../run-store.ts';
import type { startJob } from '../worker-client.ts';

type Kind = keyof RunJobs;

export interface Started {
  readonly kind: Kind;
  readonly input: unknown;
  readonly tell: (event: unknown) => void;
  readonly end: (outcome: JobOutcome<unknown>) => Promise<void>;
  aborted: boolean;
}

export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
export const done = (value: unknown): JobOutcome<unknown> => ({ ok: true, value });
export const failed = (
  message: string,
  code: 'file' | 'aborted' = 'file',
): JobOutcome<unknown> => ({
  ok: false,
  failure: { code, message },
});

/** A worker that does nothing by itself: the test plays its part. */
function fakeWorker(): { start: typeof startJob; jobs: Started[] } {
  const jobs: Started[] = [];
  const start = (kind: Kind, input: unknown, onEvent: (event: never) => void = () => undefined) => {
    let resolve: (outcome: JobOutcome<unknown>) => void = () => undefined;
    const outcome = new Promise<JobOutcome<unknown>>((take) => (resolve = take));
    const job: Started = {
      kind,
      input,
      tell: onEvent as (event: unknown) => void,
      end: async (value) => {
        resolve(value);
        await settle();
      },
      aborted: false,
    };
    jobs.push(job);
    return { outcome, abort: () => (job.aborted = true) };
  };
  return { start: start as unknown as typeof startJob, jobs };
}

export function history(from: number, to: number): HistoryPart {
  const steps = Array.from({ length: to - from }, (_, k) => from + k + 1);
  const floats = Float64Array.from(steps);
  return {
    steps: {
      ...{ from, loss: floats, correct: floats, count: floats },
      ...{ learningRate: floats, milliseconds: floats },
    },
    norms: { from, step: floats, l1: floats, linf: floats.map((value) => 2 * value) },
    epochs: { from: 0, rows: [] },
  };
}

export function event(from: number, to: number, phase: RunPhase = 'training'): TrainEvent {
  const progress = { ...{ phase, step: to, steps: 100 }, epoch: 1, epochs: 2 };
  const memory = { savedStep: null, tensors: 10, bytes: 1000 };
  return { progress: { ...progress, ...memory }, history: history(from, to) };
}

export const result = (to: number, end: RunEnd): TrainResult => ({ ...event(to, to), end });

export function summary(input: unknown): RunSummary {
  const { id, words, experiment } = input as RunJobs['run-create']['input'];
  return {
    ...{ id, words, experiment, layers: [{ name: 'conv1', kind: 'conv', weightShape: [1] }] },
    ...{ parameters: 7, created: 0, changed: 0, step: 0, steps: 100, epoch: 0 },
    ...{ end: null, last: null, norms: { l1: [], linf: [] }, backend: 'wasm' },
  };
}

export interface Scene {
  readonly store: RunStore;
  readonly jobs: Started[];
  readonly last: (kind: Kind) => Started;
  readonly count: (kind: Kind) => number;
}

export function scene(): Scene {
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
export async function playing(steps: number | null = null): Promise<Scene> {
  const it = scene();
  void it.store.getState().play(steps);
  const made = it.last('run-create');
  await made.end(done(summary(made.input)));
  await it.last('run-history').end(done(history(0, 0)));
  return it;
}

export const first = ({ store }: Scene) => store.getState().runs[0]!;
