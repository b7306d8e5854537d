import type { JobKind, JobOutcome } from '../../model/jobs.ts';
import type { startJob } from '../worker-client.ts';

export interface Started {
  readonly kind: JobKind;
  readonly input: unknown;
  readonly tell: (event: unknown) => void;
  readonly end: (outcome: JobOutcome<unknown>) => Promise<void>;
  aborted: boolean;
}

export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A worker controlled by the test. */
export function fakeWorker(): { start: typeof startJob; jobs: Started[] } {
  const jobs: Started[] = [];
  const start = (
    kind: JobKind,
    input: unknown,
    onEvent: (event: never) => void = () => undefined,
  ) => {
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
