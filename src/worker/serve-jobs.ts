import type { JobKind, JobOutcome, Reply, Request } from '../model/jobs.ts';
import { JOBS } from './jobs.ts';
import { runJob, type Job } from './run-job.ts';

/** The part of a dedicated worker's global scope that serving jobs needs. */
export interface JobScope {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage: (message: Reply, transfer?: Transferable[]) => void;
}

/** Jobs whose arrays are made for the page alone: large ones are transferred, since a copy blocks the page. */
const HANDED_OVER: ReadonlySet<JobKind> = new Set(['run-kernel']);

/** Buffers of a result that the page gets without a copy. */
function buffersOf(kind: JobKind, outcome: JobOutcome<unknown>): ArrayBuffer[] {
  if (!HANDED_OVER.has(kind) || !outcome.ok) return [];
  const arrays = Object.values(outcome.value as object).filter((one) => ArrayBuffer.isView(one));
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}

/** Runs the jobs that a scope is sent, side by side, and posts their events and outcomes. */
export function serveJobs(scope: JobScope): void {
  const aborted = new Set<number>();
  const start = async (request: Extract<Request, { kind: unknown }>): Promise<void> => {
    const { id, kind } = request;
    const job = (JOBS[kind] as (input: unknown) => Job<unknown, unknown>)(request.input);
    const outcome = await runJob(job, {
      aborted: () => aborted.has(id),
      onEvent: (event) => scope.postMessage({ id, event }),
    });
    aborted.delete(id);
    scope.postMessage({ id, outcome }, buffersOf(kind, outcome));
  };
  scope.onmessage = ({ data }) => {
    if ('abort' in data) aborted.add(data.id);
    else void start(data);
  };
}
