import type { Reply, Request } from '../spec/jobs.ts';
import { JOBS } from './jobs.ts';
import { runJob, type Job } from './run-job.ts';

/** The part of a dedicated worker's global scope that is used here. */
interface Scope {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage: (message: Reply) => void;
}

const scope = globalThis as unknown as Scope;
const aborted = new Set<number>();

function reply(message: Reply): void {
  scope.postMessage(message);
}

async function start(request: Extract<Request, { kind: unknown }>): Promise<void> {
  const { id, kind } = request;
  const job = (JOBS[kind] as (input: unknown) => Job<unknown, unknown>)(request.input);
  const outcome = await runJob(job, {
    aborted: () => aborted.has(id),
    onEvent: (event) => reply({ id, event }),
  });
  aborted.delete(id);
  reply({ id, outcome });
}

scope.onmessage = ({ data }: MessageEvent<Request>) => {
  if ('abort' in data) aborted.add(data.id);
  else void start(data);
};
