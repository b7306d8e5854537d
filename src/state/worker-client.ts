import type { RunningJob as Running } from '../kit/kept/page/job-slots.ts';
import type { JobKind, JobOutcome, Jobs, Reply, Request } from '../model/jobs.ts';

interface Pending {
  readonly onEvent: (event: unknown) => void;
  readonly resolve: (outcome: JobOutcome<unknown>) => void;
}

/** A started job of the worker. */
export type RunningJob<K extends JobKind> = Running<Jobs[K]['result']>;

let worker: Worker | null = null;
let nextId = 1;
const pending = new Map<number, Pending>();

function receive({ data }: MessageEvent<Reply>): void {
  const job = pending.get(data.id);
  if (job === undefined) return;
  if ('event' in data) {
    job.onEvent(data.event);
  } else {
    pending.delete(data.id);
    job.resolve(data.outcome);
  }
}

/**
 * A worker that cannot be loaded or has crashed fails all its jobs with the reason; the next job
 * starts a new one.
 */
function fail(reason: string): void {
  worker?.terminate();
  worker = null;
  const message = `The computing worker stopped: ${reason}. Try again; if it fails again, reload the page.`;
  for (const [id, job] of pending) {
    pending.delete(id);
    job.resolve({ ok: false, failure: { code: 'bug', message } });
  }
}

/** The only connection between the page and the computing worker. */
function getWorker(): Worker {
  if (worker === null) {
    worker = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' });
    worker.onmessage = receive;
    worker.onerror = (event) => fail(event.message || 'it could not be loaded');
  }
  return worker;
}

function send(request: Request): void {
  getWorker().postMessage(request);
}

/** Starts a job in the worker. Events arrive at most 20 times per second. */
export function startJob<K extends JobKind>(
  kind: K,
  input: Jobs[K]['input'],
  onEvent: (event: Jobs[K]['event']) => void = () => undefined,
): RunningJob<K> {
  const id = nextId++;
  const outcome = new Promise<JobOutcome<unknown>>((resolve) => {
    pending.set(id, { onEvent: onEvent as Pending['onEvent'], resolve });
  }) as RunningJob<K>['outcome'];
  send({ id, kind, input });
  return { outcome, abort: () => send({ id, abort: true }) };
}
