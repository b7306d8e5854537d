import type { JobKind, JobOutcome, Reply, Request } from '../model/jobs.ts';
import { JOBS } from './jobs.ts';
import { runJob, type Job } from './run-job.ts';

/** The part of a dedicated worker's global scope that is used here. */
interface Scope {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage: (message: Reply, transfer?: Transferable[]) => void;
}

const scope = globalThis as unknown as Scope;
const aborted = new Set<number>();

function reply(message: Reply): void {
  scope.postMessage(message);
}

/** Jobs whose arrays are made for the page alone: large ones are handed over, since a copy holds it up. */
const HANDED_OVER: ReadonlySet<JobKind> = new Set(['run-kernel']);

/** Buffers of a result that the page gets without a copy. */
function buffersOf(kind: JobKind, outcome: JobOutcome<unknown>): ArrayBuffer[] {
  if (!HANDED_OVER.has(kind) || !outcome.ok) return [];
  const arrays = Object.values(outcome.value as object).filter((one) => ArrayBuffer.isView(one));
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}

async function start(request: Extract<Request, { kind: unknown }>): Promise<void> {
  const { id, kind } = request;
  const job = (JOBS[kind] as (input: unknown) => Job<unknown, unknown>)(request.input);
  const outcome = await runJob(job, {
    aborted: () => aborted.has(id),
    onEvent: (event) => reply({ id, event }),
  });
  aborted.delete(id);
  scope.postMessage({ id, outcome }, buffersOf(kind, outcome));
}

scope.onmessage = ({ data }: MessageEvent<Request>) => {
  if ('abort' in data) aborted.add(data.id);
  else void start(data);
};
